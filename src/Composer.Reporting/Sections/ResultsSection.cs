using Composer.Reporting.Csv;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
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

        page.Paragraph(
            "Best in bold; underlined with dots: within two standard errors of the best (accuracies only). "
            + "A score that two standard errors do not tell from guessing is never marked, nor is a loss of at least ln(vocabulary). "
            + "Accuracies in percent ± one standard error over questions. "
            + (PointGroup.Of(page.Content.Points).Any(g => g.Points.Count > 1)
                ? "Each table is of one training run a model; the means over seeds stand above. "
                : "One run: each model was trained once; how much losses vary between seeds was not measured. ")
            + "KV cache: keys and values of one token in bf16. Each underlined number leads to the stage it comes from.",
            "note");
    }

    private static void WriteTable(ReportPage page, ReportPoint point)
    {
        var html = page.Html;
        var tasks = point.Models.SelectMany(m => m.Tasks).DistinctBy(t => t.Task).ToList();
        var length = point.Models.Select(m => Longest(m)?.Length).Max();
        List<TableColumn> columns =
        [
            new("Model"),
            new("Architecture"),
            TableColumn.Number("Parameters", "layers only"),
            TableColumn.Number("Trained on", "tokens, FLOPs"),
            TableColumn.Number("Validation loss", "nats a token, one run"),
            .. tasks.Select(t => TableColumn.Number(t.Task, $"chance {NumberText.Percent(t.Chance)}")),
        ];
        if (tasks.Count > 1)
        {
            columns.Add(TableColumn.Number("Mean", $"chance {NumberText.Percent(tasks.Average(t => t.Chance))}"));
        }

        columns.Add(TableColumn.Number("KV cache", length is { } n ? $"a token at {NumberText.Count(n)}" : "a token"));
        columns.Add(TableColumn.Number("Decoding", length is { } l ? $"tokens/s at {NumberText.Count(l)}, median" : "tokens/s"));
        columns.Add(TableColumn.Number("Training", "tokens/s"));

        var caption = point.Label.Length > 0 ? $"Composite and baselines, {point.Label}" : "Composite and baselines";
        HtmlTable.Write(html, caption, columns, () =>
        {
            foreach (var model in point.Models)
            {
                Row(html, () => WriteCells(page, point, model, tasks), ("class", model.IsBaseline ? "baseline" : "found"));
            }
        });
        page.Data(point.Label.Length > 0 ? $"results {point.Label}" : "results", DataOf(point.Models, tasks));
    }

    private static DataTable DataOf(IReadOnlyList<ReportModel> models, List<TaskAccuracy> tasks) =>
        new DataTable(
            [
                "model", "baseline", "architecture", "layers", "parameters", "layer_parameters", "tokens", "flops", "validation_loss",
                .. tasks.SelectMany(t => new[] { t.Task, t.Task + "_stderr" }), "kv_cache_bytes_per_token", "decode_tokens_per_second",
                "seconds_per_token", "training_tokens_per_second",
            ]).AddAll(
            models,
            m =>
            [
                m.Name, m.IsBaseline ? 1 : 0, m.Architecture.Notation, m.Architecture.Layers, m.Pretrain.Parameters,
                m.Architecture.LayerParameters, m.Pretrain.Tokens, m.Pretrain.Flops, m.Pretrain.ValidationLoss,
                .. tasks.Select(t => m.Tasks.FirstOrDefault(r => r.Task == t.Task)).SelectMany(
                    r => new object?[] { r?.Accuracy, r?.AccuracyStandardError }),
                KvCacheCost.BytesOf(m), Longest(m)?.DecodeTokensPerSecond, Longest(m)?.SecondsPerToken, m.Timings?.TokensPerSecond,
            ]);

    private static void WriteCells(ReportPage page, ReportPoint point, ReportModel model, List<TaskAccuracy> tasks)
    {
        var html = page.Html;
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
            NumberText.Parameters(model.Architecture.LayerParameters));
        if (model.IsImported)
        {
            Number(html, NumberText.None);
        }
        else
        {
            Value(page, model.PretrainStage, NumberText.Short(pretrain.Tokens), NumberText.Scientific(pretrain.Flops));
        }

        var lowest = point.Models.Select(m => m.Pretrain.ValidationLoss).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        if (model.IsImported)
        {
            Number(html, NumberText.None);
        }
        else
        {
            Value(
                page,
                model.PretrainStage,
                NumberText.Loss(pretrain.ValidationLoss),
                null,
                NumberText.Loss(pretrain.ValidationLoss) == NumberText.Loss(lowest) && Chance.IsBeaten(model) ? "best" : null);
        }

        foreach (var task in tasks)
        {
            var result = model.Tasks.FirstOrDefault(t => t.Task == task.Task);
            var best = point.Models.SelectMany(m => m.Tasks).Where(t => t.Task == task.Task).MaxBy(t => t.Accuracy)!;
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

        var grown = point.Searches.FirstOrDefault(s => s.Name == model.Name);
        Value(page, grown?.ExtrapolateStage ?? "", KvCacheCost.TextOf(model), null);
        if (Longest(model) is { } point1)
        {
            Value(page, model.EfficiencyStage, NumberText.Rate(point1.DecodeTokensPerSecond), NumberText.Latency(point1.SecondsPerToken));
        }
        else
        {
            Number(html, NumberText.None);
        }

        if (model.Timings is { } timings)
        {
            Value(page, model.PretrainStage, NumberText.Rate(timings.TokensPerSecond), null);
        }
        else
        {
            Number(html, NumberText.None);
        }
    }

    private static void Value(ReportPage page, string stage, string text, string? small, string? style = null)
    {
        using (page.Html.In("td", ("class", style is null ? "n" : $"n {style}")))
        {
            page.StageLink(stage, text);
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
        Value(page, model.LmEvalStage, NumberText.Percent(r.Mean), "± " + NumberText.Percent(r.Error), style);
    }

    /// <summary>The mean over all tasks; null where the model lacks one.</summary>
    private static (double Mean, double? Error)? Mean(ReportModel model, List<TaskAccuracy> tasks)
    {
        var results = tasks
            .Select(t => model.Tasks.FirstOrDefault(r => r.Task == t.Task))
            .OfType<TaskAccuracy>()
            .ToList();
        return results.Count == tasks.Count ? Headline.MeanAccuracy(results) : null;
    }

    /// <summary>Where decoding was timed with most tokens; null where it was not.</summary>
    internal static EfficiencyPoint? Longest(ReportModel model) => model.Efficiency?.Points.MaxBy(p => p.Length);
}
