using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Search.Analysis;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections.Searching;

/// <summary>How much the choice of each layer matters to the predicted score, and which primitive is the better there.</summary>
internal static class PositionImportancePlot
{
    public static void Write(ReportPage page, ReportSearch search)
    {
        if (search.Analysis is not { Positions.Count: > 0 } analysis)
        {
            return;
        }

        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", "Importance of each layer");
            WritePlot(page, analysis.Positions);
            page.Data(
                "importance of each layer",
                new DataTable("layer", "deviation", "primitive", "effect").AddAll(
                    analysis.Positions.SelectMany(p => p.MeanByPrimitive.Select(e => (Position: p, e.Primitive, e.Effect))),
                    r => [r.Position.Position + 1, r.Position.Deviation, r.Primitive.ToString(), r.Effect]));
            html.Element(
                "figcaption",
                "How much the predicted score varies (one standard deviation) when only this layer's primitive changes, "
                + "averaged over all the other layers. The colour is the primitive with the lower mean score there. "
                + $"The lowest prediction of all orders: {analysis.Minimum.Sequence.Notation}, "
                + $"{NumberText.Score(analysis.Minimum.Mean)} ± {NumberText.Score(analysis.Minimum.Deviation)}.");
        }

        html.Line();
    }

    private static void WritePlot(ReportPage page, IReadOnlyList<PositionEffect> positions)
    {
        var (first, last) = (positions.Min(p => p.Position) + 1, positions.Max(p => p.Position) + 1);
        var highest = positions.Max(p => p.Deviation);
        var y = new LinearScale(0, highest > 0 ? highest * 1.1 : 1);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            new LinearScale(first - .7, last + .7),
            y,
            "Importance of each layer",
            string.Join("; ", positions.Select(p => $"layer {p.Position + 1}: {NumberText.Score(p.Deviation)}, {Better(p)} is better")));
        plot.XAxis("layer", NumberText.Tick, [.. positions.Select(p => p.Position + 1.0)])
            .YAxis("deviation of the predicted score", NumberText.Tick);
        foreach (var position in positions)
        {
            var better = Better(position);
            plot.Bar(
                position.Position + .7,
                position.Position + 1.3,
                position.Deviation,
                LayerBlocks.StyleOf(better),
                $"layer {position.Position + 1}: {NumberText.Score(position.Deviation)}; "
                + string.Join(", ", position.MeanByPrimitive.Select(e => $"{e.Primitive} {NumberText.Signed(e.Effect)}")));
        }
    }

    private static char Better(PositionEffect position) => position.MeanByPrimitive.MinBy(e => e.Effect).Primitive;
}
