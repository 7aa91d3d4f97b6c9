namespace Composer.Structure.Tests;

/// <summary>The table under "Map" in docs/architecture.md: which project may reference which.</summary>
internal static class DependencyMap
{
    private const string Prefix = "Composer.";

    /// <summary>Full project names, each with the full names of those that it may reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read() =>
        File.ReadAllLines(Path.Join(Clone.Root, "docs", "architecture.md"))
            .SkipWhile(line => line != "## Map")
            .Where(line => line.StartsWith($"| {Prefix}", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(
                cells => cells[1],
                cells =>
                    (IReadOnlyList<string>)[.. cells[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => Prefix + name)]);
}
