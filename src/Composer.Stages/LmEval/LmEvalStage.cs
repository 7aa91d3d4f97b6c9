using System.Globalization;
using Composer.Core;
using Composer.Core.Facts;
using Composer.Core.Settings;
using Composer.Core.Text;
using Composer.Language.Corpora;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
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

    /// <summary>Where a job finds the tasks' data.</summary>
    public static IReadOnlyDictionary<string, string> PlacesOf(LmEvalSettings settings, string folder) =>
        new Dictionary<string, string> { [LmEvalComputation.Data] = Path.GetFullPath(settings.Data, folder) };

    /// <summary>The files of all tasks.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing.</exception>
    public static IEnumerable<string> FilesOf(LmEvalSettings settings, string folder)
    {
        var data = Path.GetFullPath(settings.Data, folder);
        return settings.Tasks.SelectMany(task => EvaluationTasks.FilesOf(task, data, settings.Shots)).Distinct();
    }

    /// <summary>The digests of the files of all tasks, by name.</summary>
    /// <param name="settings">The tasks, and where their data is.</param>
    /// <param name="folder">Where the data's relative path starts.</param>
    /// <param name="digestOfFile">Hashes a file, or knows its digest.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing.</exception>
    public static ValueMap<Digest> DigestsOf(LmEvalSettings settings, string folder, Func<string, Digest> digestOfFile) =>
        new(FilesOf(settings, folder).Select(file => KeyValuePair.Create(Path.GetFileName(file), digestOfFile(file))));

    /// <summary>Looks through the files of all tasks.</summary>
    /// <param name="settings">The tasks.</param>
    /// <param name="section">What the models will be: of bytes and of a tokenizer's file it is known how long a choice is.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">
    /// One is missing, a row of one is none of its task, or a choice is longer than the window.
    /// </exception>
    public static void Check(LmEvalSettings settings, PretrainSection section, string folder, FactOfFile facts)
    {
        var data = Path.GetFullPath(settings.Data, folder);
        foreach (var name in settings.Tasks)
        {
            EvaluationTasks.Check(name, data, settings.Shots, facts);
            if (section.Corpus.HasTokenizerFile)
            {
                var file = CorpusFiles.Resolve(section.Corpus.Tokenizer, folder)[0];

                // What was found out holds for the tokenizer that it was found with.
                CheckFit(name, file, facts(file, "digest 1", () => Digest.OfFile(file).ToString()), () => TokenizerFile.Load(file));
            }
            else if (section.Corpus.Tokenizer == CorpusSettings.Bytes && !EvaluationTasks.IsBuiltIn(name))
            {
                CheckFit(name, "", CorpusSettings.Bytes, () => new ByteTokenizer());
            }
        }

        void CheckFit(string name, string tokenizerFile, string tokenizer, Func<ITokenizer> load)
        {
            var (length, limit) = (settings.MaxLength ?? section.Training.Length, settings.Limit);
            facts(
                EvaluationTasks.IsBuiltIn(name) ? tokenizerFile : EvaluationTasks.FilesOf(name, data, settings.Shots)[0],
                string.Create(CultureInfo.InvariantCulture, $"question of {name}, {limit} of them, in {length} tokens of {tokenizer}, 3"),
                () => LanguageModelEvaluator.RequireFit(load(), EvaluationTasks.Load(name, data, settings.Shots, limit), length)
                    .ToString(CultureInfo.InvariantCulture));
        }
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
                .. output.NotScored.Select(task => $"{task} not scored: each of its questions has a choice longer than the window"),
            ]);
    }

    private static string Error(TaskAccuracy task) => task.AccuracyStandardError?.ToString("0.000", CultureInfo.InvariantCulture) ?? "N/A";

    private static string NotWhole(TaskAccuracy task)
    {
        string?[] what =
        [
            task.LeftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $"{task.LeftOut} of {task.Questions + task.LeftOut} left out, too long") : null,
            task.ContextCut > 0 ? string.Create(CultureInfo.InvariantCulture, $"{task.ContextCut} of {CountText.Of(task.Questions, "question")} cut to the window") : null,
        ];
        return what.Any(w => w is not null) ? $" ({string.Join("; ", what.Where(w => w is not null))})" : "";
    }

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var output = result.Read<LmEvalOutput>(LmEvalOutput.Name);
        foreach (var perplexity in output.Perplexities)
        {
            metrics.Add($"{perplexity.Task} {perplexity.Metric.Replace('_', ' ')}", perplexity.Value);
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
        CodeUse.LmEvalTasks(inputs.LmEval.Tasks.Where(task => !EvaluationTasks.IsBuiltIn(task))),
        CodeUse.Primitives(inputs.Primitives.Select(p => p[0])),
        CodeUse.Engine(inputs.Engine));

    protected override string? HardwareOf(LmEvalInputs inputs, StageNeeds needs, StageStore store) =>
        HardwarePolicy.Of(inputs.Engine, needs.Gpus, Name, store);

    protected override Task<JobOutcome> ComputeAsync(LmEvalInputs inputs, JobTools tools, CancellationToken cancellation) =>
        LmEvalComputation.ComputeAsync(inputs, tools, cancellation);
}
