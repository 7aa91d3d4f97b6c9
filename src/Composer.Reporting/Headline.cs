using Composer.Reporting.Data;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.LmEval;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>The main result of a point in words: first how what was found does against the first baseline, then the rest.</summary>
internal static class Headline
{
    /// <summary>Budgets that differ by less than this share are called the same.</summary>
    private const double SameBudget = .01;

    /// <summary>One paragraph on a point of its own.</summary>
    public static string Of(ReportPoint point) => Of(PointGroup.Of(point));

    /// <summary>One paragraph on points of a sweep that differ in their seed alone.</summary>
    public static string Of(PointGroup group)
    {
        var names = group.Models.Where(m => group.Loss(m).Count > 0).ToList();
        if (names.FirstOrDefault(m => !group.Of(m)[0].IsBaseline) is not { } found)
        {
            return names.Where(m => double.IsFinite(group.Loss(m).Mean)).MinBy(m => group.Loss(m).Mean) is { } lowest
                ? $"Of {NumberText.Count(names.Count, "baseline")}, {lowest} has the lowest validation loss, "
                    + $"{WithInterval(group, lowest)} nats a token."
                : "Nothing was pre-trained.";
        }

        var over = group.IsOverSeeds ? $"Over {NumberText.Count(group.Loss(found).Count, "seed")} " : "";
        var text = $"{over}{found} reaches a validation loss of {WithInterval(group, found)} nats a token";
        if (group.Reference is not { } reference)
        {
            return $"{text}. No baseline was trained beside it. {Search(group, found)}".TrimEnd();
        }

        string?[] sentences =
        [
            text + LossAgainst(group, found, reference),
            LowestOfAll(group, names, found, reference),
            Search(group, found),
            AccuracyAgainst(group, found, reference),
            CacheAgainst(group, found, reference),
        ];
        return string.Join(' ', sentences.Where(s => !string.IsNullOrEmpty(s)));
    }

    /// <summary>Mean accuracy with its standard error, over some tasks' independent errors; null where a task has none.</summary>
    public static (double Mean, double? Error) MeanAccuracy(IReadOnlyList<TaskAccuracy> tasks) => (
        tasks.Average(t => t.Accuracy),
        tasks.All(t => t.AccuracyStandardError is not null)
            ? Math.Sqrt(tasks.Sum(t => t.AccuracyStandardError!.Value * t.AccuracyStandardError.Value)) / tasks.Count
            : null);

    /// <summary><c>5 pairs</c>; <c>6 pairs in 3 seeds</c> where several pairs share a seed.</summary>
    public static string PairsOf(PairedDifference difference) => difference.Pairs == difference.Mean.Count
        ? NumberText.Count(difference.Pairs, "pair")
        : $"{NumberText.Count(difference.Pairs, "pair")} in {NumberText.Count(difference.Mean.Count, "seed")}";

    private static string WithInterval(PointGroup group, string model) =>
        NumberText.WithHalf(group.Loss(model).Mean, group.Loss(model).Half, NumberText.Loss);

    private static string LossAgainst(PointGroup group, string found, string reference)
    {
        var difference = group.LossDifference(found, reference);
        var mean = difference.Mean;
        if (!double.IsFinite(mean.Mean))
        {
            return $"; {reference} has {WithInterval(group, reference)}, so the two can't be compared.";
        }

        var size = NumberText.Loss(Math.Abs(mean.Mean)) + (mean.Half is { } half ? $" ± {NumberText.Loss(half)}" : "");
        var verdict = mean.Half is null ? "one pair can't tell them apart" : difference.Verdict(lowerIsBetter: true);
        return $", {size} {(mean.Mean <= 0 ? "lower" : "higher")} than {reference}'s "
            + $"({PairsOf(difference)}, {Budget(group.Of(found)[0], group.Of(reference)[0])}): {verdict}.";
    }

    /// <summary>That another model has a lower loss than what was found, where one has.</summary>
    private static string? LowestOfAll(PointGroup group, List<string> names, string found, string reference)
    {
        var lowest = names.Where(m => double.IsFinite(group.Loss(m).Mean)).MinBy(m => group.Loss(m).Mean);
        if (lowest is null || lowest == found || lowest == reference)
        {
            return null;
        }

        var own = group.LossDifference(found, lowest);
        return $"The lowest of all is {lowest}'s, {WithInterval(group, lowest)}"
            + (own.IsTold && own.Mean.Mean > 0 ? $"; {found} is worse than it." : ".");
    }

