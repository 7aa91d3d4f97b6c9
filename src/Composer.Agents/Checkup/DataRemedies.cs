using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;
using Composer.Language.Files;
using Composer.Language.Sources;

namespace Composer.Agents.Checkup;

/// <summary>What brings data that is not here, or is not what it should be.</summary>
internal static partial class DataRemedies
{
    /// <summary>Of a file that is missing, the command that fetches or prepares it, where its path is that of public data; then the
    /// diagnostic's own remedy.</summary>
    public static IReadOnlyList<string> Of(Diagnostic diagnostic)
    {
        string[] own = diagnostic.Remedy is null ? [] : [diagnostic.Remedy];
        return diagnostic.Code == MissingFile.Code && MissingPath().Match(diagnostic.Message) is { Success: true } missing
            ? [.. Commands(missing.Groups[1].Value), .. own]
            : own;
    }

    private static IEnumerable<string> Commands(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));
        var source = NamedSources.All.FirstOrDefault(s => s.IsEvaluation
            ? Path.GetFileName(folder) == s.Folder && name.StartsWith($"{s.Name}.", StringComparison.Ordinal)
            : Path.GetFileName(folder) == s.Folder);
        if (source is not null)
        {
            var to = Path.GetDirectoryName(folder) ?? "";
            yield return $"composer data fetch {source.Name}{(IsUsual(to) ? "" : $" --to {to}")}";
        }
        else if (name.EndsWith(".bin", StringComparison.Ordinal))
        {
            yield return $"composer data prepare FILE… --to {folder} --tokenizer FILE";
        }
    }

    private static bool IsUsual(string folder) => folder.Replace('\\', '/').EndsWith("artifacts/data", StringComparison.Ordinal);

    [GeneratedRegex("^There is no file '([^']+)'")]
    private static partial Regex MissingPath();
}
