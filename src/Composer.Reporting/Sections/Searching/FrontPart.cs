using Composer.Core.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Search;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>
/// Scores against what candidates cost, KV cache and training FLOPs, with the orders that no other beats in both: of every search,
/// whatever it improves, since costs are known of all that was tried.
/// </summary>
internal static class FrontPart
{
    private static readonly FrontCost[] Costs =
    [
        new("KV cache", "KV cache, bytes a token", "kv_cache_bytes_per_token", SearchObjective.KvCache)
        {
            Of = trial => trial.KvCache, Text = value => BytesText.Of((long)value),
        },
        new("training FLOPs", "training FLOPs a token", "flops_per_token", SearchObjective.Flops)
        {
            Of = trial => trial.Flops, Text = NumberText.Scientific,
        },
    ];

    /// <summary>The charts, a figure each.</summary>
    public static void WritePlots(ReportPage page, SearchOutput search)
    {
        var html = page.Html;
        foreach (var (cost, trials) in Drawn(search))
        {
            var front = Of(trials, cost.Of);
            using (html.In("figure"))
            {
                html.Element("h4", $"Score against {cost.Name}");
                WritePlot(page, cost, trials, front);
                page.Data(
                    $"score against {cost.Name.ToLowerInvariant()}",
                    new DataTable("trial", "layers", cost.Column, "score", "on_front").AddAll(
                        trials, t => [t.Number, t.Layers.ToString(), cost.Of(t), t.Score, front.Contains(t) ? 1 : 0]));
                html.Element("figcaption", Caption(search, cost));
            }

            html.Line();
        }
    }

    /// <summary>The orders on the fronts, cheapest first.</summary>
    public static void WriteTable(ReportPage page, SearchOutput search)
    {
        var html = page.Html;
        var fronts = Drawn(search).Select(d => (d.Cost, Front: Of(d.Trials, d.Cost.Of))).ToList();
        if (fronts.Count == 0)
        {
            return;
        }

        using (html.In("details"))
        {
            html.Element("summary", "Orders on the fronts");
            foreach (var (cost, front) in fronts)
            {
                HtmlTable.Write(
                    html,
                    $"Score against {cost.Name}: orders that no other trial beats in both",
                    [TableColumn.Number("Trial"), new("Layers"), TableColumn.Number(cost.Unit), TableColumn.Number("Score")],
                    () =>
                    {
                        foreach (var trial in front)
                        {
                            HtmlTable.Row(html, () =>
                            {
                                HtmlTable.Number(html, NumberText.Count(trial.Number));
                                using (html.In("th", ("scope", "row")))
                                {
                                    LayerBlocks.Write(html, trial.Layers, trial.Layers.ToString());
                                }

                                HtmlTable.Number(html, cost.Text(cost.Of(trial)));
                                HtmlTable.Number(html, NumberText.Score(trial.Score));
                            });
                        }
                    });
            }
        }

        html.Line();
    }

    /// <summary>For each cost that is worth it the best trial, the cheapest first: scores fall along it.</summary>
    /// <param name="trials">Each with a score.</param>
    /// <param name="cost">What one costs.</param>
    public static IReadOnlyList<TrialOutput> Of(IEnumerable<TrialOutput> trials, Func<TrialOutput, double> cost) =>
        Front.Of(trials.OrderBy(t => t.Number), cost, t => t.Score!.Value);

    /// <summary>The costs in which trials differ, with the trials that the architecture is aggregated from.</summary>
    private static IEnumerable<(FrontCost Cost, TrialOutput[] Trials)> Drawn(SearchOutput search)
    {
        var result = search.Result.ToHashSet();
        TrialOutput[] trials = [.. search.Trials.Where(t => t.Score is { } score && double.IsFinite(score) && result.Contains(t.Number))];
        return Costs.Where(cost => trials.Select(cost.Of).Distinct().Count() > 1).Select(cost => (cost, trials));
    }

    private static string Caption(SearchOutput search, FrontCost cost) =>
        (cost.Objective == SearchObjective.KvCache
            ? "What the small model keeps while decoding, 2 bytes a value"
            : "Operations of training the small model's layers, forward and backward")
        + (search.Length > 0 ? $", of a sequence of {NumberText.Count(search.Length, "token")}" : "")
        + ". Diamonds: orders that no other trial beats in both, the front"
        + (search.Objectives.Contains(cost.Objective) ? "; the search improved it." : ".");

    private static void WritePlot(
        ReportPage page, FrontCost cost, IReadOnlyList<TrialOutput> trials, IReadOnlyList<TrialOutput> front)
    {
        var x = LinearScale.Covering(trials.Select(cost.Of), .06);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            x,
            AxisChoice.For(trials.Select(t => t.Score!.Value), ratio: 30, room: .08),
            $"Score against {cost.Name}",
            string.Join("; ", front.Select(f => $"{f.Layers}: {cost.Text(cost.Of(f))} a token, {NumberText.Score(f.Score)}")));
        plot.XAxis(cost.Unit, NumberText.Tick).YAxis("score", NumberText.Tick);
        foreach (var trial in trials)
        {
            plot.Marker(
                cost.Of(trial), trial.Score!.Value, MarkerShape.Circle, 3.5, "trial", $"{trial.Layers} {NumberText.Score(trial.Score)}");
        }

        plot.Line(front.Select(f => (cost.Of(f), f.Score!.Value)), "line bestline");
        foreach (var trial in front)
        {
            plot.Marker(
                cost.Of(trial),
                trial.Score!.Value,
                MarkerShape.Diamond,
                5.5,
                "winner",
                $"front: {trial.Layers} {NumberText.Score(trial.Score)}, {cost.Text(cost.Of(trial))} a token");
        }
    }

    /// <param name="Name">In titles.</param>
    /// <param name="Unit">At the axis.</param>
    /// <param name="Column">In the data.</param>
    /// <param name="Objective">By which a search improves it.</param>
    private sealed record FrontCost(string Name, string Unit, string Column, SearchObjective Objective)
    {
        /// <summary>What a trial costs.</summary>
        public required Func<TrialOutput, double> Of { get; init; }

        /// <summary>A cost for people.</summary>
        public required Func<double, string> Text { get; init; }
    }
}
