using Composer.Reporting.Data;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>The end of a run for a terminal: each model's loss, and how it does against the first baseline.</summary>
public static class ResultLines
{
    private const int MostGroups = 12;
    private static readonly string[] Head = ["model", "trainings", "validation loss"];

    /// <summary>A table of plain lines; none where nothing was pre-trained.</summary>
    public static IReadOnlyList<string> Of(ReportContent content)
    {
        var groups = SweepAxis.Sort(PointGroup.Of(content.Points)).Where(g => g.Models.Count > 0).ToList();
        var shown = groups.Take(MostGroups).Select(g => (g.Label, Rows: RowsOf(g))).ToList();
        var widths = Enumerable.Range(0, Head.Length)
            .Select(i => shown.SelectMany(g => g.Rows).Select(r => r[i].Length).DefaultIfEmpty().Max()).ToArray();
        var lines = new List<string>();
        string? head = null;
        foreach (var (label, rows) in shown)
        {
            // The columns are named once, as long as they are the same.
            var table = rows.ConvertAll(r => Line(r, widths));
            IEnumerable<string> above = table[0] == head ? [label] : [table[0], label];
            lines.AddRange(above.Where(l => l.Length > 0).Concat(table[1..]));
            head = table[0];
        }

        if (groups.Count > MostGroups)
        {
            lines.Add($"and {groups.Count - MostGroups} more points of the sweep: the report has all.");
        }

        return lines;
    }

    private static string Line(string[] cells, int[] widths) =>
        $"  {string.Join("  ", cells.Select((c, i) => i < widths.Length ? c.PadRight(widths[i]) : c))}".TrimEnd();

    private static List<string[]> RowsOf(PointGroup group)
    {
        List<string[]> rows = [[.. Head, group.Reference is { } first ? $"to {first}" : ""]];
        foreach (var model in group.Models)
        {
            var loss = group.Loss(model);
            PairedDifference? difference =
                group.Reference is { } reference && reference != model ? group.LossDifference(model, reference) : null;
            rows.Add(
            [
                model,
                NumberText.Count(group.Of(model).Sum(m => m.Runs.Count)),
                NumberText.Loss(loss.Mean) + (loss.Half is { } half ? $" ± {NumberText.Loss(half)}" : ""),
                difference is { Mean.Count: > 0 } known
                    ? NumberText.SignedLoss(known.Mean.Mean) + (known.Mean.Half is { } h ? $" ± {NumberText.Loss(h)}" : "")
                        + $"  {Headline.PairsOf(known)}: {known.Verdict(lowerIsBetter: true)}"
                    : "",
            ]);
        }

        return rows;
    }
}
