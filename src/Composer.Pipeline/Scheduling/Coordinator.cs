using System.Collections.Concurrent;
using Composer.Core;
using Composer.Core.Faults;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Durability;
using Composer.Store.Leases;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// Runs a graph: each stage as soon as its inputs are there, each key once, and publishes what comes out.
/// Only the coordinator publishes; agents compute.
/// </summary>
public sealed class Coordinator(StageStore store, IAgentPool agents, Workspace workspace, TimeProvider time, IRunObserver observer)
{
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> keys = new();
    private readonly ConcurrentDictionary<Stage, RunStage> ended = new();
    private readonly Lock observing = new();
    private int askedRan;
    private int askedHits;

    /// <summary>Runs every stage that is not in the store. Failures stay with what depends on them.</summary>
    /// <param name="graph">What to run.</param>
    /// <param name="manifest">The manifest file's bytes, kept with the run.</param>
    /// <param name="cancellation">Ctrl-C: agents stop at their next checkpoint, what is finished stays.</param>
    /// <param name="plan">What was planned, where somebody did: its keys are noted as reached all at once.</param>
    public async Task<RunOutcome> RunAsync(
        StageGraph graph, byte[] manifest, CancellationToken cancellation, IReadOnlyList<PlannedStage>? plan = null)
    {
        var began = time.GetTimestamp();
        var run = store.BeginRun(
            graph.Experiment, graph.Profile ?? "", store.Blobs.Add(new MemoryStream(manifest)).Digest, graph.Settings);
        var keyed = new KeyedResults(store, run.Id, time);
        keyed.Reach(KeysOf(plan ?? []));
        var files = new PlannedFiles(store);
        files.Take(graph.Stages);
        var limits = graph.Limits.Describe(graph.Kinds.Names);
        Tell(new RunStarted(time.GetUtcNow(), run.Id, graph.Experiment, graph.Profile, graph.Stages.Count, limits));

        var publisher = new Publisher(store, time);
        await using (publisher.ConfigureAwait(false))
        {
            var stages = new StageRun(
                graph,
                keyed,
                new JobComputation(store, publisher, time),
                new StageResults(),
                files,
                ThreadsOfLongStages(graph));
            var tasks = new Dictionary<Stage, Task<StageResult?>>();
            foreach (var stage in graph.Stages)
            {
                var inputs = stage.Inputs.Select(i => tasks[i]).ToArray();
                tasks.Add(stage, Task.Run(() => RunStageAsync(stages, stage, inputs, cancellation), CancellationToken.None));
            }

            await Task.WhenAll(tasks.Values).ConfigureAwait(false);
            return End(graph, run.Id, stages.Results.All, time.GetElapsedTime(began).TotalSeconds, cancellation);
        }
    }

    private RunOutcome End(
        StageGraph graph, string run, IReadOnlyDictionary<Stage, StageResult> results, double seconds, CancellationToken cancellation)
    {
        var stages = graph.Stages.Select(s => ended[s]).ToArray();
        var exitCode = cancellation.IsCancellationRequested && stages.Any(s => s.Status == StageStatus.Cancelled) ? ExitCode.Cancelled
            : stages.Any(s => s.Status == StageStatus.Failed) ? ExitCode.StageFailed
            : ExitCode.Done;
        store.EndRun(run, exitCode, stages);
        return new RunOutcome(run, stages, results, exitCode, Volatile.Read(ref askedRan), Volatile.Read(ref askedHits), seconds);
    }

    /// <summary>
    /// Noted in one transaction, what would else take one for each stage. Each stage looks for its key itself all
    /// the same: what was there while it was planned may have gone since.
    /// </summary>
    private IEnumerable<Digest> KeysOf(IReadOnlyList<PlannedStage> plan)
    {
        foreach (var planned in plan.Where(p => p.Preimage is not null))
        {
            yield return planned.Preimage!.Key;
            foreach (var behind in KeysBehind(planned))
            {
                yield return behind;
            }
        }
    }

