using Composer.CodeDigests.Model;
using Composer.CodeDigests.Sources;

namespace Composer.CodeDigests.Tests;

/// <summary>The product's sources as they are in this clone, and tables of what they would be.</summary>
internal static class Product
{
    public static SourceTree Tree { get; } = SourceTree.Read(CloneRoot.Path);

    public static CodeTable Table { get; } = new(Tree.Files, Tree.Projects);

    /// <summary>Digests by what they are of: <c>root search</c>, <c>part MadTask compression</c>.</summary>
    public static IReadOnlyDictionary<string, string> Digests { get; } = DigestsOf(Table);

    /// <summary>The units reached from each root and each part, by the same names.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<Unit>> Reached { get; } = Table.Roots
        .Select(r => ($"root {r.Key}", r.Value)).Concat(Table.Parts.Select(p => ($"part {p.Key.Registry} {p.Key.Name}", p.Value)))
        .ToDictionary(c => c.Item1, c => (IReadOnlySet<Unit>)c.Value.Units.Keys.ToHashSet());

    public static IReadOnlyDictionary<string, string> DigestsOf(CodeTable table) => table.ToString().Split('\n')
        .Select(line => line.Split(' '))
        .Where(words => words[0] is "root" or "part")
        .ToDictionary(words => string.Join(' ', words.TakeWhile(w => w.Length != 64)), words => words.First(w => w.Length == 64));

    /// <summary>The digests with some files in place of others.</summary>
    public static IReadOnlyDictionary<string, string> With(params IReadOnlyList<SourceFile> changed)
    {
        var paths = changed.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        return DigestsOf(new CodeTable(Tree.Files.Where(f => !paths.Contains(f.Path)).Concat(changed), Tree.Projects));
    }

    public static string Text(string path) => File.ReadAllText(System.IO.Path.Combine(CloneRoot.Path, path));

    /// <summary>A file's text with one stretch of it replaced.</summary>
    public static SourceFile Replace(SourceFile file, Microsoft.CodeAnalysis.Text.TextSpan span, string text)
    {
        var old = file.Root.SyntaxTree.GetText().ToString();
        return SourceFile.Parse(file.Path, old[..span.Start] + text + old[span.End..], file.Project);
    }

    /// <summary>The only unit of a name, such as <c>CandidateResult.ScoreAfter</c>.</summary>
    public static Unit Unit(string name) => Table.Model.Types.SelectMany(t => t.Members).Single(u => u.ToString() == name);
}
