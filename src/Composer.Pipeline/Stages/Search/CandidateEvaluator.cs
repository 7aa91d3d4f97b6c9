using System.Collections.Concurrent;
using System.Globalization;
using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages.Search;

/// <summary>
/// Trains candidates: what is in the store is read, the rest goes to the agents as one job a candidate, and
/// each training is published when it is done. A lease on what is missing makes one coordinator train it while
/// the others wait; it ends when everything that came of it is published.
/// </summary>
internal sealed class CandidateEvaluator : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);
    private readonly EvaluationRequests requests;
    private readonly StageExecution execution;
    private readonly EvaluationPublisher publisher;

    public CandidateEvaluator(EvaluationRequests requests, StageExecution execution)
    {
        (this.requests, this.execution) = (requests, execution);
        publisher = new EvaluationPublisher(execution.Store, execution.Time, execution.Experiment);
    }

    /// <summary>Told the candidate and the share of its trainings that is done, while an agent works on it.</summary>
    public Action<LayerSequence, double>? Progressed { get; set; }

    /// <exception cref="JobFailedException">An agent failed. That says nothing of the candidate, so it is no trial's result.</exception>
    public async Task<IReadOnlyList<TaskTrial>> EvaluateAsync(
        LayerSequence layers, IReadOnlyList<EvaluationRequest> wanted, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        execution.Reach(wanted.Select(r => r.Preimage.Key));
        var results = new ConcurrentDictionary<Digest, EvaluationResult>();
        for (var pause = FirstPause; Missing(wanted, results) is { Count: > 0 } missing; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            var (lease, _) = execution.Store.TryLease(missing.Select(r => r.Preimage.Key));
            if (lease is null)
            {
                // Another search has some of them under way: its results are as good as our own.
                await Task.Delay(pause, execution.Time, cancellation).ConfigureAwait(false);
                continue;
            }

            using (lease)
            {
                // Between the look and the lease another coordinator may have published them.
                missing = Missing(missing, results);
                if (missing.Count > 0)
                {
                    await RunAsync(layers, missing, results, cancellation).ConfigureAwait(false);
                }
            }
        }

        return [.. wanted.Select(r => new TaskTrial(r.Variant, r.Repetition, results[r.Preimage.Key]))];
    }

    /// <summary>Returns when everything that was finished is published.</summary>
    public ValueTask DisposeAsync() => publisher.DisposeAsync();

    /// <summary>One that failed ends all: the others stop before what they share is gone.</summary>
    public static async Task SettleAsync(CancellationTokenSource stop, IEnumerable<Task> running)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads what the store has; returns the rest.</summary>
    private List<EvaluationRequest> Missing(
        IReadOnlyList<EvaluationRequest> wanted, ConcurrentDictionary<Digest, EvaluationResult> results)
    {
        var missing = new List<EvaluationRequest>();
        var found = 0;
        foreach (var request in wanted.Where(r => !results.ContainsKey(r.Preimage.Key)))
        {
            if (execution.Store.Find(request.Preimage.Key) is { } record)
            {
                results[record.Key] = Read(record);
                found++;
            }
            else
            {
                missing.Add(request);
            }
        }

        execution.CountEvaluations(0, found);
        return missing;
    }

    private async Task RunAsync(
        LayerSequence layers,
        List<EvaluationRequest> missing,
        ConcurrentDictionary<Digest, EvaluationResult> results,
        CancellationToken cancellation)
    {
        var folder = Path.Combine(execution.WorkFolder, layers.ToString());
        var byKey = missing.ToDictionary(r => r.Preimage.Key.ToString(), StringComparer.Ordinal);
        var job = new EvaluateJob
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"evaluate {layers}"),
            Folder = folder,
            Threads = 1,
            Layers = layers.ToString(),
            Shape = requests.Shape,
            Units = [.. missing.Select(r => r.Unit)],
        };
        var done = 0;
        var published = new ConcurrentBag<Task>();
        JobResult result;
        try
        {
            result = await execution.Agents.RunAsync(job, StageKind.OrderOf(StageKind.Search), 0, Take, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(published).ConfigureAwait(false);
        }

        var complete = results.Count(r => byKey.ContainsKey(r.Key.ToString())) == missing.Count;
        if (result.Failure is not null || !complete)
        {
            throw new JobFailedException($"{layers.Notation}: {result.Failure ?? "the agent's results are not complete"}");
        }

        void Take(JobEvent happened)
        {
            if (happened is { Unit: { } unit, File: { } file } && byKey.TryGetValue(unit, out var request))
            {
                var bytes = File.ReadAllBytes(Path.Combine(folder, file));
                results[request.Preimage.Key] = EvaluationResult.FromJson(bytes);
                published.Add(publisher.Add(request, bytes, happened.Seconds));
                execution.CountEvaluations(1, 0);
                Progressed?.Invoke(layers, (double)Interlocked.Increment(ref done) / missing.Count);
            }
        }
    }

    private EvaluationResult Read(StageRecord record)
    {
        using var content = execution.Store.Blobs.OpenRead(record.Outputs[EvaluationPublisher.OutputName].Digest);
        using var buffer = new MemoryStream();
        content.CopyTo(buffer);
        return EvaluationResult.FromJson(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
