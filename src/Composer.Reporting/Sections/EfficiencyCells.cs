using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>
/// What a model costs beside what it is good for: the last cells of the final table, each with its ratio to the first baseline's.
/// </summary>
internal static class EfficiencyCells
{
    /// <summary>Columns of the data.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "kv_cache_bytes_per_token", "prompt_tokens_per_second", "decode_tokens_per_second", "seconds_per_token",
        "training_tokens_per_second", "training_seconds_per_step", "measured_while_training_tokens_per_second",
    ];

    public static IEnumerable<TableColumn> Columns(ReportPoint point)
    {
        var at = point.Models.Select(m => ResultsSection.Longest(m)?.Length).Max() is { } length ? $" at {NumberText.Count(length)}" : "";
        var step = point.Models.Select(m => m.Efficiency?.Training).OfType<Stages.Efficiency.TrainingTimings>().FirstOrDefault();
        yield return TableColumn.Number("KV cache", $"a token{at}; less is better");
        yield return TableColumn.Number("Prompt", $"tokens/s{at}, median");
        yield return TableColumn.Number("Decoding", $"tokens/s{at}, median");
        yield return TableColumn.Number(
            "Training",
            step is null ? "tokens/s while it trained" : $"tokens/s, median; a step of {NumberText.Count(step.Tokens)} tokens");
    }

    /// <summary>One row's cells.</summary>
    /// <param name="page">Where they go.</param>
    /// <param name="point">Of the sweep.</param>
    /// <param name="model">The row's.</param>
    /// <param name="reference">The first baseline; null without one.</param>
    public static void Write(ReportPage page, ReportPoint point, ReportModel model, ReportModel? reference)
    {
        var grown = point.Searches.FirstOrDefault(s => s.Name == model.Name);
        var (longest, other) = (ResultsSection.Longest(model), reference is null ? null : ResultsSection.Longest(reference));
        Cell(grown?.ExtrapolateStage ?? "", KvCacheCost.BytesOf(model), m => KvCacheCost.BytesOf(m), _ => KvCacheCost.TextOf(model), null);
        Cell(model.EfficiencyStage, longest?.PromptTokensPerSecond, _ => other?.PromptTokensPerSecond, NumberText.Rate, null);
        Cell(
            model.EfficiencyStage,
            longest?.DecodeTokensPerSecond,
            _ => other?.DecodeTokensPerSecond,
            NumberText.Rate,
            longest is null ? null : NumberText.Latency(longest.SecondsPerToken));
        if (model.Efficiency?.Training is { } training)
        {
            Cell(
                model.EfficiencyStage,
                training.TokensPerSecond,
                m => m.Efficiency?.Training?.TokensPerSecond,
                NumberText.Rate,
                NumberText.Latency(training.SecondsPerStep));
        }
        else
        {
            // Trained perhaps beside other work: no ratio is told.
            Cell(model.PretrainStage, model.Timings?.TokensPerSecond, _ => null, NumberText.Rate, null);
        }

        void Cell(string stage, double? value, Func<ReportModel, double?> of, Func<double, string> text, string? small)
        {
            if (value is not { } known)
            {
                Number(page.Html, NumberText.None);
                return;
            }

            var theirs = reference is null || reference == model ? null : of(reference);
            var ratio = theirs is > 0 ? NumberText.Ratio(known / theirs.Value) : null;
            var notes = string.Join(" · ", new[] { small, ratio }.OfType<string>());
            ResultsSection.Value(page, stage, text(known), notes.Length > 0 ? notes : null);
        }
    }

    /// <summary>As <see cref="Names"/>.</summary>
    public static IReadOnlyList<object?> DataOf(ReportModel model)
    {
        var (longest, training) = (ResultsSection.Longest(model), model.Efficiency?.Training);
        return
        [
            KvCacheCost.BytesOf(model), longest?.PromptTokensPerSecond, longest?.DecodeTokensPerSecond, longest?.SecondsPerToken,
            training?.TokensPerSecond, training?.SecondsPerStep, model.Timings?.TokensPerSecond,
        ];
    }
}
