using System.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>Every candidate as a line through its score on each task: which tasks tell orders apart, and which agree.</summary>
internal static class ParallelCoordinatesPlot
{
    private const int FewestTrials = 3;
    private const int MostLines = 150;
    private const double RowHeight = 44;
    private const double Width = 520;
    private const double Left = 10;
    private const double Right = 10;
    private const double Top = 26;

    public static void Write(ReportPage page, ReportSearch from)
    {
        var trials = from.Search.Trials.Where(t => t.Score is { } s && double.IsFinite(s)).ToList();
        var axes = Axes(trials);
        if (trials.Count < FewestTrials || axes.Count < 2)
        {
            return;
        }

        var html = page.Html;
        var standing = SearchStanding.Of(from);
        using (html.In("figure"))
        {
            html.Element("h4", "Candidates across tasks");
            WritePlot(page, Shown(trials, standing), axes, standing);
            html.Element(
                "figcaption",
                "One line a candidate, from left, the best, to right on each task; each line of the plot has a scale of its own. "
                + "Green: the best candidate" + (standing?.Found is null ? "." : "; orange: the found order.")
                + (trials.Count > MostLines ? $" {MostLines} of {NumberText.Count(trials.Count)}, evenly chosen by score." : ""));
            page.Data(
                "candidates",
                new DataTable(["trial", "layers", .. axes.Select(a => a.Name), "runs", "variance", "kv_cache_bytes_per_token"]).AddAll(
                    trials,
                    t => [t.Number, t.Layers.ToString(), .. axes.Select(a => (object?)a.Of(t)), t.Runs, t.Variance, t.KvCache]));
        }

        html.Line();
    }

    /// <summary>The tasks that all candidates have a score on, and the mean.</summary>
    private static List<(string Name, Func<TrialOutput, double> Of)> Axes(List<TrialOutput> trials) =>
    [
        .. trials.SelectMany(t => t.Tasks).Select(t => t.Task).Distinct(StringComparer.Ordinal)
            .Where(task => trials.All(t => ScoreOn(t, task) is { } s && double.IsFinite(s)))
            .Select(task => (task, (Func<TrialOutput, double>)(t => ScoreOn(t, task)!.Value))),
        ("score", t => t.Score!.Value),
    ];

    private static double? ScoreOn(TrialOutput trial, string task) => trial.Tasks.FirstOrDefault(t => t.Task == task)?.Score;

    /// <summary>The worst first, so that the best lie on top; what was found and the best always among them.</summary>
    private static List<TrialOutput> Shown(List<TrialOutput> trials, SearchStanding? standing)
    {
        var sorted = trials.OrderByDescending(t => t.Score).ThenBy(t => t.Number).ToList();
        var count = Math.Min(MostLines, sorted.Count);
        var chosen = Enumerable.Range(0, count).Select(i => sorted[(int)((long)i * sorted.Count / count)]).ToList();
        return [.. chosen.Where(t => t != standing?.Best && t != standing?.Found), .. new[] { standing?.Best, standing?.Found }.OfType<TrialOutput>().Distinct()];
    }

    private static void WritePlot(
        ReportPage page,
        List<TrialOutput> trials,
        List<(string Name, Func<TrialOutput, double> Of)> axes,
        SearchStanding? standing)
    {
        using var figure = new SvgFigure(
            page,
            Width,
            Top + (RowHeight * (axes.Count - 1)) + 14,
            "Candidates across tasks",
            string.Join("; ", axes.Select(a => $"{a.Name}: {NumberText.Score(trials.Min(a.Of))} to {NumberText.Score(trials.Max(a.Of))}")));
        var scales = axes.ConvertAll(a => LinearScale.Covering(trials.Select(a.Of), 0));
        for (var i = 0; i < axes.Count; i++)
        {
            var at = Top + (i * RowHeight);
            figure.Line(Left, at, Width - Right, at, "axis");
        }

        foreach (var trial in trials)
        {
            var style = trial == standing?.Found ? "line winner" : trial == standing?.Best ? "line chosen" : "line pale s4";
            var data = new StringBuilder();
            for (var i = 0; i < axes.Count; i++)
            {
                var x = Left + (scales[i].Map(axes[i].Of(trial)) * (Width - Left - Right));
                var place = $"{SvgFigure.N(x)} {SvgFigure.N(Top + (i * RowHeight))}";
                data.Append(i == 0 ? $"M{place}" : $"L{place}");
            }

            figure.Path(data.ToString(), style, tooltip: $"{trial.Layers} {NumberText.Score(trial.Score)}");
        }

        // Above the lines, which would else strike them through.
        for (var i = 0; i < axes.Count; i++)
        {
            var at = Top + (i * RowHeight) - 6;
            figure.Label(Left, at, axes[i].Name, "row halo");
            figure.Label(Width - Right, at, $"{NumberText.Score(scales[i].Lowest)} – {NumberText.Score(scales[i].Highest)}", "tick end halo");
        }
    }
}
