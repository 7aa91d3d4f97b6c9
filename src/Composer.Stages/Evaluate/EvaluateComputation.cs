using System.Globalization;
using Composer.Core.Code;
using Composer.Language.Evaluation.Text;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Pipeline.Jobs;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.Evaluate;

/// <summary>Trains the candidate.</summary>
internal static class EvaluateComputation
{
    /// <remarks>A search and a confirmation ask for it, so their keys cover its code too.</remarks>
    [CodeRoot("evaluate")]
    [CodeRoot("search")]
    [CodeRoot("aggregate")]
    public static Task<JobOutcome> ComputeAsync(EvaluateInputs inputs, JobTools tools, CancellationToken cancellation) =>
        Task.FromResult(JobOutcome.Done().With(EvaluateStage.OutputName, Train(inputs, tools, cancellation).ToJson()));

    private static EvaluationResult Train(EvaluateInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var engine = EngineRegistry.Get(EngineRegistry.Cpu);
        return inputs.Mad is { } mad
            ? new CandidateEvaluation(inputs.Candidate, inputs.Model, MadTasks.Get(mad.Task), mad.Difficulty, mad.Settings, inputs.Seed)
                .Run(engine, tools.Threads, null, cancellation)
            : OnText(inputs, inputs.Text!, engine, tools, cancellation);
    }

    /// <summary>The curve in the form that every evaluation has: the validation loss is the test loss.</summary>
    [CodePart("task", "text")]
    private static EvaluationResult OnText(
        EvaluateInputs inputs, TextTraining text, ITrainingEngine engine, JobTools tools, CancellationToken cancellation)
    {
        var corpus = CandidateCorpus.Of(text.Corpus, tools);
        var result = TextEvaluation.Run(
            engine, inputs.Candidate, inputs.Model, corpus, text.Settings, inputs.Seed, tools.Threads, null, cancellation);
        return new EvaluationResult
        {
            Layers = inputs.Candidate.ToString(),
            Task = CandidateTrainings.Text,
            Status = result.Finite ? EvaluationStatus.Finished : EvaluationStatus.Failed,
            Failure = result.Finite
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"An update of epoch {result.Epochs.Count + 1} or the validation loss after it was not finite."),
            Curve = [.. result.Epochs.Select(e => new EpochRecord(e.Epoch, e.TrainingLoss, new TestMetrics(e.ValidationLoss, 0, 0)))],
            Updates = corpus.Training.Count / text.Settings.Length / text.Settings.Batch * result.Epochs.Count,
            TrainedTokens = corpus.Training.Count * result.Epochs.Count,
        };
    }
}
