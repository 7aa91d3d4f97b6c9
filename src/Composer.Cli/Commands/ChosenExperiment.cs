namespace Composer.Cli.Commands;

/// <summary>An experiment that a command line names.</summary>
/// <param name="Name">As <see cref="ExperimentOptions.Name"/>.</param>
/// <param name="Profile">Profiles with commas; null for none.</param>
/// <param name="Set">Settings, each <c>path=value</c>.</param>
internal sealed record ChosenExperiment(string Name, string? Profile, IReadOnlyList<string> Set);
