using Composer.Core.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Search;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections;

/// <summary>The final models' losses against what they cost, with the models that no other beats in both.</summary>
internal static class ModelFrontPart
{
    private static readonly (string Name, string Unit, Func<ReportModel, double?> Of, Func<double, string> Text)[] Costs =
    [
        ("KV cache", "KV cache, bytes a token", m => KvCacheCost.BytesOf(m), v => BytesText.Of((long)v)),
        ("decoding latency", "decoding, ms a token", m => 1000 * ResultsSection.Longest(m)?.SecondsPerToken, v => NumberText.Latency(v / 1000)),
        ("FLOPs", "training FLOPs a token", m => m.Pretrain.FlopsPerToken, v => NumberText.Scientific(v)),
    ];

    public static void Write(ReportPage page, ReportPoint point)
    {
        var models = point.Models.Where(m => double.IsFinite(m.Pretrain.ValidationLoss)).ToList();
        var drawn = Costs.Where(c => models.Select(c.Of).OfType<double>().Distinct().Count() > 1).ToList();
        if (drawn.Count == 0)
        {
            return;
        }

        var html = page.Html;
        html.Element("h4", "Loss against cost").Line();
        PlotLegend.Write(page, models.Select(m => m.Name));
        using (html.In("div", ("class", "plots small")))
        {
            foreach (var cost in drawn)
            {
                var priced = models.Where(m => cost.Of(m) is not null).ToList();
                using (html.In("figure"))
                {
                    WritePlot(page, priced, cost.Unit, m => cost.Of(m)!.Value, cost.Text);
                    page.Data(
                        $"loss against {cost.Name}",
                        new DataTable("model", "validation_loss", cost.Unit, "on_front").AddAll(
                            priced,
                            m =>
                            [
                                m.Name, m.Pretrain.ValidationLoss, cost.Of(m), FrontOf(priced, f => cost.Of(f)!.Value).Contains(m) ? 1 : 0,
                            ]));
                }

                html.Line();
            }
        }

        html.Line();
        page.Paragraph("Line: the models that no other beats in both, loss and cost. One training run a model.", "note");
    }

    /// <summary>The cheapest model first, each with a lower loss than all before it.</summary>
    public static IReadOnlyList<ReportModel> FrontOf(IEnumerable<ReportModel> models, Func<ReportModel, double> cost) =>
        Front.Of(models, cost, m => m.Pretrain.ValidationLoss);

    private static void WritePlot(
        ReportPage page, List<ReportModel> models, string unit, Func<ReportModel, double> cost, Func<double, string> text)
    {
        var front = FrontOf(models, cost);
        using var plot = new XyPlot(
            page,
            new PlotLayout(420, 300) { XTicks = 5 },
            AxisChoice.For(models.Select(cost), ratio: 30, room: .1),
            LinearScale.Covering(models.Select(m => m.Pretrain.ValidationLoss), .1),
            $"Validation loss against {unit}",
            "On the front: " + string.Join("; ", front.Select(m => $"{m.Name}: {NumberText.Loss(m.Pretrain.ValidationLoss)}, {text(cost(m))}")));
        plot.XAxis(unit, NumberText.Tick).YAxis("validation loss", NumberText.Tick);
        plot.Line(front.Select(m => (cost(m), m.Pretrain.ValidationLoss)), "line dashed s4");
        foreach (var model in models)
        {
            var style = page.StyleOf(model.Name);
            plot.Marker(
                cost(model),
                model.Pretrain.ValidationLoss,
                style.Marker,
                6,
                style.Colour,
                $"{model.Name}: {NumberText.Loss(model.Pretrain.ValidationLoss)}, {text(cost(model))}");
        }
    }
}
