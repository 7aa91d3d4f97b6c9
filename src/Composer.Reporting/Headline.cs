using Composer.Reporting.Data;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.LmEval;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>The main result of a point in words.</summary>
internal static class Headline
{
    /// <summary>Losses nearer than half of the last digit shown are called equal.</summary>
    private const double EqualLosses = .0005;

    /// <summary>Budgets that differ by less than this share are called the same.</summary>
    private const double SameBudget = .01;

    /// <summary>One paragraph; what it compares is the lowest loss of each side.</summary>
    public static string Of(ReportPoint point)
    {
        var found = point.Models.Where(m => !m.IsBaseline).ToList();
        var baselines = point.Models.Where(m => m.IsBaseline && !m.IsImported).ToList();
        var best = Best(found);
        var rival = Best(baselines);
        if (best is null)
        {
            return rival is null
                ? "Nothing was pre-trained."
                : $"Of {NumberText.Count(baselines.Count, "baseline")}, {rival.Name} has the lowest validation loss, "
                    + $"{NumberText.Loss(rival.Pretrain.ValidationLoss)} nats a token.";
        }

        var text = Found(point, best, found.Count);
        if (rival is null)
        {
            return text + ". No baseline was trained beside it.";
        }

        text += LossAgainst(best, rival, baselines.Count) + ".";
        if (AccuracyAgainst(best, rival) is { } accuracy)
        {
            text += " " + accuracy;
        }

        return text + CacheAgainst(best, rival);
    }

    /// <summary>What points of a sweep say that differ in their seed alone: means, and the difference within each seed.</summary>
    public static string Of(PointGroup group)
    {
        if (group.Points.Count == 1)
        {
            return Of(group.Points[0]);
        }

        var names = group.Models.Where(m => double.IsFinite(group.Loss(m).Mean)).OrderBy(m => group.Loss(m).Mean).ToList();
        var best = names.FirstOrDefault(m => !group.Of(m)[0].IsBaseline);
        var rival = names.FirstOrDefault(m => group.Of(m)[0].IsBaseline);
        if ((best ?? rival) is not { } first)
        {
            return "Nothing was pre-trained.";
        }

        var loss = group.Loss(first);
        var text = $"Over {NumberText.Count(loss.Count, "seed")} {first} reaches a validation loss of {WithInterval(loss)} nats a token";
        if (best is null || rival is null)
        {
            return text + (best is null ? ", the lowest of the baselines." : ". No baseline was trained beside it.");
        }

        var difference = group.Difference(best, rival);
        var size = difference.Half is { } half ? $"{NumberText.Loss(Math.Abs(difference.Mean))} ± {NumberText.Loss(half)}" : NumberText.Loss(Math.Abs(difference.Mean));
        var verdict = difference.Half is { } h && Math.Abs(difference.Mean) <= h ? ", which the seeds do not tell from zero"
            : difference.Half is null ? $" ({NumberText.OneRun})" : "";
        return $"{text}, {rival}, the best baseline, {WithInterval(group.Loss(rival))}: within a seed it is {size} "
            + $"{(difference.Mean < 0 ? "lower" : "higher")}{verdict} (means ± 95 % intervals).";
    }

    private static string WithInterval(MeanInterval loss) =>
        loss.Half is { } half ? $"{NumberText.Loss(loss.Mean)} ± {NumberText.Loss(half)}" : $"{NumberText.Loss(loss.Mean)} ({NumberText.OneRun})";

    /// <summary>Mean accuracy with its standard error, over some tasks' independent errors; null where a task has none.</summary>
    public static (double Mean, double? Error) MeanAccuracy(IReadOnlyList<TaskAccuracy> tasks) => (
        tasks.Average(t => t.Accuracy),
        tasks.All(t => t.AccuracyStandardError is not null)
            ? Math.Sqrt(tasks.Sum(t => t.AccuracyStandardError!.Value * t.AccuracyStandardError.Value)) / tasks.Count
            : null);

