using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>Validation losses across the points of a sweep.</summary>
internal static class PointComparison
{
    public static void Write(ReportPage page)
    {
        var html = page.Html;
        var points = page.Content.Points;
        var models = points.SelectMany(p => p.Models).Where(m => !m.IsImported).Select(m => m.Name).Distinct(StringComparer.Ordinal)
            .OrderBy(m => page.StyleOf(m).Index).ToList();
        html.Element("h3", "Across the sweep").Line();

        using (html.In("figure"))
        {
            PlotLegend.Write(page, models);
            WritePlot(page, models);
            html.Element("figcaption", "Validation loss (nats a token) at each point of the sweep.");
        }

        html.Line();
        List<TableColumn> columns = [new("Point"), .. models.Select(m => TableColumn.Number(m))];
        HtmlTable.Write(html, "Validation loss at each point", columns, () =>
        {
            for (var i = 0; i < points.Count; i++)
            {
                var point = points[i];
                Row(html, () =>
                {
                    using (html.In("th", ("scope", "row")))
                    {
                        html.Text(point.Label).Element("small", $"point {i + 1}");
                    }

                    foreach (var name in models)
                    {
                        using (html.In("td", ("class", "n")))
                        {
                            if (point.Models.FirstOrDefault(m => m.Name == name) is { } model)
                            {
                                page.StageLink(model.PretrainStage, NumberText.Loss(model.Pretrain.ValidationLoss));
                            }
                            else
                            {
                                html.Text(NumberText.None);
                            }
                        }
                    }
                });
            }
        });
    }

    private static void WritePlot(ReportPage page, List<string> models)
    {
        var points = page.Content.Points;
        var x = new LinearScale(.5, points.Count + .5);
        var y = LinearScale.Covering(points.SelectMany(p => p.Models).Where(m => !m.IsImported).Select(m => m.Pretrain.ValidationLoss), .1);
        using var plot = new XyPlot(
            page, new PlotLayout(640, 280), x, y, "Validation loss across the sweep", "One line a model, one marker a point.");
        var (axis, names) = AxisOf([.. points.Select(p => p.Label)]);
        plot.XAxis(axis, t => names[(int)t - 1], [.. Enumerable.Range(1, points.Count).Select(i => (double)i)])
            .YAxis("validation loss", NumberText.Tick);
        foreach (var name in models)
        {
            var style = page.StyleOf(name);
            var losses = points
                .Select((p, i) => (X: i + 1.0, Y: p.Models.FirstOrDefault(m => m.Name == name)?.Pretrain.ValidationLoss ?? double.NaN))
                .ToList();
            plot.Line(losses, style.LineClass);
            foreach (var (at, loss) in losses)
            {
                plot.Marker(at, loss, style.Marker, 5, style.Colour, $"{name}, {points[(int)at - 1].Label}: {NumberText.Loss(loss)}");
            }
        }
    }

    /// <summary>Where one path alone varies, it names the axis and its values the points; else the points are numbered.</summary>
    internal static (string Axis, IReadOnlyList<string> Names) AxisOf(IReadOnlyList<string> labels)
    {
        var parts = labels.Select(l => l.Split(" = ")).ToList();
        return parts.TrueForAll(p => p.Length == 2 && p[0] == parts[0][0] && p[1].Length <= 12)
            ? (parts[0][0], [.. parts.Select(p => p[1])])
            : ("point of the sweep", [.. labels.Select((_, i) => NumberText.Count(i + 1))]);
    }
}
