using System.Globalization;
using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;
using Composer.Language.Inference;
using Composer.Language.Tokenizers;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Training.Checkpoints;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.LmEval;

/// <summary>Answers the tasks' questions, then times decoding.</summary>
internal static class LmEvalComputation
{
    /// <summary>The place of the tasks' data.</summary>
    public const string Data = "data";

    private const int QuestionsBetweenReports = 20;

    [CodeRoot("lm-eval")]
    public static Task<JobOutcome> ComputeAsync(LmEvalInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (settings, content) = (inputs.LmEval, inputs.Input);
        CompareData(inputs, tools);
        using var weights = File.OpenRead(tools.PlaceOf(content.Weights));
        var checkpoint = ModelCheckpoint.Open(weights);
        using var model = checkpoint.Load(EngineRegistry.Get(inputs.Engine), tools.Threads);
        ITokenizer tokenizer = content.Tokenizer is { } file ? TokenizerJson.Load(tools.PlaceOf(file)) : new ByteTokenizer();
        var results = new List<HarnessResult>();
        foreach (var name in settings.Tasks)
        {
            var task = EvaluationTasks.Load(name, tools.Places[Data], settings.Shots, settings.Limit);
            var before = results.Count;
            results.Add(LanguageModelEvaluator.Evaluate(
                model,
                tokenizer,
                task,
                new HarnessSettings { Shots = settings.Shots, AddBosToken = settings.AddBosToken },
                new EveryTwentieth(questions => tools.Report(new StageProgress(
                    (before + ((double)questions / task.Questions.Count)) / (settings.Tasks.Count + 1),
                    string.Create(CultureInfo.InvariantCulture, $"{name}, question {questions} of {task.Questions.Count}")))),
                cancellation));
        }

        CompareData(inputs, tools);
        tools.Files.Release();
        tools.Report(new StageProgress((double)settings.Tasks.Count / (settings.Tasks.Count + 1), "times decoding"));
        using var harness = new MemoryStream();

        // By its layers, which the weights determine: models of one architecture share this result, whatever
        // experiments call them.
        HarnessReport.Write(results, checkpoint.Configuration.Layers.Notation, harness);
        return Task.FromResult(JobOutcome.Done()
            .With(LmEvalOutput.HarnessName, harness.ToArray())
            .With(LmEvalOutput.Name, new LmEvalOutput { Shots = settings.Shots, Tasks = [.. results.Select(Output)] })
            .WithBeside(EfficiencyOutput.Name, Efficiency(model, settings.Lengths, tools.Threads, cancellation)));
    }

    /// <summary>The digests of the files are held by the job; this finds files that came or went.</summary>
    private static void CompareData(LmEvalInputs inputs, JobTools tools)
    {
        var data = tools.Places[Data];
        var now = LmEvalStage.DigestsOf(inputs.LmEval with { Data = data }, data, tools.Files.DigestOf);
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

    private static EfficiencyOutput Efficiency(
        ITrainableModel model, IReadOnlyList<int> lengths, int threads, CancellationToken cancellation)
    {
        var measured = InferenceBenchmark.Measure(
            model, new InferenceSettings { Lengths = lengths }, new Seed(0).Derive("inference"), TimeProvider.System, cancellation);
        return new EfficiencyOutput
        {
            Threads = threads,
            Points =
            [
                .. measured.Select(m => new EfficiencyPoint(
                    m.Length, m.CacheBytesPerToken, m.PromptTokensPerSecond, m.DecodeTokensPerSecond, m.MillisecondsPerToken / 1000)),
            ],
        };
    }

    private static TaskAccuracy Output(HarnessResult result) => new()
    {
        Task = result.Task,
        Questions = result.Questions,
        Accuracy = result.Accuracy.Value,
        AccuracyStandardError = result.Accuracy.StandardError,
        NormalizedAccuracy = result.NormalizedAccuracy?.Value,
        NormalizedAccuracyStandardError = result.NormalizedAccuracy?.StandardError,
        Chance = result.Chance,
    };

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
