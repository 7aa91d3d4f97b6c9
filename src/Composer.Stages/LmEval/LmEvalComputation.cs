using System.Globalization;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Training.Checkpoints;
using Composer.Training.Engines;

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
        CompareData(inputs, tools);
        using var weights = File.OpenRead(tools.PlaceOf(content.Weights));
        var checkpoint = ModelCheckpoint.Open(weights);
        using var model = checkpoint.Load(EngineRegistry.Get(inputs.Engine), tools.Threads);
        ITokenizer tokenizer = content.Tokenizer is { } file ? TokenizerJson.Load(tools.PlaceOf(file)) : new ByteTokenizer();
        EvaluationTask[] tasks = [.. settings.Tasks.Select(Load)];
        Array.ForEach(tasks, task => LanguageModelEvaluator.RequireFit(tokenizer, task, checkpoint.Configuration.MaximumLength));
        var results = new List<HarnessResult>();
        foreach (var task in tasks)
        {
            var before = results.Count;
            results.Add(LanguageModelEvaluator.Evaluate(
                model,
                tokenizer,
                task,
                new HarnessSettings { Shots = settings.Shots, AddBosToken = settings.AddBosToken },
                new EveryTwentieth(questions => tools.Report(new StageProgress(
                    (before + ((double)questions / task.Questions.Count)) / settings.Tasks.Count,
                    string.Create(CultureInfo.InvariantCulture, $"{task.Name}, question {questions} of {task.Questions.Count}")))),
                cancellation));
        }

        CompareData(inputs, tools);
        using var harness = new MemoryStream();

        // By its layers, which the weights determine: models of one architecture share this result, whatever
        // experiments call them.
        HarnessReport.Write(results, checkpoint.Configuration.Layers.Notation, harness);
        return Task.FromResult(JobOutcome.Done()
            .With(LmEvalOutput.HarnessName, harness.ToArray())
            .With(LmEvalOutput.Name, new LmEvalOutput { Shots = settings.Shots, Tasks = [.. results.Select(Output)] }));

        EvaluationTask Load(string name) => EvaluationTasks.Load(name, tools.Places[Data], settings.Shots, settings.Limit);
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

    private static TaskAccuracy Output(HarnessResult result) => new()
    {
        Task = result.Task,
        Questions = result.Questions,
        LeftOut = result.LeftOut,
        ContextCut = result.ContextCut,
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
