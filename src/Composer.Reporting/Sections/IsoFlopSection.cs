using Composer.Core;
using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
using Composer.Reporting.IsoFlops;
using Composer.Reporting.Plots;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>
/// Losses over size at equal FLOPs, where a sweep varies both: parabolas, their minima, and how these move with the budget.
/// </summary>
internal sealed class IsoFlopSection : IReportSection
{
    /// <summary>Points that a parabola or a law is drawn through.</summary>
    private const int Drawn = 48;

    public string Id => "isoflop";

    public string Title => "IsoFLOP curves";

    public bool HasContent(ReportContent content) => IsoFlopGrid.Of(PointGroup.Of(content.Points)).Count > 0;

    public void Write(ReportPage page)
    {
        foreach (var grid in IsoFlopGrid.Of(PointGroup.Of(page.Content.Points)))
        {
            if (grid.Label.Length > 0)
            {
                page.Html.Element("h3", grid.Label).Line();
            }

            var models = grid.Models.Select(name => (Name: name, Curves: grid.CurvesOf(name))).ToList();
            var laws = models.ToDictionary(
                m => m.Name, m => IsoFlopLaws.Of(m.Curves, new Seed(0).Derive("isoflop").Derive(m.Name)), StringComparer.Ordinal);
            WriteCurves(page, models);
            WriteMinima(page, models);
            WriteLaws(page, models.ConvertAll(m => m.Name), laws);
            page.Sources(grid.Groups.SelectMany(g => g.Points).SelectMany(p => p.Models).Where(m => !m.IsImported)
                .SelectMany(m => m.Runs).Select(r => r.PretrainStage));
        }
    }

    private static void WriteCurves(ReportPage page, List<(string Name, IReadOnlyList<IsoFlopCurve> Curves)> models)
    {
        var html = page.Html;
        var budgets = models.SelectMany(m => m.Curves).OrderBy(c => c.Flops).Aggregate(
            new List<double>(), (known, c) => known.Count > 0 && IsSame(known[^1], c.Flops) ? known : [.. known, c.Flops]);
        PlotLegend.Write(html, budgets.Select((flops, i) => ($"{NumberText.Scientific(flops)} FLOPs", new SeriesStyle(i, false))));
        var points = models.SelectMany(m => m.Curves).SelectMany(c => c.Points).ToList();
        var x = AxisChoice.For(points.Select(p => p.Parameters), ratio: 1.01, room: .06);
        var y = LinearScale.Covering(
            points.SelectMany(p => new[] { p.Loss.Low, p.Loss.High })
                .Concat(models.SelectMany(m => m.Curves).Where(c => c.Optimum is not null).Select(c => c.Fit!.Value.Lowest))
                .Where(double.IsFinite),
            .08);
        using (html.In("div", ("class", "plots small")))
        {
            foreach (var (name, curves) in models)
            {
                using (html.In("figure"))
                {
                    html.Element("h4", name);
                    WriteCurves(page, name, curves, budgets, x, y);
                    page.Data($"isoflop {name}", DataOf(name, curves));
                }

                html.Line();
            }
        }

        html.Line();
        page.Paragraph(
            "Validation loss, nats a token, over all trained parameters on a logarithmic axis; one colour a budget. Line: the parabola in "
            + "ln N by least squares, over the sizes that were measured. Cross: its minimum, where that lies among them"
            + (points.Any(p => p.Loss.Half is not null) ? ". Bars: 95 % interval." : ". One training a point."),
            "note");
    }

