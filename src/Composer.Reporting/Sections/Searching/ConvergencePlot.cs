using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>Every trial's score, and the best so far.</summary>
internal static class ConvergencePlot
{
    public static void Write(ReportPage page, SearchOutput search)
    {
        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", "Convergence");
            WritePlot(page, search);
            page.Data(
                "convergence",
                new DataTable("trial", "layers", "score", "runs", "variance", "best_so_far").AddAll(
                    search.Trials.Zip(BestSoFar(search.Trials)),
                    t => [t.First.Number, t.First.Layers.ToString(), t.First.Score, t.First.Runs, t.First.Variance, t.Second]));
            html.Element(
                "figcaption",
                "Dots: each trial's score. Line: the best so far"
                + (search.Trials.Select(t => t.Layers.Count).Distinct().Count() > 1 ? ", begun anew with each length of order" : "")
                + (search.Trials.Any(t => t.Score is null) ? ". Crosses at the bottom: failed trials." : "."));
        }

        html.Line();
    }

    /// <summary>The lowest score so far after each trial, NaN before the first; begun anew where candidates change length.</summary>
    public static IReadOnlyList<double> BestSoFar(IReadOnlyList<TrialOutput> trials)
    {
        var best = new double[trials.Count];
        for (var i = 0; i < best.Length; i++)
        {
            var before = i > 0 && trials[i - 1].Layers.Count == trials[i].Layers.Count ? best[i - 1] : double.NaN;
            best[i] = trials[i].Score is { } score && double.IsFinite(score) && !(score >= before) ? score : before;
        }

        return best;
    }

    private static void WritePlot(ReportPage page, SearchOutput search)
    {
        var trials = search.Trials;
        var best = BestSoFar(trials);
        var scores = trials.Select(t => t.Score ?? double.NaN).ToList();
        var winner = trials.Where(t => t.Score is { } s && double.IsFinite(s)).MinBy(t => t.Score);
        var x = LinearScale.Covering(trials.Select(t => (double)t.Number), .03);
        var y = AxisChoice.For(scores, ratio: 30, room: .08);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            x,
            y,
            "Convergence of the search",
            winner is null
                ? $"{NumberText.Count(trials.Count, "trial")}, none with a score."
                : $"{NumberText.Count(trials.Count, "trial")}; the best, {winner.Layers}, scored {NumberText.Score(winner.Score)} in "
                    + $"trial {winner.Number}.");
        plot.XAxis("trial", NumberText.Tick, [.. x.Ticks(7).Where(t => t == Math.Floor(t))]).YAxis("score", NumberText.Tick);
        for (var i = 0; i < trials.Count; i++)
        {
            var trial = trials[i];
            if (trial.Score is { } score && double.IsFinite(score))
            {
                plot.Marker(
                    trial.Number,
                    score,
                    MarkerShape.Circle,
                    3.5,
                    "trial",
                    $"trial {trial.Number}: {trial.Layers} {NumberText.Score(score)}");
            }
            else
            {
                plot.Marker(trial.Number, y.Lowest, MarkerShape.Cross, 3.5, "failed", $"trial {trial.Number}: {trial.Layers} failed");
            }
        }

        plot.Line(trials.Select((t, i) => ((double)t.Number, best[i])), "line bestline", stepped: true);
        if (winner is not null)
        {
            plot.Marker(
                winner.Number,
                winner.Score!.Value,
                MarkerShape.Diamond,
                6,
                "winner",
                $"best: trial {winner.Number}, {winner.Layers} {SearchStanding.TextOf(winner)}");
        }
    }
}
