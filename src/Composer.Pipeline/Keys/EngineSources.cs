using Composer.Training.Models;

namespace Composer.Pipeline.Keys;

/// <summary>
/// What the engine on TorchSharp is made of, as this executable was compiled with it in view: its sources and
/// packages for keys, and those of the contract as well to tell an engine that was built at another time.
/// </summary>
public static class EngineSources
{
    private const string Torch = "Composer.Training.Torch";
    private const string Resource = "engine-sources.txt";
    private const string Package = "package ";

    /// <summary>The engine's sources and its binding to libtorch: what computes, wherever it runs.</summary>
    internal static IReadOnlyList<SourceDigest> Engine { get; } = [.. All().Where(f => f.Path == Package + "TorchSharp" || IsOwn(f))];

    /// <summary>The version of a package that the engine is built with.</summary>
    public static string VersionOf(string package) => All().Single(f => f.Path == Package + package).Digest;

    /// <summary>Whether a built engine is of the sources and packages that this executable knows.</summary>
    public static bool AreThoseOf(EnginePlugin plugin) =>
        plugin.BuiltFrom.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(SourceDigest.Lines(typeof(EngineSources).Assembly, Resource));

    /// <summary>Of its project, or a primitive's form on it, which lies in the primitive's folder.</summary>
    private static bool IsOwn(SourceDigest file) =>
        (!file.Path.StartsWith("..", StringComparison.Ordinal) && !file.Path.StartsWith(Package, StringComparison.Ordinal))
        || file.Path.EndsWith(".Torch.cs", StringComparison.Ordinal);

    private static IReadOnlyList<SourceDigest> All() => SourceDigest.Read(typeof(EngineSources).Assembly, Resource, Torch);
}