    private static void WriteCurves(
        ReportPage page, string name, IReadOnlyList<IsoFlopCurve> curves, List<double> budgets, IAxisScale x, IAxisScale y)
    {
        var minima = curves.Where(c => c.Optimum is not null).Select(
            c => $"{NumberText.Scientific(c.Flops)} FLOPs: {NumberText.Loss(c.Fit!.Value.Lowest)} at {NumberText.Short(c.Optimum!.Value)}")
            .ToList();
        using var plot = new XyPlot(
            page,
            new PlotLayout(420, 320) { XTicks = 5 },
            x,
            y,
            $"Validation loss of {name} over parameters at equal FLOPs",
            minima.Count == 0 ? "No minimum lies among the measured sizes." : $"Minima: {string.Join("; ", minima)}.");
        plot.XAxis("parameters", NumberText.Tick).YAxis("validation loss", NumberText.Tick);
        foreach (var curve in curves)
        {
            var style = new SeriesStyle(budgets.FindIndex(b => IsSame(b, curve.Flops)), false);
            if (curve.Fit is { } fit)
            {
                var sizes = Between(curve.Points[0].Parameters, curve.Points[^1].Parameters);
                plot.Line(sizes.Select(n => (n, fit.At(Math.Log(n)))), style.LineClass);
            }

            foreach (var point in curve.Points)
            {
                if (point.Loss.Half is not null)
                {
                    plot.VerticalError(point.Parameters, point.Loss.Low, point.Loss.High, style.Colour);
                }

                var loss = NumberText.WithHalf(point.Loss.Mean, point.Loss.Half, NumberText.Loss);
                var tooltip = $"{NumberText.Short(point.Parameters)} parameters: {loss}";
                plot.Marker(point.Parameters, point.Loss.Mean, style.Marker, 4.5, style.Colour, tooltip);
            }

            if (curve.Optimum is { } optimum)
            {
                plot.Marker(
                    optimum,
                    curve.Fit!.Value.Lowest,
                    MarkerShape.Cross,
                    6,
                    style.Colour,
                    $"minimum {NumberText.Loss(curve.Fit!.Value.Lowest)} at {NumberText.Short(optimum)} parameters");
            }
        }
    }

    private static DataTable DataOf(string name, IReadOnlyList<IsoFlopCurve> curves) =>
        new DataTable("model", "flops", "parameters", "runs", "validation_loss", "half_width_95", "fitted_loss").AddAll(
            curves.SelectMany(c => c.Points.Select(p => (Curve: c, Point: p))),
            r =>
            [
                name, r.Curve.Flops, r.Point.Parameters, r.Point.Loss.Count, r.Point.Loss.Mean, r.Point.Loss.Half,
                r.Curve.Fit?.At(Math.Log(r.Point.Parameters)),
            ]);

    private static void WriteMinima(ReportPage page, List<(string Name, IReadOnlyList<IsoFlopCurve> Curves)> models)
    {
        var html = page.Html;
        var data = new DataTable("model", "flops", "sizes", "curvature", "parameters_at_minimum", "loss_at_minimum", "minimum");
        List<TableColumn> columns =
        [
            new("Model"), TableColumn.Number("Budget", "FLOPs"), TableColumn.Number("Sizes"), TableColumn.Number("Best size", "parameters"),
            TableColumn.Number("Loss there", "nats a token"), new("Minimum", "of the parabola"),
        ];
        const string caption = "Minima of the fitted parabolas, inside or outside the sizes that were measured; fitted are three sizes or more";
        HtmlTable.Write(html, caption, columns, () =>
        {
            foreach (var (name, curve) in models.SelectMany(m => m.Curves.Select(c => (m.Name, c))))
            {
                Row(html, () =>
                {
                    Head(html, name);
                    Number(html, NumberText.Scientific(curve.Flops));
                    Number(html, NumberText.Count(curve.Points.Count));
                    Number(html, curve.Optimum is { } optimum ? NumberText.Short(optimum) : NumberText.None);
                    Number(html, curve.Optimum is null ? NumberText.None : NumberText.Loss(curve.Fit!.Value.Lowest));
                    html.Element("td", InWords(curve), ("class", "words"));
                });
                data.Add(
                    name,
                    curve.Flops,
                    curve.Points.Count,
                    curve.Fit?.Curvature,
                    curve.Fit is { IsConvex: true } fit ? Math.Exp(fit.Vertex) : null,
                    curve.Fit is { IsConvex: true } convex ? convex.Lowest : null,
                    InWords(curve));
            }
        });
        page.Data("isoflop minima", data);
    }

    private static string InWords(IsoFlopCurve curve) => curve.Minimum switch
    {
        IsoFlopMinimum.Inside => "inside",
        IsoFlopMinimum.Below => $"outside, below {NumberText.Short(curve.Points[0].Parameters)}",
        IsoFlopMinimum.Above => $"outside, above {NumberText.Short(curve.Points[^1].Parameters)}",
        IsoFlopMinimum.None => "none: opens downwards",
        _ => "not fitted",
    };

