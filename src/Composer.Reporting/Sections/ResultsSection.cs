using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Text;
using Composer.Stages.Efficiency;
using Composer.Stages.LmEval;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>The final table: what was found against the baselines.</summary>
internal sealed class ResultsSection : IReportSection
{
    public string Id => "results";

    public string Title => "Results";

    public bool HasContent(ReportContent content) => content.Points.Any(p => p.Models.Count > 0);

    public void Write(ReportPage page)
    {
        if (page.Content.Points.Count > 1)
        {
            SeedPart.Write(page);
            PointComparison.Write(page);
        }

        page.ForEachPoint(point =>
        {
            if (point.Models.Count > 0)
            {
                WriteTable(page, point);
                ModelFrontPart.Write(page, point);
            }
        });
        foreach (var accepted in page.Content.Provenance.Where(p => p.Accepted is not null).DistinctBy(p => p.Key))
        {
            page.Paragraph($"{accepted.Stage} was {accepted.Accepted}.", "note");
        }

        page.Paragraph(NoteOf(page.Content), "note");
    }

    private static string NoteOf(ReportContent content)
    {
        var groups = PointGroup.Of(content.Points);
        var isRepeated = content.Points.SelectMany(p => p.Models).Any(m => m.Repetitions.Count > 0);
        var runs = isRepeated
            ? "Losses: means over a model's trainings, which differ in initial parameters and order of the data, ± the 95 % interval by "
                + "Student's t. Differences: means over pairs of trainings that share both, to the first baseline of the manifest "
                + "(the best of several would be chosen by looking); told from zero in bold. "
            : groups.Any(g => g.IsOverSeeds)
                ? "Each table is of one training run a model; the means over seeds stand above. "
                : "One run: each model was trained once; how much losses vary between trainings was not measured, "
                    + "so a difference of one pair tells nothing of it (pretrain.repetitions measures it). ";
        return "Best in bold; underlined with dots: within two standard errors of the best (accuracies only). "
            + "A score that two standard errors do not tell from guessing is never marked, nor is a loss of at least ln(vocabulary). "
            + (isRepeated ? "Accuracies: means over the trainings, " : "Accuracies ")
            + "in percent ± one standard error over questions. "
            + runs
            + "KV cache: keys and values of one token in bf16. ×: ratio to the first baseline; of tokens a second more is better, of the "
            + "cache less. Each underlined number leads to the stage it comes from.";
    }

    private static void WriteTable(ReportPage page, ReportPoint point)
    {
        var html = page.Html;
        var group = PointGroup.Of(point);
        var tasks = point.Models.SelectMany(m => m.Runs).SelectMany(r => r.Tasks).DistinctBy(t => t.Task).ToList();
        List<TableColumn> columns =
        [
            new("Model"),
            new("Architecture"),
            TableColumn.Number("Parameters", "layers only"),
            TableColumn.Number("Trained on", "tokens, FLOPs"),
            TableColumn.Number("Validation loss", group.IsRepeated ? "nats a token, mean ± 95 %" : "nats a token, one run"),
            .. group.Reference is { } first ? [TableColumn.Number($"Loss to {first}", "pair by pair")] : Array.Empty<TableColumn>(),
            .. tasks.Select(t => TableColumn.Number(t.Task, $"chance {NumberText.Percent(t.Chance)}")),
        ];
        if (tasks.Count > 1)
        {
            columns.Add(TableColumn.Number("Mean", $"chance {NumberText.Percent(tasks.Average(t => t.Chance))}"));
        }

        if (ComparesAccuracy(group, tasks))
        {
            columns.Add(TableColumn.Number($"Accuracy to {group.Reference}", "points, pair by pair"));
        }

        columns.AddRange(EfficiencyCells.Columns(point));

        var caption = point.Label.Length > 0 ? $"Composite and baselines, {point.Label}" : "Composite and baselines";
        if (group.IsRepeated)
        {
            caption += $", {NumberText.Count(point.Models.Max(m => m.Runs.Count))} trainings each";
        }

        HtmlTable.Write(html, caption, columns, () =>
        {
            foreach (var model in point.Models)
            {
                Row(html, () => WriteCells(page, group, model, tasks), ("class", model.IsBaseline ? "baseline" : "found"));
            }
        });
        page.Data(point.Label.Length > 0 ? $"results {point.Label}" : "results", DataOf(group, point.Models, tasks));
    }

