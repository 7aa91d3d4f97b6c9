using System.CommandLine;

namespace Composer.Bench.Measuring;

/// <summary>Makes the options that many benchmarks have in the same way.</summary>
internal static class BenchOption
{
    /// <param name="name">With its dashes.</param>
    /// <param name="fallback">Where it is not given.</param>
    /// <param name="description">For the help.</param>
    public static Option<T> Of<T>(string name, T fallback, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };

    /// <param name="description">What lies there.</param>
    public static Option<string?> Artifacts(string description) =>
        new("--artifacts") { Description = $"{description}; artifacts/ of the clone by default.", HelpName = "FOLDER" };
}
