using Composer.Reporting.Csv;
using Composer.Reporting.Html;
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
        var scores = point.Models.SelectMany(m => (m.LmEval?.Perplexities ?? []).Select(p => (Model: m, Score: p))).ToList();
        foreach (var unscored in point.Models.SelectMany(m => m.LmEval?.NotScored ?? []).Distinct(StringComparer.Ordinal))
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
        HtmlTable.Write(html, "Perplexity by task and model; lower is better", columns, () =>
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
                            var score = row.FirstOrDefault(r => r.Model == model).Score;
                            page.StageLink(model.LmEvalStage, score is null ? NumberText.None : NumberText.Loss(score.Value));
                            if (score?.StandardError is { } error)
                            {
                                html.Element("small", $"± {NumberText.Loss(error)}");
                            }
                        }
                    }
                });
            }
        });
        page.Data(
            "perplexity by task and model",
            new DataTable("task", "metric", "model", "documents", "value", "standard_error").AddAll(
                scores,
                s => [s.Score.Task, s.Score.Metric, s.Model.Name, s.Score.Documents, s.Score.Value, s.Score.StandardError]));
    }
}
