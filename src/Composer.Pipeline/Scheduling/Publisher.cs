using System.Threading.Channels;
using Composer.Core.Faults;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>Publishes finished jobs, as many at once as have come in since the last time: blobs, then records, then the index.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    /// <summary>Files up to this size are read, so that several share the waits for the disk.</summary>
    private const int SmallFile = 1 << 16;

    private readonly Channel<Incoming> incoming = Channel.CreateUnbounded<Incoming>();
    private readonly StageStore store;
    private readonly TimeProvider time;
    private readonly Task worker;

    public Publisher(StageStore store, TimeProvider time)
    {
        (this.store, this.time) = (store, time);
        worker = Task.Run(PublishAsync);
    }

    /// <summary>Hands a result over; ends when it is published.</summary>
    public Task<StageRecord> PublishAsync(FinishedJob finished)
    {
        var item = new Incoming(finished, new TaskCompletionSource<StageRecord>(TaskCreationOptions.RunContinuationsAsynchronously));
        return incoming.Writer.TryWrite(item)
            ? item.Published.Task
            : throw new InvalidOperationException("Nothing is published after the end.");
    }

    /// <summary>Ends when everything that came in is published.</summary>
    public async ValueTask DisposeAsync()
    {
        incoming.Writer.TryComplete();
        await worker.ConfigureAwait(false);
    }

    private async Task PublishAsync()
    {
        while (await incoming.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var batch = new List<Incoming>();
            while (incoming.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            try
            {
                FaultInjection.Pass(PublishingPoint.StageComputed);
                var records = RecordsOf(batch);
                store.Publish([.. records.SelectMany(r => r)]);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Published.SetResult(records[i][^1]);
                }
            }
            catch (Exception e)
            {
                // Whoever waits for these is told; later ones may find room again.
                batch.ForEach(item => item.Published.TrySetException(e));
            }
        }
    }

    /// <summary>The records of each item, its own last.</summary>
    private List<List<StageRecord>> RecordsOf(List<Incoming> batch)
    {
        var contents = batch.SelectMany(item => item.Finished.Contents).ToArray();
        Array.ForEach(contents, RefuseLink);
        var small = contents.Where(IsSmall).ToArray();
        var blobs = small.Zip(store.Blobs.AddAll([.. small.Select(c => (ReadOnlyMemory<byte>)c.Content.ReadAll())]))
            .ToDictionary(pair => (object)pair.First.Content, pair => pair.Second, ReferenceEqualityComparer.Instance);
        var (now, machine) = (time.GetUtcNow(), ThisMachine.Name);
        return [.. batch.Select(item => item.Finished).Select(f => f.Byproducts
            .Select(b => Record(b.Preimage, b.Kind, b.Label, b.Content, f.Seconds))
            .Append(Record(f.Preimage, f.Kind, f.Label, f.Outcome, f.Seconds))
            .ToList())];

        StageRecord Record(Preimage preimage, string kind, string label, JobOutcome outcome, double seconds) =>
            new(preimage.Key, kind, label, preimage.Fields, Blobs(outcome.Outputs), Blobs(outcome.Beside), now, seconds, machine);

        SortedDictionary<string, BlobReference> Blobs(SortedDictionary<string, JobContent> named) => new(
            named.ToDictionary(n => n.Key, n => blobs.TryGetValue(n.Value, out var blob) ? blob : Add(n.Value)), StringComparer.Ordinal);
    }

    private BlobReference Add(JobContent content)
    {
        using var stream = content.OpenRead();
        return store.Blobs.Add(stream);
    }

    private static bool IsSmall((string Name, JobContent Content) item) =>
        item.Content.Path is not { } path || new FileInfo(path).Length <= SmallFile;

    private static void RefuseLink((string Name, JobContent Content) item)
    {
        // What it points to is nobody's output, and another thing tomorrow.
        if (item.Content.Path is { } path && new FileInfo(path) is { LinkTarget: { } target })
        {
            throw new InvalidDataException(
                $"The output '{item.Name}' is a symbolic link, to '{target}'; an output is a file. Let the job write the file itself.");
        }
    }

    private sealed record Incoming(FinishedJob Finished, TaskCompletionSource<StageRecord> Published);
}

/// <summary>A job whose outputs are to be published.</summary>
/// <param name="Preimage">All that it depends on.</param>
/// <param name="Kind">Its kind's name.</param>
/// <param name="Label">What it is found by.</param>
/// <param name="Outcome">Its outputs.</param>
/// <param name="Byproducts">What is published with it.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record FinishedJob(
    Preimage Preimage, string Kind, string Label, JobOutcome Outcome, IReadOnlyList<JobByproduct> Byproducts, double Seconds)
{
    public IEnumerable<(string Name, JobContent Content)> Contents => Byproducts.Select(b => b.Content).Append(Outcome)
        .SelectMany(o => o.Outputs.Concat(o.Beside)).Select(c => (c.Key, c.Value));
}
