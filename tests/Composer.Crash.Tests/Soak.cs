using System.Globalization;

namespace Composer.Crash.Tests;

/// <summary>How long the tests go on: a short form in every test run, the whole with <c>./build.sh Soak</c>.</summary>
internal static class Soak
{
    /// <summary>Names the folder for the figures; set by the target Soak.</summary>
    public const string Variable = "COMPOSER_SOAK";

    /// <summary>Another seed than the usual one.</summary>
    public const string SeedVariable = "COMPOSER_SOAK_SEED";

    public static bool IsOn => Folder is not null;

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed) ? seed : 20261122;

    private static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    /// <summary>Keeps a figure for the target to print.</summary>
    public static void Report(string name, string text)
    {
        if (Folder is { } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name + ".txt"), text + Environment.NewLine);
        }
    }
}
