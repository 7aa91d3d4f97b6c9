using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Manifests.Binding;

namespace Composer.Manifests.Rules;

/// <summary>Where a rule looks up places and reports what it finds.</summary>
internal sealed class RuleContext(Problems problems, IReadOnlyDictionary<string, SourceSpan> spans, IReadOnlySet<string> faulty)
{
    /// <summary>Reports at the first path, unless one of the paths is wrong already.</summary>
    public void Error(string code, string message, string? remedy, params ReadOnlySpan<string> paths)
    {
        if (Sound(paths))
        {
            problems.Error(code, Place(paths[0]), message, remedy);
        }
    }

    public void Warn(string code, string message, params ReadOnlySpan<string> paths)
    {
        if (Sound(paths))
        {
            problems.Warn(code, Place(paths[0]), message);
        }
    }

    /// <summary>Reports what a section found wrong with itself.</summary>
    /// <param name="section">The section's path.</param>
    /// <param name="mistakes">With keys in the section.</param>
    /// <param name="others">Paths elsewhere that have a part in all of them.</param>
    public void Report(string section, IEnumerable<SettingMistake> mistakes, params string[] others)
    {
        foreach (var mistake in mistakes)
        {
            string[] paths = [.. mistake.Keys.Select(key => key.Length == 0 ? section : $"{section}.{key}"), .. others];
            Error(mistake.Code, $"In '{section}': {mistake.Message}", mistake.Remedy, paths);
        }
    }

    private bool Sound(ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            for (var p = path; p.Length > 0; p = Parent(p))
            {
                if (faulty.Contains(p))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Of the value, or of the nearest section around it when the value is a default.</summary>
    private SourceSpan Place(string path)
    {
        for (var p = path; ; p = Parent(p))
        {
            if (spans.TryGetValue(p, out var span) || p.Length == 0)
            {
                return span;
            }
        }
    }

    private static string Parent(string path)
    {
        var cut = path.LastIndexOfAny(['.', '[']);
        return cut < 0 ? "" : path[..cut];
    }
}
