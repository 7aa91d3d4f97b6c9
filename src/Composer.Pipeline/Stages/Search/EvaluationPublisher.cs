using System.Threading.Channels;
using Composer.Core.Code;
using Composer.Pipeline.Scheduling;
using Composer.Store;
using Composer.Store.Blobs;

namespace Composer.Pipeline.Stages.Search;

/// <summary>Publishes finished trainings, as many at once as have come in since the last time.</summary>
[CodeBoundary]
internal sealed class EvaluationPublisher : IAsyncDisposable
{
    /// <summary>The output of an evaluation.</summary>
    public const string OutputName = "evaluation.json";

    private readonly Channel<Finished> incoming = Channel.CreateUnbounded<Finished>();
    private readonly Task worker;

    public EvaluationPublisher(StageStore store, TimeProvider time, string experiment) =>
        worker = Task.Run(() => PublishAsync(store, time, experiment));

    /// <summary>Hands a result over; the task ends when it is published.</summary>
    public Task Add(EvaluationRequest request, byte[] result, double seconds)
    {
        var finished = new Finished(
            request, result, seconds, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return incoming.Writer.TryWrite(finished)
            ? finished.Published.Task
            : throw new InvalidOperationException("Nothing is published after the end.");
    }

    public async ValueTask DisposeAsync()
    {
        incoming.Writer.TryComplete();
        await worker.ConfigureAwait(false);
    }

    private async Task PublishAsync(StageStore store, TimeProvider time, string experiment)
    {
        while (await incoming.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var batch = new List<Finished>();
            while (incoming.Reader.TryRead(out var finished))
            {
                batch.Add(finished);
            }

            try
            {
                var blobs = store.Blobs.AddAll([.. batch.Select(f => (ReadOnlyMemory<byte>)f.Result)]);
                store.Publish([.. batch.Zip(blobs, (f, blob) => StagePublication.Record(
                    f.Request.Preimage,
                    StageKind.Evaluate,
                    $"{experiment}/{StageKind.Evaluate}",
                    new SortedDictionary<string, BlobReference>(StringComparer.Ordinal) { [OutputName] = blob },
                    new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
                    time.GetUtcNow(),
                    f.Seconds))]);
                batch.ForEach(f => f.Published.SetResult());
            }
            catch (Exception e)
            {
                // Whoever waits for these is told; later ones may find room again.
                batch.ForEach(f => f.Published.SetException(e));
            }
        }
    }

    private sealed record Finished(EvaluationRequest Request, byte[] Result, double Seconds, TaskCompletionSource Published);
}
