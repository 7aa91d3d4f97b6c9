using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>The models of a sweep over seeds: means with their intervals.</summary>
internal static class SeedPart
{
    /// <summary>A table for every group of points that differ in their seed alone.</summary>
    public static void Write(ReportPage page)
    {
        var groups = SweepAxis.Sort(PointGroup.Of(page.Content.Points)).Where(g => g.Points.Count > 1).ToList();
        foreach (var group in groups)
        {
            page.Html.Element(
                "h3", $"Over {NumberText.Count(group.Points.Count)} seeds" + (group.Axes.Count > 0 ? $": {group.Label}" : "")).Line();
            WriteTable(page, group);
        }

        if (groups.Count > 0)
        {
            page.Paragraph(
                "Interval: 95 % by Student's t over the seeds, which change the search, the initial parameters and the order of the data. "
                + "To the best: the mean of the differences within each seed; an interval that holds zero does not tell the two apart.",
                "note");
        }
    }

    private static void WriteTable(ReportPage page, PointGroup group)
    {
        var html = page.Html;
        var tasks = group.Points.SelectMany(p => p.Models).SelectMany(m => m.Tasks).DistinctBy(t => t.Task).ToList();
        var data = new DataTable("model", "measure", "runs", "mean", "half_width_95");
        var best = group.Models.MinBy(m => group.Loss(m).Mean is var mean && double.IsNaN(mean) ? double.PositiveInfinity : mean)!;
        List<TableColumn> columns =
        [
            new("Model"), new("Orders"), TableColumn.Number("Validation loss", "nats a token"), TableColumn.Number("To the best", "seed by seed"),
            .. tasks.Select(t => TableColumn.Number(t.Task, $"%, chance {NumberText.Percent(t.Chance)}")),
        ];
        HtmlTable.Write(html, "Means ± 95 % intervals over seeds", columns, () =>
        {
            foreach (var name in group.Models)
            {
                Row(html, () =>
                {
                    Head(html, name);
                    WriteOrders(html, [.. group.Of(name).Select(m => m.Architecture.Notation)]);
                    var loss = group.Loss(name);
                    Interval(page, data, name, "validation_loss", loss, NumberText.Loss, name == best && group.Of(name).All(Chance.IsBeaten) ? "best" : null);
                    if (name == best)
                    {
                        Number(html, NumberText.None);
                    }
                    else
                    {
                        Interval(page, data, name, $"validation_loss_minus_{best}", group.Difference(name, best), v => v.ToString("+0.000;−0.000;0.000", System.Globalization.CultureInfo.InvariantCulture));
                    }

                    foreach (var task in tasks)
                    {
                        var accuracies = group.Of(name).SelectMany(m => m.Tasks).Where(t => t.Task == task.Task).Select(t => t.Accuracy);
                        Interval(page, data, name, task.Task, MeanInterval.Of(accuracies), NumberText.Percent);
                    }
                });
            }
        });
        page.Data("over seeds", data);
    }

    private static void WriteOrders(HtmlWriter html, IReadOnlyList<string> notations)
    {
        using (html.In("td", ("class", "arch")))
        {
            foreach (var order in notations.GroupBy(n => n, StringComparer.Ordinal).OrderByDescending(g => g.Count()))
            {
                using (html.In("span", ("class", "notation order")))
                {
                    Breakable(html, order.Key);
                    html.Text(order.Count() < notations.Count ? $" ({NumberText.Count(order.Count())})" : "");
                }
            }
        }
    }

    private static void Interval(
        ReportPage page, DataTable data, string model, string measure, MeanInterval value, Func<double, string> number, string? style = null)
    {
        data.Add(model, measure, value.Count, value.Mean, value.Half);
        using (page.Html.In("td", ("class", style is null ? "n" : $"n {style}")))
        {
            page.Html.Text(value.Count == 0 ? NumberText.None : number(value.Mean));
            if (value.Count > 0)
            {
                page.Html.Element("small", StandingTable.Counted(value, h => number(h).TrimStart('+'), "seed"));
            }
        }
    }
}
