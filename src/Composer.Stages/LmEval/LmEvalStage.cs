using System.Globalization;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Core.Settings;
using Composer.Core.Text;
using Composer.Exchange.HuggingFace;
using Composer.Language.Corpora;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Stages.Import;
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
    /// One is missing, a row of one is none of its task, or no question fits.
    /// </exception>
    public static void Check(LmEvalSettings settings, PretrainSection section, string folder, FactOfFile facts)
    {
        var data = Path.GetFullPath(settings.Data, folder);
        EveryMistake.Of(settings.Tasks.Select<string, Action>(name => () => CheckTask(name)));

        void CheckTask(string name)
        {
            EvaluationTasks.Check(name, data, settings.Shots, facts);
            if (section.Corpus.HasTokenizerFile)
            {
                var file = CorpusFiles.Resolve(section.Corpus.Tokenizer, folder)[0];

                // What was found out holds for the tokenizer that it was found with.
                Fit(name, (file, facts(file, "digest 1", () => Digest.OfFile(file).ToString()), () => TokenizerFile.Load(file)));
            }
            else if (section.Corpus.Tokenizer == CorpusSettings.Bytes && !EvaluationTasks.IsBuiltIn(name))
            {
                Fit(name, ("", CorpusSettings.Bytes, () => new ByteTokenizer()));
            }
        }

        void Fit(string name, (string, string, Func<ITokenizer>) tokenizer) =>
            RequireFit(settings, data, section.Training.Length, name, tokenizer, facts);
    }

    /// <summary>Looks through the files of all tasks for a model that comes with a tokenizer and a window of its own.</summary>
    /// <param name="settings">The tasks.</param>
    /// <param name="checkpoint">The model's folder.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <inheritdoc cref="Check"/>
    public static void CheckFit(LmEvalSettings settings, string checkpoint, string folder, FactOfFile facts)
    {
        var data = Path.GetFullPath(settings.Data, folder);
        foreach (var name in settings.Tasks)
        {
            EvaluationTasks.Check(name, data, settings.Shots, facts);
        }

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

        var tokenizer = facts(file, "digest 1", () => Digest.OfFile(file).ToString());
        foreach (var name in settings.Tasks)
        {
            RequireFit(settings, data, length, name, (file, tokenizer, () => TokenizerFile.Load(file)), facts);
        }
    }

    private static void RequireFit(
        LmEvalSettings settings,
        string data,
        int length,
        string name,
        (string File, string Content, Func<ITokenizer> Load) tokenizer,
        FactOfFile facts)
    {
        var limit = settings.Limit;
        facts(
            EvaluationTasks.IsBuiltIn(name) ? tokenizer.File : EvaluationTasks.FilesOf(name, data, settings.Shots)[0],
            string.Create(
                CultureInfo.InvariantCulture, $"question of {name}, {limit} of them, in {length} tokens of {tokenizer.Content}, 2"),
            () =>
            {
                LanguageModelEvaluator.RequireFit(tokenizer.Load(), EvaluationTasks.Load(name, data, settings.Shots, limit), length);
                return "found";
            });
    }

    public override string Summarize(StageResult result) => string.Join(
        ", ",
        result.Read<LmEvalOutput>(LmEvalOutput.Name).Tasks.Select(t => string.Create(
            CultureInfo.InvariantCulture, $"{t.Task} {t.Accuracy:0.000} ± {Error(t)}{LeftOut(t)}")));

    private static string Error(TaskAccuracy task) => task.AccuracyStandardError?.ToString("0.000", CultureInfo.InvariantCulture) ?? "N/A";

    private static string LeftOut(TaskAccuracy task) => task.LeftOut == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({task.LeftOut} of {task.Questions + task.LeftOut} left out, too long)");

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var task in result.Read<LmEvalOutput>(LmEvalOutput.Name).Tasks)
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
