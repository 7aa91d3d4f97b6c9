namespace Composer.Mad.Scoring;

/// <summary>
/// A candidate's score: for each task the mean over repetitions, the best over settings; then the mean
/// over tasks, each with its weight.
/// </summary>
/// <remarks>
/// A setting with a failed repetition is out; a task whose settings are all out fails the candidate. A
/// failed candidate is a result, with the reason. Immutable; equal when value, failure and tasks are.
/// </remarks>
public sealed record CandidateScore
{
    private CandidateScore(double? value, string? failure, IReadOnlyList<TaskScore> tasks) =>
        (Value, Failure, Tasks) = (value, failure, tasks);

    /// <summary>Lower is better; null when the candidate failed.</summary>
    public double? Value { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; }

    /// <summary>One score a task, in the order of the trials.</summary>
    public IReadOnlyList<TaskScore> Tasks { get; }

    /// <param name="trials">At least one; the trainings of one candidate.</param>
    /// <param name="rule">How a training becomes a number.</param>
    public static CandidateScore Of(IEnumerable<TaskTrial> trials, ScoringRule rule)
    {
        TaskScore[] tasks = [.. trials.GroupBy(t => t.Result.Task, StringComparer.Ordinal).Select(g => OfTask(g.Key, g, rule))];
        if (tasks.Length == 0)
        {
            throw new ArgumentException("A score needs at least one training.", nameof(trials));
        }

        var failed = Array.Find(tasks, t => t.Value is null);
        return failed is null
            ? new CandidateScore(rule.Weights.MeanOf(tasks.Select(t => (t.Task, t.Value))), null, tasks)
            : new CandidateScore(null, $"{failed.Task}: {failed.Failure}", tasks);
    }

    public bool Equals(CandidateScore? other) =>
        other is not null && Value == other.Value && Failure == other.Failure && Tasks.SequenceEqual(other.Tasks);

    public override int GetHashCode() => HashCode.Combine(Value, Failure, Tasks.Count);

    private static TaskScore OfTask(string task, IEnumerable<TaskTrial> trials, ScoringRule rule)
    {
        var best = new TaskScore(task, null, null, null);
        foreach (var variant in trials.GroupBy(t => t.Variant).OrderBy(g => g.Key))
        {
            var failure = variant.Select(t => t.Result.Failure).FirstOrDefault(f => f is not null);
            if (failure is not null)
            {
                best = best.Failure is null && best.Value is null ? best with { Failure = failure } : best;
                continue;
            }

            var value = variant.OrderBy(t => t.Repetition).Average(t => rule.ScoreOf(t.Result))!.Value;
            if (best.Value is null || value < best.Value)
            {
                best = new TaskScore(task, value, variant.Key, null);
            }
        }

        return best;
    }
}
