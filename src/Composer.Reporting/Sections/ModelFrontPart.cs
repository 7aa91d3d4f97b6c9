using Composer.Core.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Data;
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
        var group = PointGroup.Of(point);
        var models = point.Models.Where(m => double.IsFinite(group.Loss(m.Name).Mean)).ToList();
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
                    WritePlot(page, group, priced, cost.Unit, m => cost.Of(m)!.Value, cost.Text);
                    page.Data(
                        $"loss against {cost.Name}",
                        new DataTable("model", "validation_loss", "half_width_95", cost.Unit, "on_front").AddAll(
                            priced,
                            m =>
                            [
                                m.Name, group.Loss(m.Name).Mean, group.Loss(m.Name).Half, cost.Of(m),
                                FrontOf(priced, f => cost.Of(f)!.Value, f => group.Loss(f.Name).Mean).Contains(m) ? 1 : 0,
                            ]));
                }

                html.Line();
            }
        }

        html.Line();
        page.Paragraph(
            "Line: the models that no other beats in both, loss and cost. "
            + (group.IsRepeated ? "Bars: the 95 % interval of the mean loss over trainings." : "One training run a model."),
            "note");
    }

    /// <summary>The cheapest model first, each with a lower loss than all before it.</summary>
    public static IReadOnlyList<ReportModel> FrontOf(
        IEnumerable<ReportModel> models, Func<ReportModel, double> cost, Func<ReportModel, double> loss) => Front.Of(models, cost, loss);

    private static void WritePlot(
        ReportPage page,
        PointGroup group,
        List<ReportModel> models,
        string unit,
        Func<ReportModel, double> cost,
        Func<double, string> text)
    {
        var losses = models.ToDictionary(m => m.Name, m => group.Loss(m.Name), StringComparer.Ordinal);
        var front = FrontOf(models, cost, m => losses[m.Name].Mean);
        using var plot = new XyPlot(
            page,
            new PlotLayout(420, 300) { XTicks = 5 },
            AxisChoice.For(models.Select(cost), ratio: 30, room: .1),
            LinearScale.Covering(losses.Values.SelectMany(l => new[] { l.Low, l.High }), .1),
            $"Validation loss against {unit}",
            "On the front: " + string.Join("; ", front.Select(m => $"{m.Name}: {NumberText.Loss(losses[m.Name].Mean)}, {text(cost(m))}")));
        plot.XAxis(unit, NumberText.Tick).YAxis("validation loss", NumberText.Tick);
        plot.Line(front.Select(m => (cost(m), losses[m.Name].Mean)), "line dashed s4");
        foreach (var model in models)
        {
            var (style, loss) = (page.StyleOf(model.Name), losses[model.Name]);
            if (loss.Half is not null)
            {
                plot.VerticalError(cost(model), loss.Low, loss.High, style.Colour);
            }

            plot.Marker(
                cost(model),
                loss.Mean,
                style.Marker,
                6,
                style.Colour,
                $"{model.Name}: {NumberText.WithHalf(loss.Mean, loss.Half, NumberText.Loss)}, {text(cost(model))}");
        }
    }
}
