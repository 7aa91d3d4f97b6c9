namespace Composer.Manifests.Tests.Toml;

/// <summary>A fact over the toml-test suite; skipped, with the reason, where the suite is not on this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TomlTestFactAttribute : FactAttribute
{
    public TomlTestFactAttribute()
    {
        if (TomlTestFolder.Find() is null)
        {
            Skip = $"NOT RUN: the toml-test suite is absent. Put it into shared/data/toml-test beside the repository, or name its folder in {TomlTestFolder.Variable}.";
        }
    }
}