    /// <summary>Whether a pair of trainings is told apart by more than the questions' own error.</summary>
    private static bool ComparesAccuracy(PointGroup group, List<TaskAccuracy> tasks) =>
        group is { IsRepeated: true, Reference: not null } && tasks.Count > 0;

    private static DataTable DataOf(PointGroup group, IReadOnlyList<ReportModel> models, List<TaskAccuracy> tasks) =>
        new DataTable(
            [
                "model", "baseline", "architecture", "layers", "parameters", "layer_parameters", "tokens", "flops", "runs",
                "validation_loss", "half_width_95", "to", "pairs", "loss_difference", "loss_difference_half_width_95",
                "accuracy_difference", "accuracy_difference_half_width_95",
                .. tasks.SelectMany(t => new[] { t.Task, t.Task + "_stderr" }), .. EfficiencyCells.Names,
            ]).AddAll(
            models,
            m =>
            [
                m.Name, m.IsBaseline ? 1 : 0, m.Architecture.Notation, m.Architecture.Layers, m.Pretrain.Parameters,
                m.Architecture.LayerParameters, m.Pretrain.Tokens, m.Pretrain.Flops, m.Runs.Count, group.Loss(m.Name).Mean,
                group.Loss(m.Name).Half, .. Differences(group, m, tasks),
                .. tasks.Select(t => MeanScores.Of(m).FirstOrDefault(r => r.Task == t.Task)).SelectMany(
                    r => new object?[] { r?.Accuracy, r?.AccuracyStandardError }),
                .. EfficiencyCells.DataOf(m),
            ]);

    private static object?[] Differences(PointGroup group, ReportModel model, List<TaskAccuracy> tasks)
    {
        if (group.Reference is not { } reference || reference == model.Name || model.IsImported)
        {
            return [null, null, null, null, null, null];
        }

        var (loss, accuracy) = (
            group.LossDifference(model.Name, reference), group.AccuracyDifference(model.Name, reference, [.. tasks.Select(t => t.Task)]));
        return [reference, loss.Pairs, loss.Mean.Mean, loss.Mean.Half, accuracy.Mean.Mean, accuracy.Mean.Half];
    }

    private static void WriteCells(ReportPage page, PointGroup group, ReportModel model, List<TaskAccuracy> tasks)
    {
        var (html, point) = (page.Html, group.Points[0]);
        using (html.In("th", ("scope", "row")))
        {
            html.Text(model.Name);
            html.Element("small", model.IsImported ? "trained elsewhere" : model.IsBaseline ? "baseline" : "found by search");
        }

        using (html.In("td", ("class", "arch")))
        {
            using (html.In("span", ("class", "notation")))
            {
                Breakable(html, model.Architecture.Notation);
            }

            html.Element(
                "small", $"{NumberText.Count(model.Architecture.Layers)} layers, dim {NumberText.Count(model.Architecture.Shape.Dim)}");
        }

        var pretrain = model.Pretrain;
        Value(
            page,
            model.PretrainStage,
            NumberText.Parameters(pretrain.Parameters),
            NumberText.Parameters(model.Architecture.LayerParameters)
                + (model.Architecture.ActiveLayerParameters is { } active ? $", {NumberText.Parameters(active)} of a token" : ""));
        if (model.IsImported)
        {
            Number(html, NumberText.None);
        }
        else
        {
            Value(page, model.PretrainStage, NumberText.Short(pretrain.Tokens), NumberText.Scientific(pretrain.Flops));
        }

        WriteLoss(page, group, model);
        var scores = point.Models.Select(m => (Model: m, Tasks: MeanScores.Of(m))).ToList();
        foreach (var task in tasks)
        {
            var result = scores.First(s => s.Model == model).Tasks.FirstOrDefault(t => t.Task == task.Task);
            var best = scores.SelectMany(m => m.Tasks).Where(t => t.Task == task.Task).MaxBy(t => t.Accuracy)!;
            Accuracy(
                page,
                model,
                result is null ? null : (result.Accuracy, result.AccuracyStandardError),
                (best.Accuracy, best.AccuracyStandardError),
                task.Chance);
        }

        if (tasks.Count > 1)
        {
            var best = point.Models.Select(m => Mean(m, tasks)).Where(m => m is not null).MaxBy(m => m!.Value.Mean);
            Accuracy(page, model, Mean(model, tasks), best, tasks.Average(t => t.Chance));
        }

        if (ComparesAccuracy(group, tasks))
        {
            DifferenceCell.Write(
                page,
                model.Name == group.Reference || model.IsImported
                    ? null
                    : group.AccuracyDifference(model.Name, group.Reference!, [.. tasks.Select(t => t.Task)]),
                NumberText.SignedPercent,
                lowerIsBetter: false,
                model.Runs.Concat(group.Of(group.Reference!)[0].Runs).Select(r => r.LmEvalStage));
        }

        EfficiencyCells.Write(page, point, model, point.Models.FirstOrDefault(m => m.Name == group.Reference));
    }

