using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections.Searching;

/// <summary>How many candidates scored how.</summary>
internal static class ScoreDistributionPlot
{
    private const int FewestTrials = 5;
    private const int MostBins = 30;

    public static void Write(ReportPage page, ReportSearch from)
    {
        var scores = from.Search.Trials.Select(t => t.Score ?? double.NaN).Where(double.IsFinite).ToList();
        if (scores.Count < FewestTrials || scores.Max() <= scores.Min())
        {
            return;
        }

        var html = page.Html;
        var standing = SearchStanding.Of(from);
        var bins = Bins(scores);
        using (html.In("figure"))
        {
            html.Element("h4", "Distribution of scores");
            WritePlot(page, bins, standing);
            html.Element(
                "figcaption",
                $"Candidates by score, {NumberText.Count(scores.Count)} in all. "
                + (standing is { Found: { } found } ? $"Diamond: the found order, {NumberText.Score(found.Score)}." : "The found order was not tried."));
            page.Data(
                "distribution of scores",
                new DataTable("from", "to", "candidates").AddAll(bins, b => [b.From, b.To, b.Count]));
        }

        html.Line();
    }

    /// <summary>Bins of equal width from the least score to the largest; the last holds its upper end.</summary>
    public static IReadOnlyList<(double From, double To, int Count)> Bins(IReadOnlyList<double> scores)
    {
        var (low, high) = (scores.Min(), scores.Max());
        var count = Math.Min(MostBins, (int)Math.Ceiling(2 * Math.Sqrt(scores.Count)));
        var counts = new int[count];
        foreach (var score in scores)
        {
            counts[Math.Min(count - 1, (int)((score - low) / (high - low) * count))]++;
        }

        return [.. counts.Select((c, i) => (low + ((high - low) * i / count), low + ((high - low) * (i + 1) / count), c))];
    }

    private static void WritePlot(ReportPage page, IReadOnlyList<(double From, double To, int Count)> bins, SearchStanding? standing)
    {
        var most = bins.Max(b => b.Count);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            LinearScale.Covering([bins[0].From, bins[^1].To], .04),
            new LinearScale(0, most * 1.1),
            "Distribution of scores",
            $"{NumberText.Count(bins.Count, "bin")}, the fullest of {NumberText.Count(most)}.");
        plot.XAxis("score", NumberText.Tick).YAxis("candidates", NumberText.Tick);
        foreach (var (from, to, count) in bins.Where(b => b.Count > 0))
        {
            plot.Bar(from, to, count, "bars", $"{NumberText.Score(from)} to {NumberText.Score(to)}: {NumberText.Count(count)}");
        }

        if (standing?.Found is { } found)
        {
            plot.Marker(
                found.Score!.Value, most * .04, MarkerShape.Diamond, 6, "winner", $"found: {found.Layers} {NumberText.Score(found.Score)}");
        }
    }
}
