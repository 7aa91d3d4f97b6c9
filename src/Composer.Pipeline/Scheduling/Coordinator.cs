using System.Collections.Concurrent;
using Composer.Core;
using Composer.Core.Faults;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Stages;
using Composer.Store;
using Composer.Store.Durability;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// Runs a graph: each stage as soon as its inputs are there, each key once, and publishes what comes out.
/// Only the coordinator publishes; agents compute.
/// </summary>
public sealed class Coordinator(StageStore store, IAgentPool agents, Workspace workspace, TimeProvider time, IRunObserver observer)
{
    private static readonly TimeSpan LeasePoll = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> keys = new();
    private readonly ConcurrentDictionary<Stage, RunStage> ended = new();
    private readonly Lock observing = new();
    private readonly HashSet<Digest> reached = [];
    private string runId = "";
    private int evaluationsRan;
    private int evaluationHits;

    /// <summary>Runs every stage that is not in the store. Failures stay with what depends on them.</summary>
    /// <param name="graph">What to run.</param>
    /// <param name="manifest">The manifest file's bytes, kept with the run.</param>
    /// <param name="cancellation">Ctrl-C: agents stop at their next checkpoint, what is finished stays.</param>
    /// <param name="plan">What was planned, where somebody did: its keys are noted as reached all at once.</param>
    public async Task<RunOutcome> RunAsync(ExperimentGraph graph, byte[] manifest, CancellationToken cancellation, IReadOnlyList<PlannedStage>? plan = null)
    {
        var began = time.GetTimestamp();
        var run = store.BeginRun(graph.Experiment, graph.Profile ?? "", store.Blobs.Add(new MemoryStream(manifest)).Digest);
        runId = run.Id;
        ReachPlanned(plan ?? []);
        Tell(new RunStarted(time.GetUtcNow(), run.Id, graph.Experiment, graph.Profile, graph.Stages.Count, graph.Limits.Describe()));

        var results = new StageResults();
        var tasks = new Dictionary<Stage, Task<StageResult?>>();
        var threads = ThreadsOfLongStages(graph);
        foreach (var stage in graph.Stages)
        {
            var inputs = stage.Inputs.Select(i => tasks[i]).ToArray();
            tasks.Add(stage, Task.Run(() => RunStageAsync(graph, stage, inputs, results, threads, cancellation), CancellationToken.None));
        }

        await Task.WhenAll(tasks.Values).ConfigureAwait(false);
        var stages = graph.Stages.Select(s => ended[s]).ToArray();
        var failed = stages.Count(s => s.Status == StageStatus.Failed);
        var exitCode = cancellation.IsCancellationRequested && stages.Any(s => s.Status == StageStatus.Cancelled) ? ExitCode.Cancelled
            : failed > 0 ? ExitCode.StageFailed
            : ExitCode.Done;
        store.EndRun(run.Id, exitCode, stages);
        return new RunOutcome(
            run.Id,
            stages,
            results.All,
            exitCode,
            Volatile.Read(ref evaluationsRan),
            Volatile.Read(ref evaluationHits),
            time.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>
    /// Notes in one transaction what would else take one for each stage. Each stage looks for its key itself all
    /// the same: what was there while it was planned may have gone since.
    /// </summary>
    private void ReachPlanned(IReadOnlyList<PlannedStage> plan)
    {
        foreach (var planned in plan.Where(p => p.Preimage is not null))
        {
            reached.Add(planned.Preimage!.Key);
            if (planned.Hit is { } hit)
            {
                reached.UnionWith(planned.Stage.KeysBehind(new StageResult(hit, store)));
            }
        }

        store.Reach(runId, reached);
    }

    private static int ThreadsOf(int cores, int jobs) => Math.Max(1, cores / Math.Max(1, Math.Min(jobs, cores)));

    private int ThreadsOfLongStages(ExperimentGraph graph) =>
        ThreadsOf(agents.Cores, graph.Stages.Count(s => s.Kind == StageKind.Pretrain));

    private async Task<StageResult?> RunStageAsync(
        ExperimentGraph graph,
        Stage stage,
        Task<StageResult?>[] inputs,
        StageResults results,
        int threads,
        CancellationToken cancellation)
    {
        var inputResults = await Task.WhenAll(inputs).ConfigureAwait(false);
        Stage[] missing = [.. stage.Inputs.Where((_, i) => inputResults[i] is null)];
        if (missing.Length > 0 && cancellation.IsCancellationRequested)
        {
            return End(stage, StageStatus.Cancelled, null, 0, "");
        }

        if (missing.Length > 0 && !stage.CanDoWithout(missing))
        {
            return End(stage, StageStatus.Skipped, null, 0, $"no result of {string.Join(", ", missing.Select(i => i.Name))}");
        }

        Preimage? preimage = null;
        var began = time.GetTimestamp();
        try
        {
            preimage = stage.BuildPreimage(results, store);
            var turn = keys.GetOrAdd(preimage.Key, _ => new SemaphoreSlim(1));
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await ComputeOnceAsync(graph, stage, preimage, results, threads, began, cancellation).ConfigureAwait(false);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return End(stage, StageStatus.Cancelled, preimage?.Key, Seconds(began), "stopped; the next run goes on from here");
        }
        catch (Exception e) when (StageFailure.IsExpected(e))
        {
            var explained = e is IOException ? StorageFailure.Explain(e, "The folder " + workspace.Artifacts) : null;
            return End(stage, StageStatus.Failed, preimage?.Key, Seconds(began), explained?.Message ?? e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug in one stage; the others go on, and the log has the trace.
            return End(stage, StageStatus.Failed, preimage?.Key, Seconds(began), $"{e.GetType().Name}: {e.Message}", e.ToString());
        }
    }

    private async Task<StageResult?> ComputeOnceAsync(
        ExperimentGraph graph,
        Stage stage,
        Preimage preimage,
        StageResults results,
        int threads,
        long began,
        CancellationToken cancellation)
    {
        if (!reached.Contains(preimage.Key))
        {
            store.Reach(runId, [preimage.Key]);
        }

        for (var waits = 0; ; waits++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (store.Find(preimage.Key) is { } known)
            {
                // A coordinator that was killed between publishing and tidying up left its work.
                RemoveWork(WorkOf(preimage));
                var hit = results.Add(stage, new StageResult(known, store));
                if (stage.KeysBehind(hit).Where(k => !reached.Contains(k)).ToArray() is { Length: > 0 } behind)
                {
                    store.Reach(runId, behind);
                }

                End(stage, StageStatus.Hit, preimage.Key, 0, stage.Describe(hit));
                return hit;
            }

            var (lease, holder) = store.TryLease(preimage.Key);
            if (lease is null)
            {
                TellOfHolder(stage, WorkOf(preimage), $"process {holder!.Process} on {holder.Host}", waits == 0);
                await Task.Delay(LeasePoll, time, cancellation).ConfigureAwait(false);
                continue;
            }

            using (lease)
            {
                // Between the look and the lease another coordinator may have published it.
                if (store.Find(preimage.Key) is not null)
                {
                    continue;
                }

                return await ComputeAsync(graph, stage, preimage, results, threads, began, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<StageResult?> ComputeAsync(
        ExperimentGraph graph,
        Stage stage,
        Preimage preimage,
        StageResults results,
        int threads,
        long began,
        CancellationToken cancellation)
    {
        var why = Explanation.Of(store, graph.Experiment, stage, preimage);
        Tell(new StageStarted(time.GetUtcNow(), stage.Name, stage.Kind, preimage.Key, why.Reasons));

        var folder = WorkOf(preimage);
        Directory.CreateDirectory(folder);
        using var shared = new SharedProgress(folder);
        var computing = time.GetTimestamp();
        var outcome = await new StageTries(graph.Limits, agents, time, Tell).ComputeAsync(stage, Execution, cancellation).ConfigureAwait(false);
        if (outcome.Failure is { } failure)
        {
            return End(stage, StageStatus.Failed, preimage.Key, Seconds(began), failure);
        }

        var seconds = outcome.Seconds ?? Seconds(computing);
        var record = StagePublication.Publish(store, preimage, stage.Kind, Planner.LabelOf(graph.Experiment, stage), outcome, time.GetUtcNow(), seconds);
        shared.Dispose();
        RemoveWork(folder);
        FaultInjection.Pass(PublishingPoint.WorkRemoved);
        var result = results.Add(stage, new StageResult(record, store));
        store.Reach(runId, stage.KeysBehind(result));
        End(stage, StageStatus.Ran, preimage.Key, seconds, stage.Summarize(result));
        return result;

        StageExecution Execution(IAgentPool pool) => new()
        {
            Preimage = preimage,
            Inputs = results,
            Store = store,
            Agents = pool,
            WorkFolder = folder,
            Threads = threads,
            Time = time,
            Experiment = graph.Experiment,
            Report = progress =>
            {
                shared.Write(progress);
                Tell(new StageProgressed(time.GetUtcNow(), stage.Name, progress));
            },
            Reach = reached => store.Reach(runId, reached),
            CountEvaluations = (ran, hits) =>
            {
                Interlocked.Add(ref evaluationsRan, ran);
                Interlocked.Add(ref evaluationHits, hits);
            },
        };
    }

    private void TellOfHolder(Stage stage, string folder, string holder, bool first)
    {
        if (first)
        {
            Tell(new StageWaiting(time.GetUtcNow(), stage.Name, holder));
        }

        if (SharedProgress.Read(folder) is { } progress)
        {
            Tell(new StageProgressed(time.GetUtcNow(), stage.Name, progress with { Detail = $"{holder}: {progress.Detail}" }));
        }
    }

    private string WorkOf(Preimage preimage) => workspace.WorkOf(preimage.Key);

    private static void RemoveWork(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The result is published; what is left is tidied up by the next run that finds it.
        }
    }

    private double Seconds(long since) => time.GetElapsedTime(since).TotalSeconds;

    private StageResult? End(Stage stage, string status, Digest? key, double seconds, string summary, string? trace = null)
    {
        ended[stage] = new RunStage(stage.Name, stage.Kind, key, status);
        Tell(new StageFinished(time.GetUtcNow(), stage.Name, stage.Kind, status, key, seconds, summary) { Trace = trace });
        return null;
    }

    private void Tell(PipelineEvent happened)
    {
        lock (observing)
        {
            observer.On(happened);
        }
    }
}
