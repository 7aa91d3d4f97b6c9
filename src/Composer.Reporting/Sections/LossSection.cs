using Composer.Reporting.Csv;
using Composer.Reporting.Data;
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

        var group = PointGroup.Of(point);
        var losses = point.Models.ToDictionary(m => m.Name, m => group.Loss(m.Name), StringComparer.Ordinal);
        PlotLegend.Write(page, point.Models.OrderBy(m => losses[m.Name].Mean).Select(m => m.Name), n => losses[n].Half is { } half
            ? $"{NumberText.Loss(losses[n].Mean)} ± {NumberText.Loss(half)}"
            : NumberText.Loss(losses[n].Mean));
        using (page.Html.In("div", ("class", "plots")))
        {
            WriteWhole(page, point);
            WriteCloseUp(page, point);
        }

        page.Html.Line();
        page.Sources(point.Models.SelectMany(m => m.Runs).Select(r => r.PretrainStage));
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

    /// <summary>The mean over trainings at the steps that all of them have; of one training its own curve.</summary>
    public static IReadOnlyList<LossPoint> Mean(IReadOnlyList<IReadOnlyList<LossPoint>> curves) => curves.Count == 1
        ? curves[0]
        :
        [
            .. curves.SelectMany(c => c).GroupBy(p => p.Step).Where(g => g.Count() == curves.Count).OrderBy(g => g.Key)
                .Select(g => g.First() with { Loss = g.Average(p => p.Loss) }),
        ];

    private static IReadOnlyList<LossPoint> MeanTraining(ReportModel model) => Mean([.. model.Runs.Select(r => r.Pretrain.Curve)]);

    private static IReadOnlyList<LossPoint> MeanValidation(ReportModel model) => Mean([.. model.Runs.Select(r => r.Pretrain.Validation)]);

    private static bool IsRepeated(ReportPoint point) => point.Models.Any(m => m.Repetitions.Count > 0);

    private static void WriteWhole(ReportPage page, ReportPoint point)
    {
        var all = point.Models.SelectMany(m => MeanTraining(m).Concat(m.Runs.SelectMany(r => r.Pretrain.Validation))).ToList();
        var x = AxisChoice.For(all.Select(p => (double)p.Tokens).Where(t => t > 0), ratio: 1000, room: .02);
        var y = AxisChoice.For(all.Select(p => p.Loss), ratio: 8);
        using (page.Html.In("figure"))
        {
            page.Html.Element("h4", "All of training");
            WritePlot(page, point, x, y, "Loss against tokens");
            page.Data(
                "loss curves",
                new DataTable("model", "repetition", "curve", "step", "tokens", "loss").AddAll(
                    point.Models.SelectMany(m => m.Runs.SelectMany(
                        r => Thinned(r.Pretrain.Curve, MostPoints).Select(p => (Curve: "training", P: p))
                            .Concat(r.Pretrain.Validation.Select(p => (Curve: "validation", P: p)))
                            .Select(c => (m.Name, r.Repetition, c.Curve, c.P)))),
                    r => [r.Name, r.Repetition, r.Curve, r.P.Step, r.P.Tokens, r.P.Loss]));
            page.Html.Element(
                "figcaption",
                "Pale: training loss" + (
                    point.Models.Any(m => m.Pretrain.Curve.Count > MostPoints) ? $", averaged to {MostPoints} points" : "")
                + ". Markers: validation loss" + (IsRepeated(point) ? ", means over a model's trainings; thin: each of them" : "")
                + ". Nats a token"
                + (x is LogScale ? "; tokens on a logarithmic axis" : "")
                + (y is LogScale ? "; loss on a logarithmic axis" : "") + ".");
        }
    }

    private static void WriteCloseUp(ReportPage page, ReportPoint point)
    {
        var runs = point.Models.SelectMany(m => m.Runs.Select(r => (m.Name, r.Repetition, r.Pretrain.Validation))).ToList();
        var end = runs.Max(r => r.Validation.Select(p => p.Tokens).DefaultIfEmpty(0).Max());
        var late = runs.SelectMany(r => r.Validation)
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
                new DataTable("model", "repetition", "step", "tokens", "loss").AddAll(
                    runs.SelectMany(r => r.Validation.Where(p => p.Tokens >= CloseUpFrom * end).Select(p => (r.Name, r.Repetition, P: p))),
                    r => [r.Name, r.Repetition, r.P.Step, r.P.Tokens, r.P.Loss]));
            page.Html.Element("figcaption", "The same validation losses, closer.");
        }
    }

    private static void WritePlot(
        ReportPage page, ReportPoint point, IAxisScale x, IAxisScale y, string title, bool validationOnly = false)
    {
        var group = PointGroup.Of(point);
        var ends = string.Join("; ", point.Models.Select(
            m => $"{m.Name}: {NumberText.Loss(group.Loss(m.Name).Mean)} after {NumberText.Short(m.Pretrain.Tokens)} tokens"));
        using var plot = new XyPlot(page, new PlotLayout(520, 340), x, y, title, ends);
        plot.XAxis("tokens", NumberText.Tick).YAxis("loss", NumberText.Tick);
        var models = point.Models.Reverse().ToList();
        if (!validationOnly)
        {
            foreach (var model in models)
            {
                plot.Line(Points(Thinned(MeanTraining(model), MostPoints)), $"{page.StyleOf(model.Name).LineClass} pale");
            }
        }

        foreach (var model in models)
        {
            var style = page.StyleOf(model.Name);
            foreach (var run in model.Repetitions.Count > 0 ? model.Runs : [])
            {
                plot.Line(Points(run.Pretrain.Validation), $"{style.LineClass} thin");
            }

            var mean = MeanValidation(model);
            plot.Line(Points(mean), style.LineClass);
            foreach (var (tokens, loss) in Points(mean))
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
