using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.LmEval;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>Accuracies with their errors, and the cost of decoding.</summary>
internal sealed class EvaluationSection : IReportSection
{
    /// <summary>Letters of a model's name beside a plot.</summary>
    private const int LongestName = 13;

    private static readonly string[] Measures =
        ["questions", "shots", "acc", "acc_stderr", "acc_norm", "acc_norm_stderr", "chance", "left_out"];

    public string Id => "evaluation";

    public string Title => "Evaluation";

    public bool HasContent(ReportContent content) =>
        content.Points.Any(p => p.Models.Any(m => m.Runs.Any(r => r.LmEval is not null) || m.Efficiency is not null));

    public void Write(ReportPage page) => page.ForEachPoint(point =>
    {
        var html = page.Html;
        var tasks = point.Models.SelectMany(m => MeanScores.Of(m)).Select(t => t.Task).Distinct(StringComparer.Ordinal).ToList();
        if (tasks.Count > 0)
        {
            using (html.In("div", ("class", "plots small")))
            {
                foreach (var task in tasks)
                {
                    WriteTask(page, point, task);
                }
            }

            html.Line();
            page.Paragraph(
                "Marker: share of questions answered right; bar: ± one standard error over the questions; dashed: guessing. "
                + (point.Models.Any(m => m.Repetitions.Count > 0)
                    ? "Means over a model's trainings, which were asked the same questions."
                    : "One training run a model."),
                "note");
            WriteUnscored(page, point);
            WriteNumbers(page, point);
        }

        PerplexityPart.Write(page, point);
        DecodingPart.Write(page, point);
        if (point.Models.Any(m => m.Runs.Any(r => r.LmEval is not null) || m.Efficiency is not null))
        {
            page.Sources(
                point.Models.SelectMany(m => m.Runs).Where(r => r.LmEval is not null).Select(r => r.LmEvalStage)
                    .Concat(point.Models.Where(m => m.Efficiency is not null).Select(m => m.EfficiencyStage)));
        }
    });

    private static void WriteTask(ReportPage page, ReportPoint point, string task)
    {
        var html = page.Html;
        var results = point.Models
            .Select(m => (Model: m, Result: MeanScores.Of(m).FirstOrDefault(t => t.Task == task)))
            .Where(r => r.Result is not null)
            .Select(r => (r.Model, Result: r.Result!))
            .ToList();
        var chance = results[0].Result.Chance;
        var x = LinearScale.Covering(
            results.SelectMany(
                r => new[] { r.Result.Accuracy - Error(r.Result), r.Result.Accuracy + Error(r.Result) })
                .Append(chance)
                .Select(v => 100 * v));
        var layout = new PlotLayout(400, 24 * results.Count + 66) { Left = 122, Right = 18, Top = 18, XTicks = 6 };
        using (html.In("figure"))
        {
            using (html.In("h4"))
            {
                Breakable(html, task);
                html.Element("small", $" {NumberText.Count(results[0].Result.Questions)} questions");
            }

            var text = string.Join("; ", results.Select(
                r => $"{r.Model.Name} {NumberText.Percent(r.Result.Accuracy)} ± {NumberText.Percent(r.Result.AccuracyStandardError)} %"));
            page.Data($"accuracy on {task}", DataOf(results.Select(r => (r.Model, r.Result))));
            using var plot = new XyPlot(
                page,
                layout,
                x,
                new LinearScale(.4, results.Count + .6),
                $"Accuracy on {task}",
                $"{text}; chance {NumberText.Percent(chance)} %");
            plot.XAxis("accuracy, %", NumberText.Tick);
            plot.VerticalRule(100 * chance, "chance");
            for (var i = 0; i < results.Count; i++)
            {
                var (model, result) = results[i];
                var row = results.Count - i;
                var style = page.StyleOf(model.Name);
                plot.RowLabel(row, model.Name.Length > LongestName ? model.Name[..(LongestName - 1)] + "…" : model.Name);
                plot.HorizontalError(
                    100 * (result.Accuracy - Error(result)),
                    100 * (result.Accuracy + Error(result)),
                    row,
                    style.Colour);
                plot.Marker(
                    100 * result.Accuracy,
                    row,
                    style.Marker,
                    5,
                    style.Colour,
                    $"{model.Name}: {NumberText.Percent(result.Accuracy)} ± {NumberText.Percent(result.AccuracyStandardError)} %");
            }
        }

        html.Line();
    }

