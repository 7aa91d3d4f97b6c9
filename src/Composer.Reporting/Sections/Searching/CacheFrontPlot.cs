using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Search;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>Score against KV cache, with the orders that no other beats in both.</summary>
internal static class CacheFrontPlot
{
    public static void Write(ReportPage page, SearchOutput search)
    {
        var result = search.Result.ToHashSet();
        TrialOutput[] trials = [.. search.Trials.Where(t => t.Score is { } score && double.IsFinite(score) && result.Contains(t.Number))];
        if (trials.Select(t => t.KvCache).Distinct().Count() < 2)
        {
            return;
        }

        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", "Score against KV cache");
            WritePlot(page, trials, Of(trials));
            page.Data(
                "score against kv cache",
                new DataTable("trial", "layers", "kv_cache_bytes_per_token", "score", "on_front").AddAll(
                    trials, t => [t.Number, t.Layers.ToString(), t.KvCache, t.Score, Of(trials).Contains(t) ? 1 : 0]));
            html.Element(
                "figcaption",
                "KV cache of the small model, 2 bytes a value. Diamonds: orders that no other trial beats in both, the front.");
        }

        html.Line();
    }

    /// <summary>For each size of cache that is worth it the best trial, the smallest cache first: scores fall along it.</summary>
    public static IReadOnlyList<TrialOutput> Of(IEnumerable<TrialOutput> trials) =>
        Front.Of(trials.OrderBy(t => t.Number), t => t.KvCache, t => t.Score!.Value);

    private static void WritePlot(ReportPage page, IReadOnlyList<TrialOutput> trials, IReadOnlyList<TrialOutput> front)
    {
        var x = LinearScale.Covering(trials.Select(t => t.KvCache), .06);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            x,
            AxisChoice.For(trials.Select(t => t.Score!.Value), ratio: 30, room: .08),
            "Score against KV cache",
            string.Join("; ", front.Select(f => $"{f.Layers}: {NumberText.Count((long)f.KvCache)} bytes a token, "
                + $"{NumberText.Score(f.Score)}")));
        plot.XAxis("KV cache, bytes a token", NumberText.Tick).YAxis("score", NumberText.Tick);
        foreach (var trial in trials)
        {
            plot.Marker(
                trial.KvCache, trial.Score!.Value, MarkerShape.Circle, 3.5, "trial", $"{trial.Layers} {NumberText.Score(trial.Score)}");
        }

        plot.Line(front.Select(f => (f.KvCache, f.Score!.Value)), "line bestline");
        foreach (var trial in front)
        {
            plot.Marker(
                trial.KvCache,
                trial.Score!.Value,
                MarkerShape.Diamond,
                5.5,
                "winner",
                $"front: {trial.Layers} {NumberText.Score(trial.Score)}, {NumberText.Count((long)trial.KvCache)} bytes a token");
        }
    }
}
