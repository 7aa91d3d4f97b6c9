using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>How surprising each model finds the texts of tasks, and which tasks a model was not scored on.</summary>
internal static class PerplexityPart
{
    public static void Write(ReportPage page, ReportPoint point)
    {
        var html = page.Html;
        var scores = point.Models
            .SelectMany(m => m.Runs.SelectMany(r => (r.LmEval?.Perplexities ?? []).Select(p => (Model: m, Run: r, Score: p)))).ToList();
        var all = point.Models.SelectMany(m => m.Runs);
        foreach (var unscored in all.SelectMany(r => r.LmEval?.NotScored ?? []).Distinct(StringComparer.Ordinal))
        {
            page.Paragraph($"{unscored} was not scored: each of its questions has a choice that is longer than the window.", "warning");
        }

        if (scores.Count == 0)
        {
            return;
        }

        var models = scores.Select(s => s.Model).Distinct().ToList();
        html.Element("h4", "Perplexity").Line();
        List<TableColumn> columns = [new("Task"), new("Metric"), .. models.Select(m => TableColumn.Number(m.Name))];
        var means = point.Models.Any(m => m.Repetitions.Count > 0) ? "; means ± 95 % intervals over trainings" : "";
        HtmlTable.Write(html, $"Perplexity by task and model; lower is better{means}", columns, () =>
        {
            foreach (var row in scores.GroupBy(s => (s.Score.Task, s.Score.Metric)))
            {
                Row(html, () =>
                {
                    html.Element("th", row.Key.Task, ("scope", "row"));
                    html.Element("td", row.Key.Metric);
                    foreach (var model in models)
                    {
                        using (html.In("td", ("class", "n")))
                        {
                            var runs = row.Where(r => r.Model == model).ToList();
                            var mean = MeanInterval.Of(runs.Select(r => r.Score.Value));
                            page.StageLink(
                                runs.Count == 0 ? model.LmEvalStage : runs[0].Run.LmEvalStage,
                                runs.Count == 0 ? NumberText.None : NumberText.Loss(mean.Mean));
                            if ((mean.Half ?? runs.FirstOrDefault().Score?.StandardError) is { } error)
                            {
                                var over = mean.Half is null ? "" : $", {NumberText.Count(runs.Count, "run")}";
                                html.Element("small", $"± {NumberText.Loss(error)}{over}");
                            }
                        }
                    }
                });
            }
        });
        page.Data(
            "perplexity by task and model",
            new DataTable("task", "metric", "model", "repetition", "documents", "value", "standard_error").AddAll(
                scores,
                s =>
                [
                    s.Score.Task, s.Score.Metric, s.Model.Name, s.Run.Repetition, s.Score.Documents, s.Score.Value, s.Score.StandardError,
                ]));
    }
}
