using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Text;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>Validation losses across the points of a sweep, over its seeds together.</summary>
internal static class PointComparison
{
    /// <summary>Units of a plot between two models at the same value.</summary>
    private const double Apart = 5;

    private const int MostPlots = 6;

    public static void Write(ReportPage page)
    {
        var groups = SweepAxis.Sort(PointGroup.Of(page.Content.Points));
        var axes = SweepAxis.Of(groups);
        if (groups.Count < 2)
        {
            return;
        }

        var html = page.Html;
        html.Element("h3", "Across the sweep").Line();
        PlotLegend.Write(page, groups.SelectMany(g => g.Models).Distinct(StringComparer.Ordinal));
        var plots = axes.Count == 0 ? [] : groups.GroupBy(g => Rest(g, axes), StringComparer.Ordinal).Where(p => p.Count() > 1).ToList();
        using (html.In("div", ("class", "plots")))
        {
            foreach (var plot in plots.Take(MostPlots))
            {
                using (html.In("figure"))
                {
                    html.Element("h4", plot.Key.Length > 0 ? plot.Key : $"Over {axes[0].Path}");
                    WritePlot(page, [.. plot], axes[0]);
                    html.Element(
                        "figcaption",
                        "Validation loss, nats a token"
                        + (axes[0].Scale is LogScale ? $"; {axes[0].Path} on a logarithmic axis" : "")
                        + (plot.Any(g => g.IsOverSeeds) ? ". Bars: 95 % interval over seeds."
                            : plot.Any(g => g.IsRepeated) ? ". Bars: 95 % interval over repetitions."
                            : ". One run a marker."));
                    page.Data("validation loss across the sweep", DataOf(plot, axes));
                }

                html.Line();
            }
        }

        html.Line();
        if (plots.Count > MostPlots)
        {
            page.Paragraph($"Drawn are {MostPlots} of {NumberText.Count(plots.Count)} cuts through the sweep; the table has all.", "note");
        }

        WriteTable(page, groups, axes);
    }

    /// <summary>The values that a plot over the first axis holds fixed.</summary>
    private static string Rest(PointGroup group, IReadOnlyList<SweepAxis> axes) =>
        string.Join(", ", axes.Skip(1).Select(a => $"{a.Path}={a.ValueOf(group)}"));

    private static DataTable DataOf(IEnumerable<PointGroup> groups, IReadOnlyList<SweepAxis> axes) =>
        new DataTable(
            [
                .. axes.Select(a => a.Path), "model", "runs", "validation_loss", "half_width_95", "to", "pairs", "difference",
                "difference_half_width_95",
            ]).AddAll(
            groups.SelectMany(g => g.Models.Select(
                m => (Group: g, Model: m, Loss: g.Loss(m), To: m == g.Reference ? null : g.Reference))),
            r =>
            [
                .. axes.Select(a => a.ValueOf(r.Group)), r.Model, r.Loss.Count, r.Loss.Mean, r.Loss.Half, r.To,
                .. r.To is { } to && r.Group.LossDifference(r.Model, to) is var difference
                    ? new object?[] { difference.Pairs, difference.Mean.Mean, difference.Mean.Half }
                    : [null, null, null],
            ]);

    private static void WritePlot(ReportPage page, IReadOnlyList<PointGroup> groups, SweepAxis axis)
    {
        var losses = groups.SelectMany(g => g.Models.Select(g.Loss)).ToList();
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            axis.Scale,
            LinearScale.Covering(losses.SelectMany(l => new[] { l.Low, l.High }), .1),
            $"Validation loss over {axis.Path}",
            "One line a model, one marker a value.");
        plot.XAxis(axis.Path, axis.ValueAt, [.. axis.Values.Select(axis.At)]).YAxis("validation loss", NumberText.Tick);
        var names = groups.SelectMany(g => g.Models).Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in names)
        {
            plot.Shift = Apart * (names.IndexOf(name) - ((names.Count - 1) / 2.0));
            var style = page.StyleOf(name);
            var line = groups.Where(g => axis.ValueOf(g) is not null && g.Of(name).Count > 0)
                .Select(g => (Value: axis.ValueOf(g)!, X: axis.At(axis.ValueOf(g)!), Loss: g.Loss(name)))
                .OrderBy(p => p.X)
                .ToList();
            plot.Line(line.Select(p => (p.X, p.Loss.Mean)), style.LineClass);
            foreach (var (value, at, loss) in line)
            {
                var half = StandingTable.Counted(loss, NumberText.Loss, groups[0].Noun);
                if (loss.Half is not null)
                {
                    plot.VerticalError(at, loss.Low, loss.High, style.Colour);
                }

                plot.Marker(
                    at,
                    loss.Mean,
                    style.Marker,
                    5,
                    style.Colour,
                    $"{name}, {axis.Path} {value}: {NumberText.Loss(loss.Mean)}, {half}");
            }
        }
    }

    private static void WriteTable(ReportPage page, IReadOnlyList<PointGroup> groups, IReadOnlyList<SweepAxis> axes)
    {
        var html = page.Html;
        var models = groups.SelectMany(g => g.Models).Distinct(StringComparer.Ordinal).ToList();
        List<TableColumn> columns =
        [
            .. axes.Count == 0 ? [new TableColumn("Point")] : axes.Select(a => new TableColumn(a.Path)),
            .. models.Select(m => TableColumn.Number(
                m, "mean ± 95 % interval" + (groups.All(g => g.Reference is null || g.Reference == m) ? "" : ", to the first baseline"))),
        ];
        HtmlTable.Write(html, "Validation loss at each point", columns, () =>
        {
            foreach (var group in groups)
            {
                Row(html, () => WriteRow(page, group, axes, models));
            }
        });
        page.Data("validation loss at each point", DataOf(groups, axes));
    }

    private static void WriteRow(ReportPage page, PointGroup group, IReadOnlyList<SweepAxis> axes, List<string> models)
    {
        var html = page.Html;
        if (axes.Count == 0)
        {
            Head(html, group.Label);
        }

        for (var i = 0; i < axes.Count; i++)
        {
            _ = i == 0 ? Head(html, axes[i].ValueOf(group) ?? NumberText.None) : Cell(html, axes[i].ValueOf(group) ?? NumberText.None);
        }

        foreach (var name in models)
        {
            using (html.In("td", ("class", "n")))
            {
                if (group.Of(name) is not { Count: > 0 } runs)
                {
                    html.Text(NumberText.None);
                    continue;
                }

                var loss = group.Loss(name);
                page.StageLink(runs[0].PretrainStage, NumberText.Loss(loss.Mean));
                html.Element("small", StandingTable.Counted(loss, NumberText.Loss, group.Noun));
                if (group.Reference is { } first && first != name && group.LossDifference(name, first) is { Mean.Count: > 0 } to)
                {
                    var half = to.Mean.Half is { } known ? $" ± {NumberText.Loss(known)}: {to.Verdict(lowerIsBetter: true)}" : "";
                    html.Element("small", NumberText.SignedLoss(to.Mean.Mean) + half);
                }
            }
        }
    }
}
