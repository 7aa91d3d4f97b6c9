using Composer.Core.Settings;

namespace Composer.Mad.Scoring;

/// <summary>How much each task counts in the mean over the tasks.</summary>
/// <param name="ByTask">Above 0, by the task's name; a task that is not named counts 1.</param>
/// <remarks>Immutable; equal when the entries are.</remarks>
public sealed record TaskWeights(ValueMap<double> ByTask)
{
    /// <summary>Every task counts the same.</summary>
    public static TaskWeights Equal { get; } = new([]);

    /// <summary>Of one task.</summary>
    public double this[string task] => ByTask.TryGetValue(task, out var weight) ? weight : 1;

    /// <summary>Σ wᵢsᵢ/Σ wᵢ, in the order of the scores; null where one is missing or there is none.</summary>
    public double? MeanOf(IEnumerable<(string Task, double? Score)> scores)
    {
        var (sum, weights) = (0.0, 0.0);
        foreach (var (task, score) in scores)
        {
            if (score is not { } known)
            {
                return null;
            }

            sum += this[task] * known;
            weights += this[task];
        }

        return weights > 0 ? sum / weights : null;
    }
}
