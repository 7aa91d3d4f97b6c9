namespace Composer.Manifests.Toml;

/// <summary>What a document may at most be; beyond is a diagnostic.</summary>
public static class TomlLimits
{
    /// <summary>4 MiB.</summary>
    public const int Bytes = 4 * 1024 * 1024;

    /// <summary>Tables and arrays inside each other.</summary>
    public const int Depth = 128;

    /// <summary>Diagnostics before the reader gives up on the rest.</summary>
    internal const int Diagnostics = 100;
}
