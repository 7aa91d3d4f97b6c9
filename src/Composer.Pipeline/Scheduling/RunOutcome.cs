using Composer.Pipeline.Graph;
using Composer.Pipeline.Results;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>What a run came to.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Stages">What became of each stage, in the graph's order.</param>
/// <param name="Results">The results there are.</param>
/// <param name="ExitCode">As in <see cref="Core.ExitCode"/>.</param>
/// <param name="EvaluationsRan">Candidate evaluations that were computed.</param>
/// <param name="EvaluationHits">Candidate evaluations that were there already.</param>
/// <param name="Seconds">How long the run took.</param>
public sealed record RunOutcome(
    string Run,
    IReadOnlyList<RunStage> Stages,
    IReadOnlyDictionary<Stage, StageResult> Results,
    int ExitCode,
    int EvaluationsRan,
    int EvaluationHits,
    double Seconds)
{
    public int Count(string status) => Stages.Count(s => s.Status == status);

    /// <summary>The stages of a status, by name.</summary>
    public IReadOnlyList<string> NamesOf(string status) => [.. Stages.Where(s => s.Status == status).Select(s => s.Name)];
}
