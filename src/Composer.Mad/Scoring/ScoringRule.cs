using Composer.Mad.Evaluation;

namespace Composer.Mad.Scoring;

/// <summary>Turns a training's curve into one number, lower is better, and says how much it counts among the tasks'.</summary>
public sealed record ScoringRule(ScoreObjective Objective, ScoreEpoch Epoch)
{
    /// <summary>How the tasks' scores become a candidate's.</summary>
    public TaskWeights Weights { get; init; } = TaskWeights.Equal;

    /// <summary>The number, or null for a failed training.</summary>
    public double? ScoreOf(EvaluationResult result)
    {
        if (result.Status == EvaluationStatus.Failed)
        {
            return null;
        }

        var values = result.Curve.Where(r => r.Test is not null).Select(r => Value(r.Test!));
        return Epoch == ScoreEpoch.Last ? values.Last() : values.Min();
    }

    private double Value(TestMetrics test) => Objective == ScoreObjective.Loss ? test.Loss : 1 - test.Accuracy;
}
