using System.Collections.Concurrent;
using System.Text.Json;
using Composer.Core.Json;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Files;

namespace Composer.Pipeline.Scheduling;

/// <summary>How jobs of one kind are computed.</summary>
internal sealed record JobSetting(JobKind Kind, string Name, string Label, string Folder)
{
    public required int Threads { get; init; }

    public StageNeeds Needs { get; init; } = StageNeeds.None;

    /// <summary>Lower goes first.</summary>
    public required int Priority { get; init; }

    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>();

    /// <summary>Those outside the store that the inputs hold the digests of.</summary>
    public IReadOnlyList<FileContent> Files { get; init; } = [];

    /// <summary>Those of the store that a job reads.</summary>
    public IReadOnlyList<FileContent> Stored { get; init; } = [];

    /// <summary>Whether the jobs themselves read the files, or only what they ask for.</summary>
    public bool ReadsFiles { get; init; } = true;

    /// <summary>How much there is to compute, where the stage knows; else the kind is asked.</summary>
    public Work? Work { get; init; }

    public Action<StageProgress> Report { get; init; } = _ => { };

    /// <summary>Told what became of a job on its way.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    /// <summary>Made for the agents of each try.</summary>
    public Func<IAgentPool, IJobRequests>? Requests { get; init; }
}

/// <summary>Computes jobs, here or on one agent in turn, and publishes each when it is done.</summary>
internal sealed class JobComputation(StageStore store, Publisher publisher, TimeProvider time)
{
    /// <summary>Where the results that inputs name are, where that is another store than the one that is published to.</summary>
    public StageStore? Stored { get; init; }

    /// <summary>Computes jobs of one kind.</summary>
    /// <param name="setting">How.</param>
    /// <param name="jobs">Which.</param>
    /// <param name="agents">Where, unless the kind is the coordinator's own.</param>
    /// <param name="published">Told each result that is published; from any thread.</param>
    /// <param name="cancellation">Stops at the next step; what is finished is published first.</param>
    /// <returns>A failure, or an outcome without outputs.</returns>
    public async Task<JobOutcome> ComputeAsync(
        JobSetting setting, IReadOnlyList<KeyedJob> jobs, IAgentPool agents, Action<StageResult> published, CancellationToken cancellation)
    {
        if (setting.Kind.RunsOnAgent)
        {
            return await OnAgentAsync(setting, jobs, agents, published, cancellation).ConfigureAwait(false);
        }

        foreach (var job in jobs)
        {
            var began = time.GetTimestamp();
            var files = new JobFiles(setting.Files, setting.Stored);
            if (setting.ReadsFiles)
            {
                files.Hold();
            }

            var outcome = await ComputeHereAsync(setting, job, ToolsOf(setting, agents, files), cancellation).ConfigureAwait(false);
            if (outcome.Failure is not null)
            {
                return outcome;
            }

            files.Confirm();
            published(await PublishAsync(setting, job, outcome, time.GetElapsedTime(began).TotalSeconds).ConfigureAwait(false));
        }

        return JobOutcome.Done();
    }

    private static async Task<JobOutcome> ComputeHereAsync(
        JobSetting setting, KeyedJob job, JobTools tools, CancellationToken cancellation)
    {
        try
        {
            return await setting.Kind.ComputeAsync(job.Inputs, tools, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (tools.Files.ChangeBehind(e) is { } changed)
        {
            throw changed;
        }
    }

    private async Task<JobOutcome> OnAgentAsync(
        JobSetting setting, IReadOnlyList<KeyedJob> jobs, IAgentPool agents, Action<StageResult> published, CancellationToken cancellation)
    {
        setting.Report(new StageProgress(null, "waits for a core"));
        var byKey = jobs.ToDictionary(j => j.Preimage.Key);
        var publications = new ConcurrentDictionary<Core.Digest, Task>();
        var ranks = setting.Kind.SharesRanks ? setting.Needs.Ranks : 1;
        var job = new Job
        {
            Id = setting.Name,
            Kind = setting.Kind.Name,
            Folder = setting.Folder,
            Threads = Math.Max(1, setting.Threads / ranks),
            Ranks = ranks,
            Hardware = jobs[0].Preimage.Fields.Where(f => f.Path == Preimage.Hardware).Select(f => f.Value).FirstOrDefault(),
            Gpus = setting.Needs.Gpus,
            Places = setting.Places,
            Files = setting.Files,
            Stored = setting.Stored,
            Beginnings = jobs.Count == 1 ? setting.Kind.BeginningsOf(jobs[0].Inputs, jobs[0].Preimage, store) : [],
            Units =
            [
                .. jobs.Select(
                    j =>
                        new JobUnit(j.Preimage.Key, JsonSerializer.SerializeToElement(j.Inputs, setting.Kind.InputsType, ComposerJson.Inputs))),
            ],
        };
        JobResult result;
        try
        {
            result = await agents.RunAsync(job, setting.Priority, setting.Needs, Take, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(publications.Values).ConfigureAwait(false);
        }

        return result.Failure is { } failure ? JobOutcome.Failed(failure, result.FailsAlike)
            : publications.Count < jobs.Count ? JobOutcome.Failed("the agent's results are not complete")
            : JobOutcome.Done();

        void Take(JobEvent happened)
        {
            if (happened.Progress is { } progress)
            {
                setting.Report(progress);
            }

            if (happened.Notice is { } notice)
            {
                setting.Notice(notice);
            }

            if (happened.Finished is { } unit && byKey.TryGetValue(unit.Key, out var finished))
            {
                publications.TryAdd(unit.Key, PublishUnitAsync(finished, unit));
            }
        }

        async Task PublishUnitAsync(KeyedJob finished, UnitResult unit) =>
            published(await PublishAsync(setting, finished, UnitFiles.OutcomeOf(unit, setting.Folder), unit.Seconds).ConfigureAwait(false));
    }

    private async Task<StageResult> PublishAsync(JobSetting setting, KeyedJob job, JobOutcome outcome, double seconds)
    {
        if ((setting.Work ?? setting.Kind.WorkOf(job.Inputs)) is { } work && work.Kind == setting.Kind.Name)
        {
            outcome.WithBeside(Work.Name, work);
        }

        var byproducts = setting.Kind.ByproductsOf(job.Inputs, job.Preimage, outcome, setting.Folder);
        var finished = new FinishedJob(job.Preimage, setting.Kind.Name, setting.Label, outcome, byproducts, seconds);
        return new StageResult(await publisher.PublishAsync(finished).ConfigureAwait(false), store);
    }

    private JobTools ToolsOf(JobSetting setting, IAgentPool agents, JobFiles files) => new()
    {
        Folder = setting.Folder,
        Threads = setting.Threads,
        Places = setting.Places,
        Files = files,
        Report = setting.Report,
        Jobs = setting.Requests?.Invoke(agents) ?? NoJobRequests.Instance,
        ResultOf = key => new StageResult(
            Source.RecordOf(key) ?? throw new InvalidDataException($"The record of {key} is gone from the store."), Source),
        ReadBlob = Source.ReadBlob,
    };

    private StageStore Source => Stored ?? store;
}
