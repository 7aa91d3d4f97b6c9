using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Core.Text;
using Composer.Exchange.HuggingFace;
using Composer.Language.Evaluation;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Stages.Import;
using Composer.Stages.Tokenize;
using Composer.Store;

namespace Composer.Stages.LmEval;

/// <summary>Scores one pre-trained model on every task.</summary>
public sealed class LmEvalStage : JobKind<LmEvalInputs>
{
    public static LmEvalStage Kind { get; } = new();

    public override string Name => KindNames.LmEval;

    public override bool RunsOnAgent => true;

    /// <summary>In a few words.</summary>
    public static string Describe(LmEvalSettings settings) =>
        $"{CountText.Of(settings.Tasks.Count, "task")}, {CountText.Of(settings.Shots, "shot")}";

    /// <summary>Looks through the files of all tasks.</summary>
    /// <param name="tasks">What is asked.</param>
    /// <param name="section">What the models will be: of bytes and of a tokenizer's file it is known how long a choice is.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">
    /// One is missing, a row of one is none of its task, or a choice is longer than the window.
    /// </exception>
    internal static void Check(ScoredTasks tasks, PretrainSection section, string folder, FactOfFile facts)
    {
        tasks.Check(facts);
        if (KnownTokenizer.Of(section.Corpus, folder, facts) is { } tokenizer)
        {
            tasks.CheckFit(tasks.Settings.MaxLength ?? section.Training.Length, tokenizer, facts);
        }
    }

    /// <summary>Looks through the files of all tasks for a model that comes with a tokenizer and a window of its own.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="checkpoint">The model's folder.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">
    /// One is missing, a row of one is none of its task, or a choice is longer than the window.
    /// </exception>
    internal static void Check(ScoredTasks tasks, string checkpoint, FactOfFile facts)
    {
        tasks.Check(facts);
        int length;
        string file;
        try
        {
            (length, file) = (ImportStage.Check(checkpoint, facts).MaximumLength, HuggingFaceCheckpoint.TokenizerIn(checkpoint));
        }
        catch (UserInputException)
        {
            // The stage that imports it tells that.
            return;
        }

        tasks.CheckFit(tasks.Settings.MaxLength ?? length, KnownTokenizer.OfFile(file, facts), facts);
    }

    public override string Summarize(StageResult result)
    {
        var output = result.Read<LmEvalOutput>(LmEvalOutput.Name);
        return string.Join(
            ", ",
            [
                .. output.Tasks.Select(t => string.Create(
                    CultureInfo.InvariantCulture, $"{t.Task} {t.Accuracy:0.000} ± {Error(t)}{NotWhole(t)}")),
                .. output.Perplexities.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Task} {p.Metric} {p.Value:0.####}")),
                .. (output.Lengths?.Windows ?? []).Select(w => string.Create(
                    CultureInfo.InvariantCulture, $"held-out loss at {w.Length} tokens {w.Loss:0.0000}")),
                .. output.NotScored.Select(task => $"{task} not scored: each of its questions has a choice longer than the window"),
            ]);
    }

    private static string Error(TaskAccuracy task) => task.AccuracyStandardError?.ToString("0.000", CultureInfo.InvariantCulture) ?? "N/A";

    private static string NotWhole(TaskAccuracy task)
    {
        string[] what =
        [
            .. Said(task.LeftOut, $"of {CountText.Of(task.Questions + task.LeftOut, "question")} left out, too long"),
            .. Said(task.ContextCut, $"of {CountText.Of(task.Questions, "question")} cut to the window"),
        ];
        return what.Length > 0 ? $" ({string.Join("; ", what)})" : "";

        static IEnumerable<string> Said(int count, string of) =>
            count > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{count} {of}")] : [];
    }

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var output = result.Read<LmEvalOutput>(LmEvalOutput.Name);
        foreach (var perplexity in output.Perplexities)
        {
            metrics.Add($"{perplexity.Task} {perplexity.Metric.Replace('_', ' ')}", perplexity.Value);
        }

        foreach (var window in output.Lengths?.Windows ?? [])
        {
            metrics.Add(string.Create(CultureInfo.InvariantCulture, $"held-out loss at {window.Length} tokens"), window.Loss);
        }

        foreach (var task in output.Tasks)
        {
            metrics.Add($"{task.Task} accuracy", task.Accuracy);
            if (task.NormalizedAccuracy is { } normalized)
            {
                metrics.Add($"{task.Task} normalized accuracy", normalized);
            }
        }

        return metrics;
    }

    protected override JobCode CodeOf(LmEvalInputs inputs) => CodeDigest.Of(
        KindNames.LmEval,
        CodeUse.LmEvalTasks(inputs.LmEval.Tasks.Where(EvaluationTasks.IsOfHarness)),
        CodeUse.Primitives(inputs.Primitives.Select(p => p[0])),
        CodeUse.Engine(inputs.Engine),
        CorpusContent.CodeOf(inputs.Input.Corpus));

    protected override string? HardwareOf(LmEvalInputs inputs, StageNeeds needs, StageStore store) =>
        HardwarePolicy.Of(inputs.Engine, needs, Name, store);

    protected override Task<JobOutcome> ComputeAsync(LmEvalInputs inputs, JobTools tools, CancellationToken cancellation) =>
        LmEvalComputation.ComputeAsync(inputs, tools, cancellation);
}
