namespace Composer.Manifests.Toml;

/// <summary>The readers that this build has.</summary>
public static class TomlReaders
{
#if PACKAGE_SOURCE_STANDIN
    /// <summary>The reader that manifests are read with: Tomlyn's where the package can be had, else the project's own.</summary>
    public static ITomlReader Default { get; } = new TomlReader();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITomlReader> All { get; } = [Default];
#else
    /// <summary>The reader that manifests are read with: Tomlyn's where the package can be had, else the project's own.</summary>
    public static ITomlReader Default { get; } = new TomlynReader();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITomlReader> All { get; } = [Default, new TomlReader()];
#endif
}
