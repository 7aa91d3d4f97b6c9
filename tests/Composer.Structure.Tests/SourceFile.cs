using System.Text.RegularExpressions;

namespace Composer.Structure.Tests;

/// <summary>A source file by its path in the clone, with <c>/</c>.</summary>
internal sealed partial record SourceFile(string Path, IReadOnlyList<string> Lines)
{
    /// <summary>The namespace that the file declares, or null.</summary>
    public string? Namespace => Lines.Select(line => NamespaceLine().Match(line))
        .FirstOrDefault(match => match.Success)?.Groups[1].Value;

    /// <summary>The namespace that its folder stands for: the path below src or tests.</summary>
    public string ExpectedNamespace =>
        string.Join('.', System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/').Split('/').Skip(1));

    /// <summary>Types declared at the top level of the file: whether each is public, its name and its line.</summary>
    public IEnumerable<(bool IsPublic, string Name, int Line)> Types =>
        Lines.Select((line, index) => (Match: TypeLine().Match(line), Index: index))
            .Where(found => found.Match.Success)
            .Select(found => (
                found.Match.Groups["modifiers"].Value.Split(' ').Contains("public"),
                found.Match.Groups["name"].Value,
                found.Index));

    /// <summary>Whether a doc comment stands above the line, attributes between them or not.</summary>
    public bool IsDocumented(int line)
    {
        var above = line - 1;
        while (above >= 0 && (Lines[above].TrimStart().StartsWith('[') || Lines[above].TrimEnd().EndsWith(']')))
        {
            above--;
        }

        return above >= 0 && Lines[above].TrimStart().StartsWith("///", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^namespace ([\w.]+)")]
    private static partial Regex NamespaceLine();

    [
        GeneratedRegex(
            @"^(?<modifiers>((public|internal|file|sealed|abstract|static|partial|readonly|ref|unsafe) )*)(delegate \S+|class|interface|enum|struct|record( struct| class)?) (?<name>\w+)"),
    ]
    private static partial Regex TypeLine();
}
