using System.Collections.Concurrent;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// Computes stages once more, in another folder, with another number of threads and nothing at hand but the
/// stored results of their inputs, and compares what comes out with what the store has. Publishes nothing.
/// </summary>
/// <param name="store">What is checked; only read.</param>
/// <param name="agents">Where trainings run.</param>
/// <param name="workspace">Where the work goes: a place of its own, with a store of its own.</param>
/// <param name="time">For how long it took.</param>
public sealed class Recomputation(StageStore store, IAgentPool agents, Workspace workspace, TimeProvider time)
{
    /// <summary>Checks stages side by side; those that are not in the store are told so.</summary>
    /// <param name="graph">The experiment.</param>
    /// <param name="wanted">Which of its stages.</param>
    /// <param name="told">Told each verdict as it is there, one at a time.</param>
    /// <param name="cancellation">Stops at the next step.</param>
    /// <returns>The verdicts, in the graph's order.</returns>
    public async Task<IReadOnlyList<RecomputedStage>> CheckAsync(
        StageGraph graph, Func<Stage, bool> wanted, Action<RecomputedStage> told, CancellationToken cancellation)
    {
        using var scratch = StageStore.Open(workspace.Store, time);
        var publisher = new Publisher(scratch, time);
        await using var publishing = publisher.ConfigureAwait(false);
        var run = scratch.BeginRun(graph.Experiment, graph.Profile ?? "", scratch.Blobs.Add(new MemoryStream()).Digest);
        var keyed = new KeyedResults(scratch, run.Id, time);
        var computation = new JobComputation(scratch, publisher, time) { Stored = store };
        var (results, files) = (new StageResults(), new PlannedFiles(store));
        var byKey = new ConcurrentDictionary<Digest, Lazy<Task<RecomputedStage>>>();
        var verdicts = new List<Task<RecomputedStage>>();
        using var turn = new SemaphoreSlim(1);
        foreach (var stage in graph.Stages)
        {
            var job = stage.Inputs.All(results.Has) ? stage.Resolve(results, store, files) : null;
            var record = job is null ? null : store.Find(job.Preimage.Key);
            var damage = record is null ? null : DamageOf(record);
            if (record is not null && damage is null)
            {
                results.Add(stage, new StageResult(record, store));
            }

            if (wanted(stage))
            {
                verdicts.Add(Task.Run(() => VerdictAsync(stage, job, record, damage), CancellationToken.None));
            }
        }

        return await Task.WhenAll(verdicts).ConfigureAwait(false);

        async Task<RecomputedStage> VerdictAsync(Stage stage, KeyedJob? job, StageRecord? record, string? damage)
        {
            // Stages of one key are one computation.
            var verdict = record is null
                ? RecomputedStage.Missing(stage)
                : damage is not null
                ? RecomputedStage.Failed(stage, record.Key, damage, 0)
                : await byKey.GetOrAdd(record.Key, _ => new(() => ComputeAsync(stage, job!, record))).Value.ConfigureAwait(false);
            verdict = verdict with { Name = stage.Name };
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
            told(verdict);
            turn.Release();
            return verdict;
        }

        async Task<RecomputedStage> ComputeAsync(Stage stage, KeyedJob job, StageRecord record)
        {
            var known = new StageResult(record, store);
            var before = stage.Kind.ThreadsOf(known) ?? 1;
            var threads = before == 1 ? 2 : before - 1;
            var pool = new FixedThreads(agents, threads);
            var asked = 0;
            var setting = new JobSetting(stage.Kind, stage.Name, graph.LabelOf(stage), workspace.WorkOf(job.Preimage.Key))
            {
                Threads = threads,
                Needs = stage.Needs,
                Priority = graph.Kinds.OrderOf(stage.Kind.Name),
                Places = StagePlaces.Of(stage, results),
                Files = job.Files,
                Stored = StagePlaces.StoredOf(stage, results),
                ReadsFiles = stage.Asks is null,
            };
            setting = setting with
            {
                Requests = _ => new StageRequests(
                    scratch, keyed, computation, pool, setting, graph.Experiment, (ran, _) => Interlocked.Add(ref asked, ran)),
            };
            Directory.CreateDirectory(setting.Folder);
            var began = time.GetTimestamp();
            try
            {
                StageResult? again = null;
                var outcome = await computation.ComputeAsync(
                    setting, [job], pool, result => again = result, cancellation).ConfigureAwait(false);
                var seconds = time.GetElapsedTime(began).TotalSeconds;
                return outcome.Failure is { } failure
                    ? RecomputedStage.Failed(stage, record.Key, failure, seconds)
                    : RecomputedStage.Compare(stage, record, again!.Record, [.. Behind(stage, known, scratch)], threads, asked, seconds);
            }
            catch (Exception e) when (StageFailure.IsExpected(e))
            {
                return RecomputedStage.Failed(stage, record.Key, e.Message, time.GetElapsedTime(began).TotalSeconds);
            }
        }
    }

    /// <summary>What is wrong with the stored bytes of a result, which is compared by its digests; null when nothing is.</summary>
    private string? DamageOf(StageRecord record)
    {
        try
        {
            foreach (var blob in record.Outputs.Values)
            {
                store.ContentOf(blob.Digest);
            }

            return null;
        }
        catch (Exception e) when (e is BlobCorruptException or BlobMissingException)
        {
            return e.Message;
        }
    }

    /// <summary>What was computed along with a result, in both stores: evaluations, a trunk's checkpoint.</summary>
    private IEnumerable<(StageRecord? Stored, StageRecord? Again)> Behind(Stage stage, StageResult known, StageStore scratch) =>
        stage.Kind.KeysBehind(known).Select(key => (store.Find(key), scratch.Find(key)));

    /// <summary>The agents, with jobs on this many threads.</summary>
    private sealed class FixedThreads(IAgentPool inner, int threads) : IAgentPool
    {
        public int Cores => inner.Cores;

        public int Gpus => inner.Gpus;

        public int JobsAtOnce => inner.JobsAtOnce;

        public Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation) =>
            inner.RunAsync(job with { Threads = threads }, priority, needs, events, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
