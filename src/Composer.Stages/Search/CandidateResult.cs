using Composer.Architecture;
using Composer.Mad.Scoring;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Search;

/// <summary>What came of a candidate.</summary>
/// <param name="Layers">The candidate.</param>
/// <param name="Score">Of the tasks that were evaluated; all of them unless it was stopped.</param>
/// <param name="Trained">The trainings behind it.</param>
/// <param name="Cells">The mean over repetitions of each task and setting that was trained to the end.</param>
/// <param name="Stopped">Why it was stopped and what its score would have been; null when it was not.</param>
internal sealed record CandidateResult(
    LayerSequence Layers,
    CandidateScore Score,
    IReadOnlyList<TrainedCandidate> Trained,
    IReadOnlyDictionary<(string Task, int Variant), double> Cells,
    StoppedCandidate? Stopped = null)
{
    /// <summary>The mean over the first tasks, each with its weight; null when one of them has no score.</summary>
    public double? ScoreAfter(int tasks, TaskWeights weights) => weights.MeanOf(Score.Tasks.Take(tasks).Select(t => (t.Task, t.Value)));

    /// <summary>What the repetitions of a task's best setting scored, in their order; null of one or none.</summary>
    public IReadOnlyList<double>? RepetitionsOf(TaskScore task, ScoringRule rule)
    {
        double?[] scores = [.. BehindOf(task).Select(t => rule.ScoreOf(t.Result))];
        return scores.Length > 1 && scores.All(s => s is not null) ? [.. scores.Select(s => s!.Value)] : null;
    }

    /// <summary>What a task's best setting does at each length, means over the repetitions; null where it was tested at its own alone.</summary>
    public IReadOnlyList<LengthScore>? LengthsOf(TaskScore task)
    {
        LengthScore[] lengths =
        [
            .. BehindOf(task).SelectMany(t => t.Result.Lengths ?? []).GroupBy(l => l.Length)
                .Select(g => new LengthScore(g.Key, g.Average(l => l.Test.Loss), g.Average(l => l.Test.Accuracy))),
        ];
        return lengths.Length > 0 ? lengths : null;
    }

    /// <summary>The repetitions of a task's best setting, in their order.</summary>
    private IEnumerable<TaskTrial> BehindOf(TaskScore task) => Trained.Select(t => t.Trial)
        .Where(t => t.Result.Task == task.Task && t.Variant == task.Variant)
        .OrderBy(t => t.Repetition);
}

/// <summary>A candidate that was stopped before its tasks were done.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Predicted">What its score would probably have been; null where that does not matter.</param>
/// <param name="Variance">Of that prediction.</param>
internal sealed record StoppedCandidate(StopReason Reason, double? Predicted, double Variance);
