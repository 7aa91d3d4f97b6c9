namespace Composer.Language.Files;

/// <summary>The endings that packed files' names have behind the ending of what is in them.</summary>
internal static class PackedNames
{
    /// <summary>With their dot, in lower case.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".gz", ".zst", ".zstd"];

    /// <summary>A name or path without such an ending.</summary>
    public static string Unpacked(string path) =>
        Endings.Contains(Path.GetExtension(path).ToLowerInvariant()) ? path[..^Path.GetExtension(path).Length] : path;
}
