using Composer.Architecture;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>How the order that a search led to did in the search itself, beside the best candidate.</summary>
/// <param name="Order">The order that was taken.</param>
/// <param name="Found">Its trial; null where the search did not try it.</param>
/// <param name="Rank">Of that trial, from 1; null where it has none.</param>
/// <param name="Best">The trial with the lowest score; null where none has a score.</param>
/// <param name="Ranked">How many trials have a score.</param>
internal sealed record SearchStanding(LayerSequence Order, TrialOutput? Found, int? Rank, TrialOutput? Best, int Ranked)
{
    /// <summary>Null where nothing was aggregated.</summary>
    public static SearchStanding? Of(ReportSearch from)
    {
        if (from.Aggregate is not { } aggregate)
        {
            return null;
        }

        var ranked = from.Search.Trials.Where(t => t.Score is { } s && double.IsFinite(s)).OrderBy(t => t.Score).ThenBy(t => t.Number).ToList();
        var at = ranked.FindIndex(t => t.Layers == aggregate.Architecture);
        return new SearchStanding(
            aggregate.Architecture, at < 0 ? null : ranked[at], at < 0 ? null : at + 1, ranked.FirstOrDefault(), ranked.Count);
    }

    /// <summary>A trial's score with the interval over its runs, or over the repetitions of its one run.</summary>
    public static MeanInterval ScoreOf(TrialOutput trial) => trial.Runs == 1 && RepetitionsOf(trial) is { } repetitions
        ? MeanInterval.Of(repetitions) with { Mean = trial.Score!.Value }
        : MeanInterval.OfVariance(trial.Score!.Value, trial.Variance, trial.Runs);

    /// <summary>The mean over tasks, each with its weight, in each repetition; null where a task has but one.</summary>
    private static IReadOnlyList<double>? RepetitionsOf(TrialOutput trial)
    {
        var least = trial.Tasks.Select(t => t.Repetitions?.Count ?? 1).DefaultIfEmpty(1).Min();
        return least < 2 ? null : [.. Enumerable.Range(0, least).Select(r =>
            trial.Tasks.Sum(t => (t.Weight ?? 1) * t.Repetitions![r]) / trial.Tasks.Sum(t => t.Weight ?? 1))];
    }

    /// <summary><c>0.2513 ± 0.0120</c>, or <c>0.2513 in one run</c>.</summary>
    public static string TextOf(TrialOutput trial)
    {
        var score = ScoreOf(trial);
        return score.Half is { } half ? $"{NumberText.Score(score.Mean)} ± {NumberText.Score(half)}" : $"{NumberText.Score(score.Mean)} in {NumberText.OneRun}";
    }

    /// <summary>Such as <c>in the search it scored 0.2614 ± 0.0100, rank 3 of 64; the best candidate, AAMMMM, 0.2513 ± 0.0120</c>.</summary>
    public string InWords() => (Found, Best) switch
    {
        (_, null) => "no candidate has a score",
        (null, { } best) => $"the search did not try it, and its best candidate, {best.Layers.Notation}, scored {TextOf(best)}",
        ({ } found, { } best) when found.Number == best.Number => $"in the search it was the best candidate and scored {TextOf(best)}",
        ({ } found, { } best) => $"in the search it scored {TextOf(found)}, rank {NumberText.Count(Rank!.Value)} of {NumberText.Count(Ranked)}, the "
            + $"best candidate, {best.Layers.Notation}, {TextOf(best)}",
    };
}