    private static DataTable DataOf(IEnumerable<(ReportModel Model, TaskAccuracy Task)> scores) =>
        new DataTable(["task", "model", "runs", .. Measures]).AddAll(
            scores,
            s =>
            [
                s.Task.Task, s.Model.Name, s.Model.Runs.Count(r => r.Tasks.Any(t => t.Task == s.Task.Task)),
                .. MeasuresOf(s.Task, s.Model.Runs.First(r => r.LmEval is not null).LmEval!.Shots),
            ]);

    private static object?[] MeasuresOf(TaskAccuracy task, int shots) =>
    [
        task.Questions, shots, task.Accuracy, task.AccuracyStandardError, task.NormalizedAccuracy, task.NormalizedAccuracyStandardError,
        task.Chance, task.LeftOut,
    ];

    /// <summary>What an accuracy does not count, said beside it.</summary>
    private static void WriteUnscored(ReportPage page, ReportPoint point)
    {
        foreach (var (model, task) in point.Models.SelectMany(m => m.Tasks.Select(t => (m, t))).Where(r => r.t.LeftOut > 0))
        {
            page.Paragraph(
                $"{task.Task}, {model.Name}: {NumberText.Count(task.LeftOut)} of {NumberText.Count(task.LeftOut + task.Questions)} "
                + "questions have a choice that is longer than the model's window; they are left out of its accuracy.",
                "warning");
        }

        if (point.Models.SelectMany(m => m.Tasks).Where(t => t.ContextCut > 0).DistinctBy(t => t.Task).ToList() is { Count: > 0 } cut)
        {
            page.Paragraph(
                "Questions whose context was cut at its beginning to fit the window, as lm-evaluation-harness cuts it: "
                + string.Join(", ", cut.Select(t => $"{t.Task} {NumberText.Count(t.ContextCut)} of {NumberText.Count(t.Questions)}")) + ".",
                "note");
        }
    }

    private static void WriteNumbers(ReportPage page, ReportPoint point)
    {
        var html = page.Html;
        var scores = point.Models
            .SelectMany(m => m.Runs.SelectMany(r => r.Tasks.Select(t => new ScoredRun(m, r, t))))
            .OrderBy(s => s.Task.Task, StringComparer.Ordinal).ToList();
        using (html.In("details"))
        {
            html.Element("summary", "All scores, also with length-normalised log-probabilities");
            List<TableColumn> columns =
            [
                new("Task"), new("Model"), TableColumn.Number("Questions"), TableColumn.Number("Shots"), TableColumn.Number("acc", "%"),
                TableColumn.Number("acc_norm", "%"), TableColumn.Number("Chance", "%"),
            ];
            HtmlTable.Write(html, "Scores by task and model", columns, () =>
            {
                foreach (var score in scores)
                {
                    Row(html, () => WriteScore(page, score));
                }
            });
            page.Data(
                "scores by task and model",
                new DataTable(["task", "model", "repetition", .. Measures]).AddAll(
                    scores, s => [s.Task.Task, s.Model.Name, s.Run.Repetition, .. MeasuresOf(s.Task, s.Run.LmEval!.Shots)]));
        }

        html.Line();
    }

    private static void WriteScore(ReportPage page, ScoredRun score)
    {
        var (html, task) = (page.Html, score.Task);
        Head(html, task.Task);
        var number = score.Model.Repetitions.Count > 0 ? $", training {NumberText.Count(score.Run.Repetition)}" : "";
        Cell(html, score.Model.Name + number);
        Number(html, NumberText.Count(task.Questions));
        Number(html, NumberText.Count(score.Run.LmEval!.Shots));
        using (html.In("td", ("class", "n")))
        {
            page.StageLink(score.Run.LmEvalStage, Measured(task.Accuracy, task.AccuracyStandardError));
        }

        Number(
            html,
            task.NormalizedAccuracy is { } normalized
                ? Measured(normalized, task.NormalizedAccuracyStandardError)
                : NumberText.None);
        Number(html, NumberText.Percent(task.Chance));
    }

    /// <summary>Nothing is drawn of an error that there is not.</summary>
    private static double Error(TaskAccuracy task) => task.AccuracyStandardError ?? 0;

    private static string Measured(double share, double? error) => $"{NumberText.Percent(share)} ± {NumberText.Percent(error)}";

    /// <summary>A score of one training.</summary>
    private sealed record ScoredRun(ReportModel Model, ReportRun Run, TaskAccuracy Task);
}
