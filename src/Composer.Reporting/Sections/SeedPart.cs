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
                "Each seed is a whole pipeline with a search of its own, so what was found may be another order in each. "
                + (groups.Any(g => g.Points.SelectMany(p => p.Models).Any(m => m.Repetitions.Count > 0))
                    ? "The mean over the repetitions of a seed is one value. "
                    : "")
                + "Interval: 95 % by Student's t over the seeds. The difference is the mean of those within each seed, to the first "
                + "baseline of the manifest; where its interval holds zero, the two are not told apart.",
                "note");
        }
    }

    private static void WriteTable(ReportPage page, PointGroup group)
    {
        var html = page.Html;
        var tasks = group.Points.SelectMany(p => p.Models).SelectMany(m => m.Tasks).DistinctBy(t => t.Task).ToList();
        var data = new DataTable("model", "measure", "values", "trainings", "mean", "half_width_95");
        var best = group.Models.MinBy(m => group.Loss(m).Mean is var mean && double.IsNaN(mean) ? double.PositiveInfinity : mean)!;
        List<TableColumn> columns =
        [
            new("Model"), new("Orders"), TableColumn.Number("Validation loss", "nats a token"),
            .. group.Reference is { } first ? [TableColumn.Number($"Loss to {first}", "seed by seed")] : Array.Empty<TableColumn>(),
            .. tasks.Select(t => TableColumn.Number(t.Task, $"%, chance {NumberText.Percent(t.Chance)}")),
            .. group.Reference is { } other && tasks.Count > 0
                ? [TableColumn.Number($"Accuracy to {other}", "points, mean of the tasks")]
                : Array.Empty<TableColumn>(),
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
                    var trainings = group.Of(name).Sum(m => m.Runs.Count);
                    Interval(
                        page,
                        data,
                        name,
                        "validation_loss",
                        loss,
                        trainings,
                        NumberText.Loss,
                        name == best && group.Of(name).All(Chance.IsBeaten) ? "best" : null);
                    if (group.Reference is { } reference)
                    {
                        WriteDifference(
                            page, data, group, name, "validation_loss", group.LossDifference(name, reference), lowerIsBetter: true);
                    }

                    foreach (var task in tasks)
                    {
                        Interval(page, data, name, task.Task, group.Accuracy(name, [task.Task]), trainings, NumberText.Percent);
                    }

                    if (group.Reference is { } compared && tasks.Count > 0)
                    {
                        var difference = group.AccuracyDifference(name, compared, [.. tasks.Select(t => t.Task)]);
                        WriteDifference(page, data, group, name, "accuracy", difference, lowerIsBetter: false);
                    }
                });
            }
        });
        page.Data("over seeds", data);
    }

    private static void WriteDifference(
        ReportPage page, DataTable data, PointGroup group, string name, string measure, PairedDifference difference, bool lowerIsBetter)
    {
        var reference = group.Reference!;
        DifferenceCell.Write(
            page,
            name == reference ? null : difference,
            lowerIsBetter ? NumberText.SignedLoss : NumberText.SignedPercent,
            lowerIsBetter,
            group.Of(name).Concat(group.Of(reference)).SelectMany(m => m.Runs).Select(r => lowerIsBetter ? r.PretrainStage : r.LmEvalStage));
        if (name != reference)
        {
            var mean = difference.Mean;
            data.Add(name, $"{measure}_minus_{reference}", mean.Count, difference.Pairs, mean.Mean, mean.Half);
        }
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
        ReportPage page,
        DataTable data,
        string model,
        string measure,
        MeanInterval value,
        int trainings,
        Func<double, string> number,
        string? style = null)
    {
        data.Add(model, measure, value.Count, trainings, value.Mean, value.Half);
        using (page.Html.In("td", ("class", style is null ? "n" : $"n {style}")))
        {
            page.Html.Text(value.Count == 0 ? NumberText.None : number(value.Mean));
            if (value.Count > 0)
            {
                page.Html.Element("small", StandingTable.Counted(value, number, "seed"));
            }
        }
    }
}
