using Composer.Mad.Scoring;

namespace Composer.Mad.Prediction;

/// <summary>One candidate's trainings in one search after another, which differ in their seeds alone.</summary>
/// <param name="Searches">The trainings in each search; all of one candidate, with the same tasks and repetitions.</param>
public sealed record CandidateRuns(IReadOnlyList<IReadOnlyList<TaskTrial>> Searches)
{
    /// <summary>The tasks, in the order of the trainings.</summary>
    public IReadOnlyList<string> Tasks => [.. Searches[0].Select(t => t.Result.Task).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a training was scored after more epochs than its last, so that "best" can be another.</summary>
    public bool HasCurves => Searches.Any(s => s.Any(t => t.Result.Curve.Count(r => r.Test is not null) > 1));

    /// <summary>Whether no task's settings have all failed.</summary>
    public bool AreScored => Searches.All(trials =>
        CandidateScore.Of(trials, new ScoringRule(ScoreObjective.Loss, ScoreEpoch.Last)).Value is not null);

    /// <summary>
    /// A task's score in each repetition of each search: of the setting that is best on the mean over the search's repetitions, as a
    /// <see cref="CandidateScore"/> has it.
    /// </summary>
    /// <exception cref="InvalidOperationException">All settings failed.</exception>
    public IReadOnlyList<double> ScoresOf(string task, ScoringRule rule) =>
    [
        .. Searches.SelectMany(trials =>
        {
            TaskTrial[] ofTask = [.. trials.Where(t => t.Result.Task == task)];
            var best = CandidateScore.Of(ofTask, rule).Tasks[0].Variant
                ?? throw new InvalidOperationException($"No setting of {task} came through.");
            return ofTask.Where(t => t.Variant == best).OrderBy(t => t.Repetition).Select(t => rule.ScoreOf(t.Result)!.Value);
        }),
    ];
}
