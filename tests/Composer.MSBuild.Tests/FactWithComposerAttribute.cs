namespace Composer.MSBuild.Tests;

/// <summary>A fact about the real executable; skipped, with the reason, where it isn't built in this configuration.</summary>
internal sealed class FactWithComposerAttribute : FactAttribute
{
    public FactWithComposerAttribute()
    {
        if (!File.Exists(Executable))
        {
            Skip = $"Build src/Composer.Cli first: there is no {Executable}.";
        }
    }

    /// <summary>Beside the tests in <c>artifacts/bin</c>, of the same configuration.</summary>
    public static string Executable { get; } = Path.GetFullPath(
        Path.Join(AppContext.BaseDirectory, "..", "..", "Composer.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "composer"));
}
