using System.Collections.Concurrent;
using Composer.Core;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Stages;
using Composer.Store;
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
        ExperimentGraph graph, Func<Stage, bool> wanted, Action<RecomputedStage> told, CancellationToken cancellation)
    {
        using var scratch = StageStore.Open(workspace.Store, time);
        var results = new StageResults();
        var byKey = new ConcurrentDictionary<Digest, Lazy<Task<RecomputedStage>>>();
        var verdicts = new List<Task<RecomputedStage>>();
        using var turn = new SemaphoreSlim(1);
        foreach (var stage in graph.Stages)
        {
            var preimage = stage.Inputs.All(results.Has) ? stage.BuildPreimage(results, store) : null;
            var record = preimage is null ? null : store.Find(preimage.Key);
            if (record is not null)
            {
                results.Add(stage, new StageResult(record, store));
            }

            if (wanted(stage))
            {
                verdicts.Add(Task.Run(() => VerdictAsync(stage, preimage, record), CancellationToken.None));
            }
        }

        return await Task.WhenAll(verdicts).ConfigureAwait(false);

        async Task<RecomputedStage> VerdictAsync(Stage stage, Preimage? preimage, StageRecord? record)
        {
            // Stages of one key are one computation.
            var verdict = record is null
                ? RecomputedStage.Missing(stage)
                : await byKey.GetOrAdd(record.Key, _ => new(() => ComputeAsync(graph, stage, preimage!, record, results, scratch, cancellation))).Value.ConfigureAwait(false);
            verdict = verdict with { Name = stage.Name };
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
            told(verdict);
            turn.Release();
            return verdict;
        }
    }

    private async Task<RecomputedStage> ComputeAsync(
        ExperimentGraph graph, Stage stage, Preimage preimage, StageRecord record, IStageResults results, StageStore scratch, CancellationToken cancellation)
    {
        var known = new StageResult(record, store);
        var before = known.ReadBeside<PretrainTimings>(PretrainTimings.Name)?.Threads ?? 1;
        var threads = before == 1 ? 2 : before - 1;
        var folder = workspace.WorkOf(preimage.Key);
        Directory.CreateDirectory(folder);
        var evaluations = 0;
        var execution = new StageExecution
        {
            Preimage = preimage,
            Inputs = results,
            Store = scratch,
            Agents = new FixedThreads(agents, threads),
            WorkFolder = folder,
            Threads = threads,
            Time = time,
            Experiment = graph.Experiment,
            Report = _ => { },
            Reach = _ => { },
            CountEvaluations = (ran, _) => Interlocked.Add(ref evaluations, ran),
        };
        var began = time.GetTimestamp();
        try
        {
            var outcome = await stage.ComputeAsync(execution, cancellation).ConfigureAwait(false);
            var seconds = time.GetElapsedTime(began).TotalSeconds;
            if (outcome.Failure is { } failure)
            {
                return RecomputedStage.Failed(stage, record.Key, failure, seconds);
            }

            var again = StagePublication.Publish(scratch, preimage, stage.Kind, Planner.LabelOf(graph.Experiment, stage), outcome, time.GetUtcNow(), seconds);
            return RecomputedStage.Compare(stage, record, again, [.. Behind(stage, known, scratch)], threads, evaluations, seconds);
        }
        catch (Exception e) when (StageFailure.IsExpected(e))
        {
            return RecomputedStage.Failed(stage, record.Key, e.Message, time.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>What was computed along with a result, in both stores: evaluations, a trunk's checkpoint.</summary>
    private IEnumerable<(StageRecord? Stored, StageRecord? Again)> Behind(Stage stage, StageResult known, StageStore scratch) =>
        stage.KeysBehind(known).Select(key => (store.Find(key), scratch.Find(key)));

    /// <summary>The agents, with jobs on this many threads.</summary>
    private sealed class FixedThreads(IAgentPool inner, int threads) : IAgentPool
    {
        public int Cores => inner.Cores;

        public int Gpus => inner.Gpus;

        public Task<JobResult> RunAsync(Job job, int priority, int gpus, Action<JobEvent> events, CancellationToken cancellation) =>
            inner.RunAsync(job with { Threads = threads }, priority, gpus, events, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