    private static string Search(PointGroup group, string found)
    {
        var orders = group.Of(found).Select(m => m.Architecture.Notation).GroupBy(n => n, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ToList();
        if (group.IsOverSeeds)
        {
            return "Every seed is a whole pipeline with a search of its own: "
                + (orders.Count == 1
                    ? $"all came to {orders[0].Key}."
                    : $"they came to {string.Join(", ", orders.Select(o => $"{o.Key} ({o.Count()})"))}.");
        }

        var model = group.Of(found)[0];
        if (group.Points[0].Searches.FirstOrDefault(s => s.Name == found) is not { Aggregate: { } aggregate } search)
        {
            return "";
        }

        var text = $"The search found {aggregate.Notation} in {NumberText.Count(search.Search.Trials.Count, "trial")}";
        if (SearchStanding.Of(search) is { } standing)
        {
            text += $"; {standing.InWords()}";
        }

        if (aggregate.Confirmation is { } confirmation && confirmation.Proposed != aggregate.Architecture)
        {
            var what = aggregate.Positions.Count > 0 ? "the vote" : "the proposal";
            text += $"; {what}, {confirmation.Proposed.Notation}, did not hold in fresh runs";
        }

        return model.Architecture.Architecture == aggregate.Architecture
            ? $"{text}."
            : $"{text}. It was scaled to {NumberText.Count(model.Architecture.Layers, "layer")}.";
    }

    private static string Budget(ReportModel one, ReportModel other)
    {
        var sameTokens = IsSame(one.Pretrain.Tokens, other.Pretrain.Tokens);
        var sameFlops = IsSame(one.Pretrain.Flops, other.Pretrain.Flops);
        var flops = $"{NumberText.Scientific(one.Pretrain.Flops)} against {NumberText.Scientific(other.Pretrain.Flops)} training FLOPs";
        return (sameTokens, sameFlops) switch
        {
            (true, true) => "equal tokens and training FLOPs",
            (false, true) => "equal training FLOPs",
            (true, false) => $"equal tokens, {flops}",
            _ => $"unequal budgets, {flops}",
        };
    }

    private static string? AccuracyAgainst(PointGroup group, string found, string reference)
    {
        var (mine, theirs) = (ByTask(group, found), ByTask(group, reference));
        string[] common = [.. mine.Keys.Where(theirs.ContainsKey)];
        if (common.Length == 0)
        {
            return null;
        }

        var (mean, rivalMean) = (group.Accuracy(found, common), group.Accuracy(reference, common));
        var difference = group.AccuracyDifference(found, reference, common);
        if (difference.Mean.Count == 0)
        {
            return null;
        }

        // Of one pair it is known how much chance there is in the questions, at least.
        var both = difference.Mean.Half ?? QuestionError([.. common.Select(t => mine[t])], [.. common.Select(t => theirs[t])]);
        var size = $"{NumberText.SignedPercent(difference.Mean.Mean)} ± {NumberText.Percent(both)} points"
            + (difference.Mean.Half is null ? "" : $" ({PairsOf(difference)})");
        var (one, other) = (NumberText.Percent(mean.Mean), NumberText.Percent(rivalMean.Mean));
        if (!common.Any(t => Chance.IsBeaten(mine[t]) || Chance.IsBeaten(theirs[t])))
        {
            var none = common.Length == 1 ? $"On {common[0]} neither is" : $"On none of {common.Length} tasks is either";
            return $"{none} told from guessing by two standard errors: {one} % against {other} %, {size}.";
        }

        var verdict = difference.Mean.Half is not null ? $"{size}: {difference.Verdict(lowerIsBetter: false)}"
            : both is null ? $"a difference of {size}, of which one question tells no error"
            : Math.Abs(difference.Mean.Mean) <= 2 * both ? $"the difference, {size}, is within two standard errors over the questions"
            : $"a difference of {size}, more than two standard errors over the questions";
        var over = common.Length == 1 ? $"On {common[0]} its accuracy" : $"Over {common.Length} tasks its mean accuracy";
        return $"{over} is {one} % against {other} %: {verdict}.";
    }

    private static Dictionary<string, TaskAccuracy> ByTask(PointGroup group, string model) =>
        MeanScores.Of(group.Of(model).SelectMany(m => m.Runs)).ToDictionary(t => t.Task, StringComparer.Ordinal);

    private static double? QuestionError(IReadOnlyList<TaskAccuracy> mine, IReadOnlyList<TaskAccuracy> theirs) =>
        MeanAccuracy(mine).Error is { } e && MeanAccuracy(theirs).Error is { } r ? Math.Sqrt((e * e) + (r * r)) : null;

    private static string? CacheAgainst(PointGroup group, string found, string reference)
    {
        // Each seed may have found another order.
        if (group.IsOverSeeds)
        {
            return null;
        }

        var (mine, theirs) = (KvCacheCost.TextOf(group.Of(found)[0]), KvCacheCost.TextOf(group.Of(reference)[0]));
        return mine == theirs ? $"Both keep {mine} of keys and values a token." : $"Its KV cache takes {mine} against {theirs} a token.";
    }

    private static bool IsSame(double a, double b) => Math.Abs(a - b) <= SameBudget * Math.Max(Math.Abs(a), Math.Abs(b));
}
