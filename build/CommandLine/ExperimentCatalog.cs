using Composer.Core.Diagnostics;

namespace Composer.Build.CommandLine;

/// <summary>The experiments of a clone: the manifests under <c>experiments/</c>.</summary>
internal sealed class ExperimentCatalog(string folder)
{
    /// <summary>
    /// Names in ordinal order: the manifests' paths below the folder without <c>.toml</c>, such as <c>reproduction/order</c>.
    /// </summary>
    public IReadOnlyList<string> Names => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.toml", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)]
        : [];

    /// <summary>What is wrong with the name of an experiment, or null. The path of a manifest is a name too.</summary>
    public string? Mistake(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return $"which experiment? Add '--name' and one of: {string.Join(", ", Names)}.";
        }

        if (Names.Contains(name, StringComparer.Ordinal) || (name.EndsWith(".toml", StringComparison.Ordinal) && File.Exists(name)))
        {
            return null;
        }

        return $"there is no experiment '{name}' under experiments/. "
            + (Suggestion.DidYouMean(name, Names) ?? $"Experiments: {string.Join(", ", Names)}.");
    }
}
