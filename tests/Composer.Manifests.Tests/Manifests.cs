using System.Text;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Tests;

/// <summary>Manifests that tests start from, read from memory under the name <c>m.toml</c>.</summary>
internal static class Manifests
{
    /// <summary>The least that a manifest must say.</summary>
    public const string Minimal = """
        schema = 1
        name = "m"
        [pretrain]
        tokens = 1000

        """;

    public static ResolvedExperiment Load(string toml, string? profile = null, params string[] settings) =>
        ManifestLoader.Parse(Encoding.UTF8.GetBytes(toml), "m.toml", profile, settings);

    /// <summary>What is wrong with it, as it is printed.</summary>
    public static IReadOnlyList<string> Mistakes(string toml, string? profile = null, params string[] settings) =>
        [.. Assert.Throws<UserInputException>(() => Load(toml, profile, settings)).Diagnostics.Select(d => d.ToString())];

    /// <summary>The one thing that is wrong with it, as it is printed.</summary>
    public static string Mistake(string toml, string? profile = null, params string[] settings) =>
        Assert.Single(Mistakes(toml, profile, settings));
}
