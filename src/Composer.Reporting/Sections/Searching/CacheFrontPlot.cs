using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Pipeline.Reports;
using Composer.Pipeline.Stages.Search;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;

namespace Composer.Reporting.Sections.Searching;

/// <summary>Score against KV cache, with the orders that no other beats in both.</summary>
internal static class CacheFrontPlot
{
    public static void Write(ReportPage page, ReportSearch search)
    {
        if (search.Shape is not { } shape)
        {
            return;
        }

        var trials = Points(search.Search, shape);
        if (trials.Select(t => t.Bytes).Distinct().Count() < 2)
        {
            return;
        }

        var front = Front(trials);
        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", "Score against KV cache");
            WritePlot(page, trials, front);
            html.Element(
                "figcaption",
                "KV cache of the small model, 2 bytes a value. Diamonds: orders that no other trial beats in both, the front.");
        }

        html.Line();
    }

    /// <summary>For each size of cache that is worth it the best trial, the smallest cache first: scores fall along it.</summary>
    public static IReadOnlyList<(TrialOutput Trial, long Bytes)> Front(IReadOnlyList<(TrialOutput Trial, long Bytes)> trials)
    {
        var front = new List<(TrialOutput Trial, long Bytes)>();
        foreach (var point in trials.OrderBy(t => t.Bytes).ThenBy(t => t.Trial.Score).ThenBy(t => t.Trial.Number))
        {
            if (front.Count == 0 || point.Trial.Score < front[^1].Trial.Score)
            {
                front.Add(point);
            }
        }

        return front;
    }

    private static (TrialOutput Trial, long Bytes)[] Points(SearchOutput search, ModelShape shape)
    {
        var result = search.Result.ToHashSet();
        return
        [
            .. search.Trials
                .Where(t => t.Score is { } score && double.IsFinite(score) && result.Contains(t.Number))
                .Select(t => (t, ArchitectureCosts.Of(LayerSequence.Parse(t.Layers), shape, vocabulary: 0).KvCacheBytesPerToken())),
        ];
    }

    private static void WritePlot(
        ReportPage page, IReadOnlyList<(TrialOutput Trial, long Bytes)> trials, IReadOnlyList<(TrialOutput Trial, long Bytes)> front)
    {
        var x = LinearScale.Covering(trials.Select(t => (double)t.Bytes), .06);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            x,
            AxisChoice.For(trials.Select(t => t.Trial.Score!.Value), ratio: 30, room: .08),
            "Score against KV cache",
            string.Join("; ", front.Select(f => $"{f.Trial.Layers}: {NumberText.Count(f.Bytes)} bytes a token, {NumberText.Score(f.Trial.Score)}")));
        plot.XAxis("KV cache, bytes a token", NumberText.Tick).YAxis("score", NumberText.Tick);
        foreach (var (trial, bytes) in trials)
        {
            plot.Marker(bytes, trial.Score!.Value, MarkerShape.Circle, 3.5, "trial", $"{trial.Layers} {NumberText.Score(trial.Score)}");
        }

        plot.Line(front.Select(f => ((double)f.Bytes, f.Trial.Score!.Value)), "line bestline");
        foreach (var (trial, bytes) in front)
        {
            plot.Marker(bytes, trial.Score!.Value, MarkerShape.Diamond, 5.5, "winner", $"front: {trial.Layers} {NumberText.Score(trial.Score)}, {NumberText.Count(bytes)} bytes a token");
        }
    }
}