    private static void WriteLaws(ReportPage page, List<string> models, Dictionary<string, IsoFlopLaws> laws)
    {
        var html = page.Html;
        var data = new DataTable("model", "law", "minima", "slope", "low_95", "high_95");
        List<TableColumn> columns =
        [
            new("Model"), TableColumn.Number("Minima", "among the sizes"), TableColumn.Number("−α", "lowest loss L ∝ C^−α"),
            TableColumn.Number("a", "best size N ∝ C^a"), TableColumn.Number("Loss a decade", "nats a token for 10 C"),
        ];
        HtmlTable.Write(html, "How the minima move with the budget C: least squares in logarithms", columns, () =>
        {
            foreach (var (name, law) in models.Select(m => (m, laws[m])))
            {
                Row(html, () =>
                {
                    Head(html, name);
                    Number(html, NumberText.Count(law.Minima.Count));
                    Slope(name, "ln loss over ln C", law, law.Loss, law.LossInterval);
                    Slope(name, "ln parameters over ln C", law, law.Optimum, law.OptimumInterval);
                    Slope(name, "loss over log10 C", law, law.Decade, law.DecadeInterval);
                });
            }
        });
        page.Data("isoflop slopes", data);
        page.Paragraph(
            "A minimum outside the measured sizes is extrapolated and enters no law; a slope needs two, and with two nothing is left "
            + "over that would say how well they lie on a line. Interval: 95 % of the slopes over draws, with replacement, of the "
            + "repetitions or seeds that all points share; of few of them it is too narrow. Composer's paper gives its fits slopes of "
            + "−.63 (composite) and −.61 (Llama); of which quantity is not known here, so three readings stand side by side.",
            "note");
        if (models.Any(m => laws[m].Loss is not null))
        {
            PlotLegend.Write(page, models);
            using (html.In("div", ("class", "plots small")))
            {
                WriteLaw(page, models, laws, "Lowest loss over budget", "lowest loss", c => c.Fit!.Value.Lowest, l => l.Loss);
                WriteLaw(page, models, laws, "Best size over budget", "parameters", c => c.Optimum!.Value, l => l.Optimum);
            }

            html.Line();
        }

        void Slope(string name, string of, IsoFlopLaws law, StraightLine? line, (double Low, double High)? interval)
        {
            data.Add(name, of, law.Minima.Count, line?.Slope, interval?.Low, interval?.High);
            using (html.In("td", ("class", "n")))
            {
                html.Text(line is { } known ? NumberText.Slope(known.Slope) : NumberText.None);
                if (line is not null)
                {
                    var shown = interval is var (low, high) ? $"{NumberText.Slope(low)} to {NumberText.Slope(high)}" : "no interval";
                    html.Element("small", shown);
                }
            }
        }
    }

    private static void WriteLaw(
        ReportPage page,
        List<string> models,
        Dictionary<string, IsoFlopLaws> laws,
        string title,
        string name,
        Func<IsoFlopCurve, double> of,
        Func<IsoFlopLaws, StraightLine?> line)
    {
        var minima = models.SelectMany(m => laws[m].Minima.Select(c => (Model: m, Curve: c))).ToList();
        using (page.Html.In("figure"))
        {
            page.Html.Element("h4", title);
            using (var plot = new XyPlot(
                page,
                new PlotLayout(420, 300) { XTicks = 5 },
                AxisChoice.For(minima.Select(m => m.Curve.Flops), ratio: 1.01, room: .06),
                AxisChoice.For(minima.Select(m => of(m.Curve)), ratio: 1.0001, room: .12),
                title,
                string.Join(
                    "; ",
                    models.Where(m => line(laws[m]) is not null).Select(m => $"{m}: {NumberText.Slope(line(laws[m])!.Value.Slope)}"))))
            {
                plot.XAxis("training FLOPs", NumberText.Scientific).YAxis(name, NumberText.Tick);
                foreach (var (model, curve) in minima)
                {
                    var style = page.StyleOf(model);
                    var tooltip = $"{model}, {NumberText.Scientific(curve.Flops)}: {NumberText.Short(of(curve))}";
                    plot.Marker(curve.Flops, of(curve), style.Marker, 5, style.Colour, tooltip);
                }

                foreach (var model in models)
                {
                    if (line(laws[model]) is { } fit)
                    {
                        var budgets = Between(laws[model].Minima[0].Flops, laws[model].Minima[^1].Flops);
                        plot.Line(budgets.Select(c => (c, Math.Exp(fit.At(Math.Log(c))))), page.StyleOf(model).LineClass);
                    }
                }
            }

            page.Data(
                title,
                new DataTable("model", "flops", name).AddAll(minima, m => [m.Model, m.Curve.Flops, of(m.Curve)]));
        }

        page.Html.Line();
    }

    /// <summary>Equal steps in logarithms, ends included.</summary>
    private static IEnumerable<double> Between(double low, double high) =>
        Enumerable.Range(0, Drawn + 1).Select(i => low * Math.Pow(high / low, (double)i / Drawn));

    /// <summary>Budgets that whole steps alone tell apart.</summary>
    private static bool IsSame(double a, double b) => Math.Abs(Math.Log(a / b)) < .1;
}
