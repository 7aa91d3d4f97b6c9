namespace Composer.Build.Tests.Contract;

/// <summary>The clone that the tests run in.</summary>
internal static class Clone
{
    /// <summary>The folder of Composer.slnx.</summary>
    public static string Root => CloneRoot.Path;

    /// <summary>Where the compiled build project lies, in the configuration of the tests.</summary>
    public static string BuildFolder { get; } =
        Path.Join(Root, "artifacts", "bin", "_build", new DirectoryInfo(AppContext.BaseDirectory).Name);
}
