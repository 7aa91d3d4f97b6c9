using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Stages.Search;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections.Searching;

/// <summary>The best candidates with their scores, and the settings that gave them.</summary>
internal static class CandidateTable
{
    private const int Shown = 10;

    public static void Write(ReportPage page, SearchOutput search)
    {
        var best = search.Trials
            .Where(t => t.Score is { } s && double.IsFinite(s))
            .OrderBy(t => t.Score)
            .ThenBy(t => t.Number)
            .Take(Shown)
            .ToList();
        if (best.Count == 0)
        {
            page.Paragraph("No candidate has a score.");
            return;
        }

        var html = page.Html;
        var tasks = best.SelectMany(t => t.Tasks).Select(t => t.Task).Distinct(StringComparer.Ordinal).ToList();
        html.Element("h4", "Best candidates").Line();
        List<TableColumn> columns =
        [
            TableColumn.Number("Rank"), TableColumn.Number("Trial"), new("Layers"), TableColumn.Number("Score", "mean ± 95 % interval"),
            .. tasks.Select(t => TableColumn.Number(t, WeightOf(best, t) is { } weight ? $"weight {NumberText.Setting(weight)}" : null)),
        ];
        HtmlTable.Write(html, $"The best {best.Count} of {NumberText.Count(search.Trials.Count, "trial")}", columns, () =>
        {
            for (var i = 0; i < best.Count; i++)
            {
                var (rank, trial) = (i + 1, best[i]);
                Row(html, () =>
                {
                    Number(html, NumberText.Count(rank));
                    Number(html, NumberText.Count(trial.Number));
                    using (html.In("th", ("scope", "row")))
                    {
                        LayerBlocks.Write(html, trial.Layers, trial.Layers.ToString());
                    }

                    using (html.In("td", ("class", "n strong")))
                    {
                        html.Text(NumberText.Score(trial.Score))
                            .Element("small", StandingTable.Counted(SearchStanding.ScoreOf(trial), h => NumberText.Score(h), "run"));
                    }

                    foreach (var task in tasks)
                    {
                        Number(html, NumberText.Score(trial.Tasks.FirstOrDefault(t => t.Task == task)?.Score));
                    }
                });
            }
        });
        page.Data(
            "best candidates",
            new DataTable(["rank", "trial", "layers", "score", "runs", "half_width_95", .. tasks]).AddAll(
                best.Select((t, i) => (Rank: i + 1, Trial: t)),
                r =>
                [
                    r.Rank, r.Trial.Number, r.Trial.Layers.ToString(), r.Trial.Score, r.Trial.Runs, SearchStanding.ScoreOf(r.Trial).Half,
                    .. tasks.Select(task => (object?)r.Trial.Tasks.FirstOrDefault(t => t.Task == task)?.Score),
                ]));
        if (best.Any(t => t.Tasks.Any(s => s.LearningRate is not null || s.WeightDecay is not null)))
        {
            WriteSettings(html, best, tasks);
        }
    }

    private static double? WeightOf(List<TrialOutput> trials, string task) =>
        trials.SelectMany(t => t.Tasks).FirstOrDefault(t => t.Task == task)?.Weight;

    private static void WriteSettings(HtmlWriter html, List<TrialOutput> best, List<string> tasks)
    {
        using (html.In("details"))
        {
            html.Element("summary", "Settings that gave these scores");
            List<TableColumn> columns =
            [
                new("Layers"),
                .. tasks.Select(t => TableColumn.Number(t, "learning rate, decay")),
                new("Evaluations"),
            ];
            HtmlTable.Write(html, "Learning rate and weight decay of each score", columns, () =>
            {
                foreach (var trial in best)
                {
                    Row(html, () =>
                    {
                        Head(html, trial.Layers.ToString());
                        foreach (var task in tasks)
                        {
                            Number(html, SettingOf(trial.Tasks.FirstOrDefault(t => t.Task == task)));
                        }

                        using (html.In("td"))
                        {
                            foreach (var key in trial.Evaluations)
                            {
                                html.Element("code", key.Short, ("title", key.ToString())).Text(" ");
                            }
                        }
                    });
                }
            });
        }

        html.Line();
    }

    private static string SettingOf(TaskOutput? task) => task?.LearningRate is { } rate
        ? NumberText.Setting(rate) + (task.WeightDecay is { } decay ? ", " + NumberText.Setting(decay) : "")
        : NumberText.None;
}
