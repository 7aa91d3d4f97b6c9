using System.Globalization;
using System.Text;
using Composer.Cli.Terminal;
using Composer.Core.Text;
using Composer.Mad.Prediction;

namespace Composer.Cli.Output;

/// <summary>How well each score predicts, as a table that fits 80 columns and says more in wider ones.</summary>
internal static class PredictionText
{
    private const int Names = 24;

    /// <summary>What a table with both intervals and regrets in deviations takes.</summary>
    private const int Wide = 114;

    /// <param name="view">What came of it.</param>
    /// <param name="width">Of the terminal, in cells.</param>
    public static string Of(PredictionView view, int width)
    {
        var isWide = width >= Wide;
        var lines = new List<string>();
        Say(
            $"{view.Stage}: {CountText.Of(view.Orders.Count, "order")}, {CountText.Of(view.Seeds.Count, "seed")}, "
            + $"{CountText.Of(view.Repetitions, "repetition")} in all"
            + (view.LeftOut > 0 ? $"; {CountText.Of(view.LeftOut, "order")} left out, not scored to the end by every search" : ""));
        Say(
            $"truth: {view.Truth.Stage}, {view.Truth.What}, {CountText.Of(view.Truth.Repetitions, "repetition")}; deviation between orders "
            + Number(view.Truth.Deviation) + (view.Truth.Unit == "nats" ? " nats" : "")
            + (view.Truth.Reliability is { } own
                ? $"; reliability {Ratio(own.OfOne)}, of the mean {Ratio(own.OfMean)}"
                : "; reliability unknown"));
        if (view.SharedSeeds.Count > 0)
        {
            Say($"both have seed {string.Join(", ", view.SharedSeeds)}: there small models begin with the same parameters, which may lend "
                + "agreement");
        }

        lines.Add("");
        lines.Add(isWide
            ? $"{"",Names} {"Spearman",19}  {"Kendall",19}  {"rel.",5} {"corr.",5}  {"regret first (sd)",17}  {"of five (sd)",15}"
            : $"{"",Names} {"Spearman",19} {"Kend.",5} {"rel.",5} {"corr.",5} {"regret",7} {"of 5",7}");
        foreach (var group in view.Predictors.Where(p => p.Kind != PredictorKind.WithoutTask)
            .GroupBy(p => p.Kind == PredictorKind.OwnScore ? "" : PredictorView.RuleOf(p.Objective, p.Epoch)))
        {
            if (group.Key.Length > 0)
            {
                lines.Add($"by {group.Key}");
            }

            lines.AddRange(group.Select(score => Row(score, isWide)));
        }

        if (view.Tasks.Count > 0)
        {
            lines.Add("");
            lines.Add("Spearman of the mean over tasks, changed when a task is left out");
            foreach (var group in view.Tasks.GroupBy(t => PredictorView.RuleOf(t.Objective, t.Epoch)))
            {
                lines.Add($"by {group.Key}");
                lines.AddRange(group.Select(t => $"{Cells.Fit(" " + t.Task, Names)} {Interval(t.Change)}  {Verdict(t.Verdict)}"));
            }
        }

        lines.Add("");
        var (first, best) = (view.Predictors[0], view.Predictors.MaxBy(p => p.Spearman.Value)!);
        Say(best == first
            ? "No score predicts better than the search's own."
            : $"Best of {view.Predictors.Count} scores, chosen after the fact: {best.Name} by "
                + $"{PredictorView.RuleOf(best.Objective, best.Epoch)}, {Interval(best.AgainstOwn).Trim()} above the search's own.");
        Say(
            $"[ ]: 95 % by {PredictionStudy.Resamples} resamples of orders and repetitions. rel.: reliability of the mean over "
            + "repetitions. corr.: Spearman without the noise of either side. regret: the truth of the order that the score puts first, and "
            + $"of its first five, above the truth's best{(view.Truth.Unit == "nats" ? ", in nats" : "")}.");
        return string.Join(Environment.NewLine, lines);

        void Say(string text) => lines.AddRange(Cells.Wrap(text, Math.Max(width, 40), Math.Max(width, 40), breakWords: false));
    }

    private static string Row(PredictorView score, bool isWide)
    {
        var text = new StringBuilder(Cells.Fit(score.Kind == PredictorKind.OwnScore ? score.Name : $" {score.Name}", Names));
        var (reliability, corrected) = (Ratio(score.Reliability?.OfMean), Ratio(score.Corrected));
        return (isWide
            ? text.Append($" {Interval(score.Spearman)}  {Interval(score.Kendall)}  {reliability,5} {corrected,5}")
                .Append($"  {Regret(score.RegretOfBest, score.RegretOfBestDeviations),17}")
                .Append($"  {Regret(score.RegretOfFive, score.RegretOfFiveDeviations),15}")
            : text.Append($" {Interval(score.Spearman)} {Ratio(score.Kendall.Value),5} {reliability,5} {corrected,5}")
                .Append($" {Number(score.RegretOfBest.Value),7} {Number(score.RegretOfFive.Value),7}")).ToString();
    }

    private static string Verdict(InfluenceVerdict verdict) => verdict switch
    {
        InfluenceVerdict.AddsNoise => "adds noise",
        InfluenceVerdict.Helps => "helps",
        _ => "not told apart",
    };

    private static string Regret(Estimate regret, double deviations) =>
        string.Create(CultureInfo.InvariantCulture, $"{regret.Value:0.0000} ({deviations:0.00})");

    /// <summary>Such as <c> 0.62 [ 0.41, 0.78]</c>, always 19 wide.</summary>
    private static string Interval(Estimate estimate) => estimate is { Low: { } low, High: { } high }
        ? string.Create(CultureInfo.InvariantCulture, $"{estimate.Value,5:0.00} [{low,5:0.00},{high,5:0.00}]")
        : string.Create(CultureInfo.InvariantCulture, $"{estimate.Value,5:0.00}{"",14}");

    private static string Ratio(double? ratio) => ratio is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00}") : "–";

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0000}");
}