    private static void WriteLoss(ReportPage page, PointGroup group, ReportModel model)
    {
        if (model.IsImported)
        {
            Number(page.Html, NumberText.None);
        }
        else
        {
            var loss = group.Loss(model.Name);
            var lowest = group.Models.Select(m => group.Loss(m).Mean).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
            Value(
                page,
                model.PretrainStage,
                NumberText.Loss(loss.Mean),
                group.IsRepeated ? StandingTable.Counted(loss, NumberText.Loss, group.Noun) : null,
                NumberText.Loss(loss.Mean) == NumberText.Loss(lowest) && Chance.IsBeaten(model) ? "best" : null,
                model.Repetitions.Select(r => r.PretrainStage));
        }

        if (group.Reference is { } reference)
        {
            DifferenceCell.Write(
                page,
                model.Name == reference || model.IsImported ? null : group.LossDifference(model.Name, reference),
                NumberText.SignedLoss,
                lowerIsBetter: true,
                model.Runs.Concat(group.Of(reference)[0].Runs).Select(r => r.PretrainStage));
        }
    }

    internal static void Value(
        ReportPage page, string stage, string text, string? small, string? style = null, params IEnumerable<string> others)
    {
        using (page.Html.In("td", ("class", style is null ? "n" : $"n {style}")))
        {
            page.StageLink(stage, text);
            page.RestsOn(others);
            if (small is not null)
            {
                page.Html.Element("small", small);
            }
        }
    }

    private static void Accuracy(
        ReportPage page, ReportModel model, (double Mean, double? Error)? result, (double Mean, double? Error)? best, double chance)
    {
        if (result is not { } r || best is not { } b)
        {
            Number(page.Html, NumberText.None);
            return;
        }

        var style = !Chance.IsBeaten(r.Mean, r.Error, chance) ? null
            : r.Mean >= b.Mean ? "best"
            : r.Error is { } own && b.Error is { } other && b.Mean - r.Mean <= 2 * Math.Sqrt(own * own + other * other) ? "near"
            : null;
        Value(
            page,
            model.LmEvalStage,
            NumberText.Percent(r.Mean),
            "± " + NumberText.Percent(r.Error),
            style,
            model.Repetitions.Select(run => run.LmEvalStage));
    }

    /// <summary>The mean over all tasks; null where the model lacks one.</summary>
    private static (double Mean, double? Error)? Mean(ReportModel model, List<TaskAccuracy> tasks)
    {
        var results = tasks
            .Select(t => MeanScores.Of(model).FirstOrDefault(r => r.Task == t.Task))
            .OfType<TaskAccuracy>()
            .ToList();
        return results.Count == tasks.Count ? Headline.MeanAccuracy(results) : null;
    }

    /// <summary>Where decoding was timed with most tokens; null where it was not.</summary>
    internal static EfficiencyPoint? Longest(ReportModel model) => model.Efficiency?.Points.MaxBy(p => p.Length);
}