    private Digest[] KeysBehind(PlannedStage planned)
    {
        try
        {
            return planned.Hit is { } hit ? [.. planned.Stage.Kind.KeysBehind(new StageResult(hit, store))] : [];
        }
        catch (Exception e) when (e is BlobCorruptException or BlobMissingException)
        {
            // Damaged since it was planned: the stage will see that it is no hit any more.
            return [];
        }
    }

    /// <summary>Those of one kind run side by side; the one kind is there for the next.</summary>
    private Dictionary<JobKind, int> ThreadsOfLongStages(StageGraph graph) => graph.Stages.GroupBy(s => s.Kind)
        .Where(g => g.Key.RunsLong)
        .ToDictionary(g => g.Key, g => agents.ThreadsOf(g.Count()));

    private async Task<StageResult?> RunStageAsync(
        StageRun stages, Stage stage, Task<StageResult?>[] inputs, CancellationToken cancellation)
    {
        var inputResults = await Task.WhenAll(inputs).ConfigureAwait(false);
        Stage[] missing = [.. stage.Inputs.Where((_, i) => inputResults[i] is null)];
        if (missing.Length > 0 && cancellation.IsCancellationRequested)
        {
            return End(stage, StageStatus.Cancelled, null, 0, "");
        }

        if (missing.Length > 0 && !stage.CanDoWithout(missing))
        {
            return Without(stages, stage, StageStatus.Skipped, null, 0, $"no result of {string.Join(", ", missing.Select(i => i.Name))}");
        }

        KeyedJob? job = null;
        var began = time.GetTimestamp();
        try
        {
            job = stage.Resolve(stages.Results, store, stages.Files);
            var turn = keys.GetOrAdd(job.Preimage.Key, _ => new SemaphoreSlim(1));
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await ObtainAsync(stages, stage, job, began, cancellation).ConfigureAwait(false);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return End(stage, StageStatus.Cancelled, job?.Preimage.Key, Seconds(began), "stopped; the next run goes on from here");
        }
        catch (Exception e) when (StageFailure.IsExpected(e))
        {
            var explained = e is IOException ? StorageFailure.Explain(e, "The folder " + workspace.Artifacts) : null;
            return Without(stages, stage, StageStatus.Failed, job?.Preimage.Key, Seconds(began), explained?.Message ?? e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug in one stage; the others go on, and the log has the trace.
            return Without(
                stages, stage, StageStatus.Failed, job?.Preimage.Key, Seconds(began), $"{e.GetType().Name}: {e.Message}", e.ToString());
        }
    }

    private async Task<StageResult?> ObtainAsync(StageRun stages, Stage stage, KeyedJob job, long began, CancellationToken cancellation)
    {
        var key = job.Preimage.Key;
        var folder = workspace.WorkOf(key);
        var (computed, failure) = (false, (string?)null);
        var results = await stages.Keyed.ObtainAsync([job], _ => { }, TellOfHolder, ComputeAsync, cancellation).ConfigureAwait(false);
        if (!results.TryGetValue(key, out var result))
        {
            return Without(stages, stage, StageStatus.Failed, key, Seconds(began), failure ?? "it was not computed");
        }

        // Also what a coordinator that was killed between publishing and tidying up left.
        RemoveWork(folder);
        if (computed)
        {
            FaultInjection.Pass(PublishingPoint.WorkRemoved);
        }

        string summary;
        try
        {
            stages.Keyed.Reach(stage.Kind.KeysBehind(result));
            summary = computed ? stage.Kind.Summarize(result) : stage.Kind.Describe(result);
        }
        catch (BlobCorruptException damaged) when (damaged.IsSetAside)
        {
            // What was found is no result any more: it is computed now.
            return await ObtainAsync(stages, stage, job, began, cancellation).ConfigureAwait(false);
        }

        stages.Results.Add(stage, result);
        End(stage, computed ? StageStatus.Ran : StageStatus.Hit, key, computed ? result.Record.Seconds : 0, summary);
        return result;

        async Task<bool> ComputeAsync(IReadOnlyList<KeyedJob> jobs, Action<StageResult> add)
        {
            var why = Explanation.Of(store, workspace, stages.Graph, stage, job);
            Tell(new StageStarted(time.GetUtcNow(), stage.Name, stage.Kind.Name, key, why.Reasons));
            Directory.CreateDirectory(folder);
            using var shared = new SharedProgress(folder);
            var setting = SettingOf(stages, stage, job, folder, shared);
            var outcome = await new StageTries(stages.Graph.Limits.Of(stage.Kind.Name), stage.Name, agents, time, Tell)
                .ComputeAsync(
                    (pool, stop) => stages.Computation.ComputeAsync(setting, jobs, pool, add, stop), cancellation).ConfigureAwait(false);
            (computed, failure) = (outcome.Failure is null, outcome.Failure);
            return computed;
        }

        void TellOfHolder(ProcessIdentity process, bool first)
        {
            var holder = $"process {process.Process} on {process.Host}";
            if (first)
            {
                Tell(new StageWaiting(time.GetUtcNow(), stage.Name, holder));
            }

            if (SharedProgress.Read(folder) is { } progress)
            {
                Tell(new StageProgressed(time.GetUtcNow(), stage.Name, progress with { Detail = $"{holder}: {progress.Detail}" }));
            }
        }
    }

    private JobSetting SettingOf(StageRun stages, Stage stage, KeyedJob job, string folder, SharedProgress shared)
    {
        var setting = new JobSetting(stage.Kind, stage.Name, stages.Graph.LabelOf(stage), folder)
        {
            Threads = stages.Threads.GetValueOrDefault(stage.Kind, 1),
            Needs = stage.Needs,
            Priority = stages.Graph.Kinds.OrderOf(stage.Kind.Name),
            Places = StagePlaces.Of(stage, stages.Results),
            Files = job.Files,
            Stored = StagePlaces.StoredOf(stage, stages.Results),
            ReadsFiles = stage.Asks is null,
            Work = stage.WorkIn(stages.Results, store) is [var work] ? work : null,
            Notice = notice => Tell(new StageNoticed(time.GetUtcNow(), stage.Name, notice)),
            Report = progress =>
            {
                shared.Write(progress);
                Tell(new StageProgressed(time.GetUtcNow(), stage.Name, progress));
            },
        };
        return setting with
        {
            Requests = pool => new StageRequests(store, stages.Keyed, stages.Computation, pool, setting, stages.Graph.Experiment, Count),
        };

        void Count(int ran, int hits)
        {
            Interlocked.Add(ref askedRan, ran);
            Interlocked.Add(ref askedHits, hits);
        }
    }

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

    /// <summary>The end of a stage that what depends on it will have to do without.</summary>
    private StageResult? Without(
        StageRun stages, Stage stage, string status, Digest? key, double seconds, string why, string? trace = null)
    {
        stages.Results.AddFailure(stage, why);
        return End(stage, status, key, seconds, why, trace);
    }

    private StageResult? End(Stage stage, string status, Digest? key, double seconds, string summary, string? trace = null)
    {
        ended[stage] = new RunStage(stage.Name, stage.Kind.Name, key, status);
        Tell(new StageFinished(time.GetUtcNow(), stage.Name, stage.Kind.Name, status, key, seconds, summary) { Trace = trace });
        return null;
    }

    private void Tell(PipelineEvent happened)
    {
        lock (observing)
        {
            observer.On(happened);
        }
    }

    /// <summary>What the stages of a run share.</summary>
    private sealed record StageRun(
        StageGraph Graph,
        KeyedResults Keyed,
        JobComputation Computation,
        StageResults Results,
        PlannedFiles Files,
        Dictionary<JobKind, int> Threads);
}
