using System.Threading.Channels;
using Composer.Pipeline.Scheduling;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages.Search;

/// <summary>Publishes finished trainings, as many at once as have come in since the last time.</summary>
internal sealed class EvaluationPublisher : IAsyncDisposable
{
    /// <summary>The output of an evaluation.</summary>
    public const string OutputName = "evaluation.json";

    private readonly Channel<(EvaluationRequest Request, byte[] Result, double Seconds)> incoming =
        Channel.CreateUnbounded<(EvaluationRequest, byte[], double)>();

    private readonly Task worker;

    public EvaluationPublisher(StageStore store, TimeProvider time, string experiment) =>
        worker = Task.Run(() => PublishAsync(store, time, experiment));

    public void Add(EvaluationRequest request, byte[] result, double seconds) =>
        incoming.Writer.TryWrite((request, result, seconds));

    public async ValueTask DisposeAsync()
    {
        incoming.Writer.TryComplete();
        await worker.ConfigureAwait(false);
    }

    private async Task PublishAsync(StageStore store, TimeProvider time, string experiment)
    {
        while (await incoming.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var records = new List<StageRecord>();
            while (incoming.Reader.TryRead(out var finished))
            {
                var outcome = StageOutcome.Done();
                outcome.Outputs.Add(OutputName, new StageContent(finished.Result, null));
                records.Add(StagePublication.Prepare(
                    store,
                    finished.Request.Preimage,
                    StageKind.Evaluate,
                    $"{experiment}/{StageKind.Evaluate}",
                    outcome,
                    time.GetUtcNow(),
                    finished.Seconds));
            }

            store.Publish(records);
        }
    }
}
