using Composer.Pipeline.Scheduling;

namespace Composer.Cli.Output;

/// <summary>What <c>run --check --json</c> prints.</summary>
internal sealed record CheckView(string Experiment, string? Profile, IReadOnlyList<CheckRow> Stages, int ExitCode);

/// <param name="Status">equal, different, missing or failed.</param>
/// <param name="Different">Names of the outputs with other bytes.</param>
/// <param name="Behind">Results that belong to it (evaluations) and were compared too.</param>
/// <param name="BehindDifferent">How many of them were different.</param>
internal sealed record CheckRow(
    string Name,
    string Stage,
    string Status,
    string? Key,
    IReadOnlyList<string> Different,
    int Behind,
    int BehindDifferent,
    int Threads,
    string? Failure,
    double Seconds)
{
    public static CheckRow Of(RecomputedStage stage) => new(
        stage.Name,
        stage.Kind,
        stage.Status,
        stage.Key?.ToString(),
        [.. stage.Differences.Select(d => d.Name)],
        stage.Behind,
        stage.BehindDifferent,
        stage.Threads,
        stage.Failure,
        stage.Seconds);
}
