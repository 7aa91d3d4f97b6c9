using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Stages.Search;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections.Searching;

/// <summary>What the best candidates do on samples longer than those that they were trained on.</summary>
internal static class LengthPart
{
    private const int Shown = 10;

    public static void Write(ReportPage page, SearchOutput search)
    {
        var best = search.Trials
            .Where(t => t.Score is { } s && double.IsFinite(s) && t.Tasks.Any(task => task.Lengths is not null))
            .OrderBy(t => t.Score)
            .ThenBy(t => t.Number)
            .Take(Shown)
            .ToList();
        if (best.Count == 0)
        {
            return;
        }

        var tests = best.SelectMany(t => t.Tasks.SelectMany(task => (task.Lengths ?? []).Select(l => (task.Task, l.Length))))
            .Distinct().GroupBy(t => t.Task).SelectMany(g => g.OrderBy(t => t.Length)).ToList();
        var html = page.Html;
        html.Element("h4", "At other lengths").Line();
        List<TableColumn> columns =
        [
            TableColumn.Number("Rank"), new("Layers"), .. tests.Select(t => TableColumn.Number(t.Task, NumberText.Count(t.Length))),
        ];
        HtmlTable.Write(html, "Accuracy in %, by task and length of the samples; a task's first length is that of its training", columns, () =>
        {
            for (var i = 0; i < best.Count; i++)
            {
                var (rank, trial) = (i + 1, best[i]);
                Row(html, () =>
                {
                    Number(html, NumberText.Count(rank));
                    using (html.In("th", ("scope", "row")))
                    {
                        LayerBlocks.Write(html, trial.Layers, trial.Layers.ToString());
                    }

                    foreach (var (task, length) in tests)
                    {
                        Number(html, NumberText.Percent(At(trial, task, length)?.Accuracy));
                    }
                });
            }
        });
        page.Data(
            "best candidates at other lengths",
            new DataTable("rank", "trial", "layers", "task", "length", "loss", "accuracy").AddAll(
                best.Index().SelectMany(t => tests.Select(test => (Rank: t.Index + 1, Trial: t.Item, test.Task, test.Length))),
                r =>
                [
                    r.Rank, r.Trial.Number, r.Trial.Layers.ToString(), r.Task, r.Length,
                    At(r.Trial, r.Task, r.Length)?.Loss, At(r.Trial, r.Task, r.Length)?.Accuracy,
                ]));
        page.Paragraph(
            "Each was trained at a task's first length alone and never saw a longer sample; the scores above count that length alone. "
            + "An accuracy that stays says that what was learned does not depend on the length.",
            "note");
    }

    private static LengthScore? At(TrialOutput trial, string task, int length) =>
        trial.Tasks.FirstOrDefault(t => t.Task == task)?.Lengths?.FirstOrDefault(l => l.Length == length);
}