    private static string Found(ReportPoint point, ReportModel best, int variants)
    {
        var loss = $"a validation loss of {NumberText.Loss(best.Pretrain.ValidationLoss)} nats a token ({NumberText.OneRun})";
        if (point.Searches.FirstOrDefault(s => s.Name == best.Name) is not { Aggregate: { } aggregate } search)
        {
            return $"{best.Name} reaches {loss}";
        }

        var trials = NumberText.Count(search.Search.Trials.Count, "trial");
        var prefix = variants > 1 ? $"Best of {variants} variants is {best.Name}: its search" : "The search";
        var layers = NumberText.Count(best.Architecture.Layers, "layer");
        var found = $"{prefix} found {aggregate.Notation} in {trials}";
        if (SearchStanding.Of(search) is { } standing)
        {
            found += $"; {standing.InWords()}";
        }

        if (aggregate.Confirmation is { } confirmation && confirmation.Proposed != aggregate.Architecture)
        {
            found += $"; the vote, {confirmation.Proposed.Notation}, did not hold in fresh runs";
        }

        return best.Architecture.Architecture == aggregate.Architecture
            ? $"{found}. Its {layers} reach {loss}"
            : $"{found}. Scaled to {layers} it reaches {loss}";
    }

    private static string LossAgainst(ReportModel best, ReportModel rival, int baselines)
    {
        var (name, end) = baselines > 1 ? ($"{rival.Name}, the best of {baselines} baselines", ",") : (rival.Name, "");
        var difference = best.Pretrain.ValidationLoss - rival.Pretrain.ValidationLoss;
        if (!double.IsFinite(difference))
        {
            return $"; {name}{end} has {NumberText.Loss(rival.Pretrain.ValidationLoss)}, so the two can't be compared";
        }

        var size = NumberText.Loss(Math.Abs(difference));
        var verdict = Math.Abs(difference) < EqualLosses ? "the same as" : difference < 0 ? $"{size} below" : $"{size} above";
        return $", {verdict} {name}{end} {Budget(best, rival)}";
    }

    private static string Budget(ReportModel best, ReportModel rival)
    {
        var sameTokens = IsSame(best.Pretrain.Tokens, rival.Pretrain.Tokens);
        var sameFlops = IsSame(best.Pretrain.Flops, rival.Pretrain.Flops);
        var flops = $"{NumberText.Scientific(best.Pretrain.Flops)} against {NumberText.Scientific(rival.Pretrain.Flops)} training FLOPs";
        return (sameTokens, sameFlops) switch
        {
            (true, true) => "at the same tokens and training FLOPs",
            (false, true) => "at the same training FLOPs",
            (true, false) => $"at the same number of tokens ({flops})",
            _ => $"at another budget ({flops})",
        };
    }

    private static string? AccuracyAgainst(ReportModel best, ReportModel rival)
    {
        var theirs = rival.Tasks.ToDictionary(t => t.Task, StringComparer.Ordinal);
        var common = best.Tasks.Where(t => theirs.ContainsKey(t.Task)).ToList();
        if (common.Count == 0)
        {
            return null;
        }

        var (mean, error) = MeanAccuracy(common);
        var (rivalMean, rivalError) = MeanAccuracy([.. common.Select(t => theirs[t.Task])]);
        var difference = mean - rivalMean;
        var both = error is { } e && rivalError is { } r ? Math.Sqrt(e * e + r * r) : (double?)null;
        var size = $"{NumberText.SignedPercent(difference)} ± {NumberText.Percent(both)} points";
        if (!common.Concat(common.Select(t => theirs[t.Task])).Any(Chance.IsBeaten))
        {
            var none = common.Count == 1 ? $"On {common[0].Task} neither is" : $"On none of {common.Count} tasks is either";
            return $"{none} told from guessing by two standard errors: {NumberText.Percent(mean)} % against {NumberText.Percent(rivalMean)} %, {size}.";
        }

        var verdict = both is null ? $"a difference of {size}, of which one question tells no error"
            : Math.Abs(difference) <= 2 * both ? $"the difference, {size}, is within two standard errors"
            : $"a difference of {size}, more than two standard errors";
        var over = common.Count == 1 ? $"On {common[0].Task} its accuracy" : $"Over {common.Count} tasks its mean accuracy";
        return $"{over} is {NumberText.Percent(mean)} % against {NumberText.Percent(rivalMean)} %: {verdict}.";
    }

    private static string CacheAgainst(ReportModel best, ReportModel rival)
    {
        var (mine, theirs) = (KvCacheCost.TextOf(best), KvCacheCost.TextOf(rival));
        return mine == theirs ? $" Both keep {mine} of keys and values a token." : $" Its KV cache takes {mine} against {theirs} a token.";
    }

    private static ReportModel? Best(List<ReportModel> models) =>
        models.MinBy(m => double.IsNaN(m.Pretrain.ValidationLoss) ? double.PositiveInfinity : m.Pretrain.ValidationLoss);

    private static bool IsSame(double a, double b) => Math.Abs(a - b) <= SameBudget * Math.Max(Math.Abs(a), Math.Abs(b));
}
