using Composer.Build.Processes;

namespace Composer.Build.Formatting;

/// <summary>
/// White space as <c>.editorconfig</c> has it, by <c>dotnet format</c>, of files and not of projects: that takes seconds. The other
/// rules are the compiler's, in every build.
/// </summary>
internal static class SourceFormat
{
    /// <summary>Why it cannot run; null where it can. Not every SDK brings it.</summary>
    public static string? WhyNot(string dotnet, string root) =>
        QuietProcess.Run(dotnet, root, ["format", "--version"]).ExitCode == 0 ? null : "this SDK has no 'dotnet format'";

    /// <summary>What <c>dotnet</c> is called with, in the root of the clone; its exit code is 0 when all is well, or mended.</summary>
    public static IReadOnlyList<string> Arguments(bool fix) =>
    [
        "format",
        "whitespace",
        ".",
        "--folder",
        "--include",
        "build/",
        "src/",
        "tests/",
        .. fix ? Array.Empty<string>() : ["--verify-no-changes"],
    ];
}
