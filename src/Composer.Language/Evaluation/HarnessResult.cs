namespace Composer.Language.Evaluation;

/// <summary>How a model did on one task.</summary>
/// <param name="Task">What was asked.</param>
/// <param name="Shots">Solved examples before each question.</param>
/// <param name="Questions">How many were scored: what the scores are over; 0 where none of a generated task's fits the window.</param>
/// <param name="LeftOut">How many generated questions were not scored, since a choice is longer than the window.</param>
/// <param name="ContextCut">How many of the scored ones had a context cut to fit the window.</param>
/// <param name="Scores">Of each of the task's metrics, in their order; empty where no question was scored.</param>
/// <param name="Hash">Of all documents, prompts and targets, as the harness hashes a task.</param>
/// <param name="Samples">Each question's requests and scores, when they were kept; else empty.</param>
public sealed record HarnessResult(
    EvaluationTask Task,
    int Shots,
    int Questions,
    int LeftOut,
    int ContextCut,
    IReadOnlyList<MetricScore> Scores,
    string Hash,
    IReadOnlyList<TaskSample> Samples)
{
    /// <summary>The score of a metric; null where the task has none.</summary>
    public MetricScore? this[EvaluationMetric metric] => Scores.FirstOrDefault(s => s.Metric == metric);
}
