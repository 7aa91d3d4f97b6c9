namespace Composer.Manifests.Tests.Toml;

/// <summary>
/// The toml-test suite (https://github.com/toml-lang/toml-test), which is not part of this repository: the
/// folder in COMPOSER_TOML_TEST, else <c>shared/data/toml-test</c> beside any folder above.
/// </summary>
internal static class TomlTestFolder
{
    private const string Variable = "COMPOSER_TOML_TEST";

    /// <summary>The folder; skips the test, aloud, where the suite is not on this machine.</summary>
    public static string Require()
    {
        var folder = Find();
        Assert.SkipWhen(
            folder is null,
            $"NOT RUN: the toml-test suite is absent. Put it into shared/data/toml-test beside the repository, or name its folder in "
            + $"{Variable}.");
        return folder;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "toml-test");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
