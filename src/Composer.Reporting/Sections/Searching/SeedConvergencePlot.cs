using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections.Searching;

/// <summary>The best so far over the trials of one search under several seeds: median and quartiles.</summary>
internal static class SeedConvergencePlot
{
    /// <summary>Draws each group of searches that differ in their seed alone; groups of fewer than three say too little.</summary>
    public static void Write(ReportPage page)
    {
        foreach (var (name, runs) in Groups(page.Content.Points))
        {
            Write(page, name, runs);
        }
    }

    /// <summary>The best so far of each run, by what the runs have in common: what the points have in common, and the model.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<IReadOnlyList<double>> Runs)> Groups(IEnumerable<ReportPoint> points) =>
    [
        .. PointGroup.Of(points)
            .SelectMany(g => g.Points.SelectMany(p => p.Searches).Select(
                s => (Key: g.Axes.Count > 0 ? $"{s.Name}, {g.Label}" : s.Name, s.Search)))
            .GroupBy(s => s.Key, s => ConvergencePlot.BestSoFar(s.Search.Trials), StringComparer.Ordinal)
            .Where(g => g.Count() >= 3)
            .Select(g => (g.Key, (IReadOnlyList<IReadOnlyList<double>>)[.. g])),
    ];

    /// <summary>
    /// Lower quartile, median and upper quartile over the runs after each trial, by linear interpolation; NaN until all have a score.
    /// </summary>
    public static IReadOnlyList<(double Lower, double Median, double Upper)> Quartiles(IReadOnlyList<IReadOnlyList<double>> runs) =>
    [
        .. Enumerable.Range(0, runs.Min(r => r.Count)).Select(i =>
        {
            var values = runs.Select(r => r[i]).Order().ToArray();
            return values.Any(double.IsNaN)
                ? (double.NaN, double.NaN, double.NaN)
                : (Quantile(values, .25), Quantile(values, .5), Quantile(values, .75));
        }),
    ];

    private static void Write(ReportPage page, string name, IReadOnlyList<IReadOnlyList<double>> runs)
    {
        var quartiles = Quartiles(runs);
        var html = page.Html;
        using (html.In("figure", ("class", "narrow")))
        {
            html.Element("h4", $"Best so far over {NumberText.Count(runs.Count, "seed")}: {name}");
            using (var plot = new XyPlot(
                page,
                new PlotLayout(520, 300),
                LinearScale.Covering([0, quartiles.Count - 1], .03),
                AxisChoice.For(quartiles.SelectMany(q => new[] { q.Lower, q.Upper }), ratio: 30, room: .08),
                "Best so far over seeds",
                $"After {NumberText.Count(quartiles.Count, "trial")} the median is {NumberText.Score(quartiles[^1].Median)}, "
                + $"the quartiles {NumberText.Score(quartiles[^1].Lower)} and {NumberText.Score(quartiles[^1].Upper)}."))
            {
                plot.XAxis("trial", NumberText.Tick).YAxis("score", NumberText.Tick);
                plot.Line(quartiles.Select((q, i) => ((double)i, q.Lower)), "line dashed s4", stepped: true);
                plot.Line(quartiles.Select((q, i) => ((double)i, q.Upper)), "line dashed s4", stepped: true);
                plot.Line(quartiles.Select((q, i) => ((double)i, q.Median)), "line bestline", stepped: true);
            }

            html.Element("figcaption", "Line: the median of the best so far; dashed: the quartiles.");
            page.Data(
                $"best so far {name}",
                new DataTable("trial", "lower_quartile", "median", "upper_quartile").AddAll(
                    quartiles.Select((q, i) => (Trial: i, Q: q)), r => [r.Trial, r.Q.Lower, r.Q.Median, r.Q.Upper]));
        }

        html.Line();
    }

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
