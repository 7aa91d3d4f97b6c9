using Composer.Core.Diagnostics;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Binding;

/// <summary>A value for a path, from a profile, a setting, a sweep or a variant.</summary>
/// <param name="Path">The keys from the manifest's root.</param>
/// <param name="PathSpan">Where the path was written.</param>
/// <param name="Value">The value; a table has been taken apart into its own assignments.</param>
internal sealed record Assignment(IReadOnlyList<string> Path, SourceSpan PathSpan, TomlValue Value)
{
    public string DottedPath => string.Join('.', Path);

    /// <summary>
    /// Takes a table apart: quoted dotted paths (<c>"evaluate.epochs" = 5</c>) and nested tables mean the same.
    /// </summary>
    public static IReadOnlyList<Assignment> Flatten(TomlTable table, Problems problems)
    {
        var found = new List<Assignment>();
        var paths = new HashSet<string>(StringComparer.Ordinal);
        Collect(table, []);
        return found;

        void Collect(TomlTable inner, IReadOnlyList<string> prefix)
        {
            foreach (var entry in inner.Entries)
            {
                string[] path = [.. prefix, .. entry.Key.Split('.')];
                if (path.Contains(""))
                {
                    problems.Error(
                        DiagnosticCodes.InvalidPath,
                        entry.KeySpan,
                        $"'{entry.Key}' is no path: a part of it is empty.",
                        "Write keys joined by single dots, such as \"evaluate.epochs\".");
                }
                else if (path.Length > TomlLimits.Depth)
                {
                    problems.Error(DiagnosticCodes.InvalidPath, entry.KeySpan, "The path has too many parts.");
                }
                else if (entry.Value is TomlTable deeper)
                {
                    Collect(deeper, path);
                }
                else if (!paths.Add(string.Join('.', path)))
                {
                    problems.Error(
                        DiagnosticCodes.DuplicateKey, entry.KeySpan, $"'{string.Join('.', path)}' is given twice.", "Keep one of the two.");
                }
                else
                {
                    found.Add(new Assignment(path, entry.KeySpan, entry.Value));
                }
            }
        }
    }
}
