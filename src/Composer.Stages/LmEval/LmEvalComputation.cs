using System.Globalization;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Lengths;
using Composer.Language.Tokenizers;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Stages.Tokenize;
using Composer.Training.Checkpoints;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.LmEval;

/// <summary>Answers the tasks' questions.</summary>
internal static class LmEvalComputation
{
    /// <summary>The place of the tasks' data.</summary>
    public const string Data = "data";

    private const int QuestionsBetweenReports = 20;

    [CodeRoot("lm-eval")]
    public static Task<JobOutcome> ComputeAsync(LmEvalInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (settings, content) = (inputs.LmEval, inputs.Input);
        var asked = ScoredTasks.Of(inputs, tools.Places);
        CompareData(inputs, asked, tools);
        using var weights = File.OpenRead(tools.PlaceOf(content.Weights));
        var checkpoint = ModelCheckpoint.Open(weights);
        var trained = checkpoint.Configuration.MaximumLength;
        using var model = checkpoint.Load(EngineRegistry.Get(inputs.Engine), tools.Threads, settings.LongestWindow(trained));
        ITokenizer tokenizer = content.Tokenizer is { } file ? TokenizerJson.Load(tools.PlaceOf(file)) : new ByteTokenizer();
        EvaluationTask[] tasks = [.. settings.Tasks.Select(asked.Load)];
        var window = settings.MaxLength ?? trained;
        Array.ForEach(tasks, task => LanguageModelEvaluator.RequireFit(tokenizer, task, window));
        var scoring = new HarnessSettings
        {
            Shots = settings.Shots,
            MaximumLength = window,
            AddBosToken = settings.AddBosToken,
            KeepSamples = settings.LogSamples,
            Threads = tools.Threads,
        };
        var results = new List<HarnessResult>();
        foreach (var task in tasks)
        {
            var before = results.Count;
            results.Add(LanguageModelEvaluator.Evaluate(
                model,
                tokenizer,
                task,
                scoring,
                new EveryTwentieth(questions => tools.Report(new StageProgress(
                    (before + ((double)questions / task.Questions.Count)) / settings.Tasks.Count,
                    string.Create(CultureInfo.InvariantCulture, $"{task.Name}, question {questions} of {task.Questions.Count}")))),
                cancellation));
        }

        CompareData(inputs, asked, tools);
        var lengths = content.Corpus is { } corpus ? Lengths(model, corpus, trained, settings, tools, cancellation) : null;
        using var harness = new MemoryStream();

        // By its layers, which the weights determine: models of one architecture share this result, whatever
        // experiments call them.
        HarnessReport.Write(
            results,
            new HarnessModel(
                checkpoint.Configuration.Layers.Notation,
                content.Weights,
                model.Parameters.Sum(p => (long)p.Count),
                tokenizer,
                window,
                settings.Limit),
            scoring,
            harness);
        var outcome = JobOutcome.Done()
            .With(LmEvalOutput.HarnessName, harness.ToArray())
            .With(LmEvalOutput.Name, new LmEvalOutput
            {
                Shots = settings.Shots,
                Tasks = [.. results.Where(r => r[EvaluationMetric.Accuracy] is not null).Select(Accuracy)],
                Perplexities = [.. results.SelectMany(Perplexities)],
                NotScored = [.. results.Where(r => r.Questions == 0).Select(r => r.Task.Name)],
                Lengths = lengths,
            });
        return Task.FromResult(results.Where(_ => settings.LogSamples).Aggregate(
            outcome, (all, result) => all.With(HarnessSamples.NameOf(result.Task.Name), HarnessSamples.Write(result))));
    }

    private static LengthOutput Lengths(
        ITrainableModel model, CorpusContent content, int trained, LmEvalSettings settings, JobTools tools, CancellationToken cancellation)
    {
        using var corpus = CorpusPlaces.Open(content, tools);
        return LengthOutput.Of(LengthEvaluation.Run(
            model,
            corpus.Validation,
            trained,
            settings.LengthMultiples,
            new Told(share => tools.Report(new StageProgress(
                1, string.Create(CultureInfo.InvariantCulture, $"held-out text at {settings.LongestWindow(trained)} tokens, {share:0 %}")))),
            cancellation));
    }

    /// <summary>The digests of the files are held by the job; this finds files that came or went.</summary>
    private static void CompareData(LmEvalInputs inputs, ScoredTasks tasks, JobTools tools)
    {
        var data = tools.Places[Data];
        var now = tasks.Digests(tools.Files.DigestOf);
        if (!now.Equals(inputs.Input.Data))
        {
            throw new UserInputException(new Diagnostic(
                "CMP7008",
                DiagnosticSeverity.Error,
                $"The files in '{data}' are others than were planned: {string.Join(", ", inputs.Input.Data.Keys)} were planned, "
                + $"{string.Join(", ", now.Keys)} are there now. Nothing was kept of what was computed.",
                Remedy: "Run again: it will be planned anew, with the files that are there then."));
        }
    }

    private static TaskAccuracy Accuracy(HarnessResult result) => new()
    {
        Task = result.Task.Name,
        Questions = result.Questions,
        LeftOut = result.LeftOut,
        ContextCut = result.ContextCut,
        Accuracy = result[EvaluationMetric.Accuracy]!.Value,
        AccuracyStandardError = result[EvaluationMetric.Accuracy]!.StandardError,
        NormalizedAccuracy = result[EvaluationMetric.NormalizedAccuracy]?.Value,
        NormalizedAccuracyStandardError = result[EvaluationMetric.NormalizedAccuracy]?.StandardError,
        Chance = result.Task.Chance,
    };

    private static IEnumerable<TaskPerplexity> Perplexities(HarnessResult result) => result.Scores
        .Where(s => s.Metric is not (EvaluationMetric.Accuracy or EvaluationMetric.NormalizedAccuracy) && double.IsFinite(s.Value))
        .Select(score => new TaskPerplexity
        {
            Task = result.Task.Name,
            Metric = SettingNames.Of(score.Metric),
            Documents = result.Questions,
            Value = score.Value,
            StandardError = score.StandardError is { } error && double.IsFinite(error) ? error : null,
        });

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }

    private sealed class EveryTwentieth(Action<int> tell) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value % QuestionsBetweenReports == 0)
            {
                tell(value);
            }
        }
    }
}
