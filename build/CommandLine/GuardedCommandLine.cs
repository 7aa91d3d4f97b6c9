namespace Composer.Build.CommandLine;

/// <summary>A checked command line.</summary>
/// <param name="Arguments">As NUKE takes them: targets, then each option once.</param>
/// <param name="Targets">The targets named, as written.</param>
/// <param name="Mistakes">What is wrong with it; empty when nothing is.</param>
internal sealed record GuardedCommandLine(
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Mistakes);
