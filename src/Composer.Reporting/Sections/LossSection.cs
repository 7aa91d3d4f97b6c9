using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Pretrain;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections;

/// <summary>How the losses fell.</summary>
internal sealed class LossSection : IReportSection
{
    /// <summary>Points drawn of a training curve; longer ones are averaged down.</summary>
    private const int MostPoints = 300;

    /// <summary>From which share of the tokens on the second plot looks closer.</summary>
    private const double CloseUpFrom = .4;

    public string Id => "loss";

    public string Title => "Loss curves";

    public bool HasContent(ReportContent content) => content.Points.Any(p => p.Models.Any(m => !m.IsImported));

    public void Write(ReportPage page) => page.ForEachPoint(whole =>
    {
        // What came trained has no curve here.
        var point = whole with { Models = [.. whole.Models.Where(m => !m.IsImported)] };
        if (point.Models.Count == 0)
        {
            return;
        }

        var losses = point.Models.ToDictionary(m => m.Name, m => NumberText.Loss(m.Pretrain.ValidationLoss), StringComparer.Ordinal);
        PlotLegend.Write(page, point.Models.OrderBy(m => m.Pretrain.ValidationLoss).Select(m => m.Name), n => losses[n]);
        using (page.Html.In("div", ("class", "plots")))
        {
            WriteWhole(page, point);
            WriteCloseUp(page, point);
        }

        page.Html.Line();
        page.Sources(point.Models.Select(m => m.PretrainStage));
    });

    /// <summary>At most so many points; each the mean of a run of neighbours, where the last of them stands.</summary>
    public static IReadOnlyList<LossPoint> Thinned(IReadOnlyList<LossPoint> curve, int most)
    {
        if (curve.Count <= most)
        {
            return curve;
        }

        return
        [
            .. Enumerable.Range(0, most).Select(i =>
            {
                var run = curve.Skip((int)((long)i * curve.Count / most))
                    .Take((int)((i + 1L) * curve.Count / most - (long)i * curve.Count / most)).ToList();
                return run[^1] with { Loss = run.Average(p => p.Loss) };
            }),
        ];
    }

    private static void WriteWhole(ReportPage page, ReportPoint point)
    {
        var all = point.Models.SelectMany(m => m.Pretrain.Curve.Concat(m.Pretrain.Validation)).ToList();
        var x = AxisChoice.For(all.Select(p => (double)p.Tokens).Where(t => t > 0), ratio: 1000, room: .02);
        var y = AxisChoice.For(all.Select(p => p.Loss), ratio: 8);
        using (page.Html.In("figure"))
        {
            page.Html.Element("h4", "All of training");
            WritePlot(page, point, x, y, "Loss against tokens");
            page.Data(
                "loss curves",
                new DataTable("model", "curve", "step", "tokens", "loss").AddAll(
                    point.Models.SelectMany(m => Thinned(m.Pretrain.Curve, MostPoints).Select(p => (m.Name, Curve: "training", P: p))
                        .Concat(m.Pretrain.Validation.Select(p => (m.Name, Curve: "validation", P: p)))),
                    r => [r.Name, r.Curve, r.P.Step, r.P.Tokens, r.P.Loss]));
            page.Html.Element(
                "figcaption",
                "Pale: training loss" + (
                    point.Models.Any(m => m.Pretrain.Curve.Count > MostPoints) ? $", averaged to {MostPoints} points" : "")
                + ". Markers: validation loss. Nats a token" + (x is LogScale ? "; tokens on a logarithmic axis" : "") + (y is LogScale ? "; loss on a logarithmic axis" : "") + ".");
        }
    }

    private static void WriteCloseUp(ReportPage page, ReportPoint point)
    {
        var end = point.Models.Max(m => m.Pretrain.Validation.Select(p => p.Tokens).DefaultIfEmpty(0).Max());
        var late = point.Models.SelectMany(m => m.Pretrain.Validation)
            .Where(p => p.Tokens >= CloseUpFrom * end && double.IsFinite(p.Loss))
            .ToList();
        if (late.Select(p => p.Tokens).Distinct().Count() < 2)
        {
            return;
        }

        var x = LinearScale.Covering(late.Select(p => (double)p.Tokens));
        using (page.Html.In("figure"))
        {
            page.Html.Element("h4", "Validation, towards the end");
            WritePlot(
                page,
                point,
                x,
                LinearScale.Covering(late.Select(p => p.Loss), .08),
                "Validation loss towards the end",
                validationOnly: true);
            page.Data(
                "validation loss towards the end",
                new DataTable("model", "step", "tokens", "loss").AddAll(
                    point.Models.SelectMany(m => m.Pretrain.Validation.Where(p => p.Tokens >= CloseUpFrom * end).Select(p => (m.Name, P: p))),
                    r => [r.Name, r.P.Step, r.P.Tokens, r.P.Loss]));
            page.Html.Element("figcaption", "The same validation losses, closer.");
        }
    }

    private static void WritePlot(
        ReportPage page, ReportPoint point, IAxisScale x, IAxisScale y, string title, bool validationOnly = false)
    {
        var ends = string.Join("; ", point.Models.Select(
            m => $"{m.Name}: {NumberText.Loss(m.Pretrain.ValidationLoss)} after {NumberText.Short(m.Pretrain.Tokens)} tokens"));
        using var plot = new XyPlot(page, new PlotLayout(520, 340), x, y, title, ends);
        plot.XAxis("tokens", NumberText.Tick).YAxis("loss", NumberText.Tick);
        var models = point.Models.Reverse().ToList();
        if (!validationOnly)
        {
            foreach (var model in models)
            {
                plot.Line(Points(Thinned(model.Pretrain.Curve, MostPoints)), $"{page.StyleOf(model.Name).LineClass} pale");
            }
        }

        foreach (var model in models)
        {
            var style = page.StyleOf(model.Name);
            plot.Line(Points(model.Pretrain.Validation), style.LineClass);
            foreach (var (tokens, loss) in Points(model.Pretrain.Validation))
            {
                plot.Marker(
                    tokens,
                    loss,
                    style.Marker,
                    4,
                    style.Colour,
                    $"{model.Name}, {NumberText.Short(tokens)} tokens: {NumberText.Loss(loss)}");
            }
        }
    }

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<LossPoint> curve) =>
        curve.Select(p => ((double)p.Tokens, p.Loss));
}
