using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Evaluate;

/// <summary>Has candidates trained: those trainings of one that the store lacks are one job of an agent.</summary>
/// <param name="tools">Of the stage that wants them.</param>
internal sealed class CandidateTrainer(JobTools tools)
{
    /// <summary>Told the candidate and the share of its trainings that is done, while an agent works on it.</summary>
    public Action<LayerSequence, double> Progressed { get; init; } = (_, _) => { };

    /// <exception cref="JobFailedException">An agent failed. That says nothing of the candidate, so it is no trial's result.</exception>
    public async Task<IReadOnlyList<TrainedCandidate>> TrainAsync(
        LayerSequence layers, IReadOnlyList<CandidateTraining> wanted, CancellationToken cancellation)
    {
        var results = await tools.Jobs.ObtainAsync(
            new JobRequest(EvaluateStage.Kind, layers.ToString(), [.. wanted.Select(t => t.Inputs)])
            {
                Places = tools.Places,
                Files = tools.Files.All,
                Progressed = share => Progressed(layers, share),
            },
            cancellation).ConfigureAwait(false);
        return
        [
            .. wanted.Zip(results, (training, result) =>
                new TrainedCandidate(training, result.Record.Key, EvaluationResult.FromJson(result.ReadBytes(EvaluateStage.OutputName)))),
        ];
    }

    /// <summary>One that failed ends all: the others stop before what they share is gone.</summary>
    public static async Task SettleAsync(CancellationTokenSource stop, IEnumerable<Task> running)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>A training that is done.</summary>
/// <param name="Training">Which.</param>
/// <param name="Key">Of its result.</param>
/// <param name="Result">What it yielded.</param>
internal sealed record TrainedCandidate(CandidateTraining Training, Digest Key, EvaluationResult Result)
{
    /// <summary>As a part of its candidate's score.</summary>
    public TaskTrial Trial => new(Training.Variant, Training.Repetition, Result);
}
