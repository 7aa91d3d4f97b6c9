using System.Collections.Concurrent;
using Composer.Agents.Attempts;
using Composer.Core.Json;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Agents.Slurm;

/// <summary>Agents as jobs of a Slurm cluster, whose nodes see the workspace's folder.</summary>
/// <remarks>
/// A job is computed by attempts, one at a time; what one leaves, the next goes on from. An attempt that an earlier coordinator
/// submitted is taken over, wherever it is on its way.
/// </remarks>
public sealed class SlurmAgentPool : IAgentPool
{
    private readonly SlurmSection settings;
    private readonly SlurmQueue queue;
    private readonly TimeProvider time;
    private readonly CancellationToken detaching;
    private readonly ConcurrentDictionary<Action<JobEvent>, bool> listening = new();

    /// <param name="experiment">Whose jobs they are.</param>
    /// <param name="workspace">On a file system that the nodes see under the same path.</param>
    /// <param name="executable">The <c>composer</c> that nodes run.</param>
    /// <param name="settings">How jobs are submitted.</param>
    /// <param name="detaching">Once it is cancelled, jobs that are given up are left running; until then they are cancelled.</param>
    public SlurmAgentPool(string experiment, Workspace workspace, string executable, SlurmSection settings, CancellationToken detaching)
        : this(
            new SlurmQueue(new SlurmCommands(), SlurmPlace.Of(experiment, workspace, executable, settings), TimeProvider.System),
            settings,
            TimeProvider.System,
            detaching)
    {
    }

    internal SlurmAgentPool(SlurmQueue queue, SlurmSection settings, TimeProvider time, CancellationToken detaching = default)
    {
        (this.queue, this.settings, this.time, this.detaching) = (queue, settings, time, detaching);

        // It concerns them all; told of one it is told once.
        queue.Noticed += notice => listening.Keys.FirstOrDefault()?.Invoke(new JobEvent(Notice: notice));
    }

    /// <summary>The name of jobs that were left running; null when none were.</summary>
    public string? LeftRunning { get; private set; }

    /// <summary>Of a job that needs many; each has its own.</summary>
    public int Cores => settings.Cores;

    /// <summary>Those of the largest job that a partition takes.</summary>
    public int Gpus => settings.Partition.Select(p => p.Gpus * p.Nodes).DefaultIfEmpty(int.MaxValue).Max();

    /// <summary>Those in the queue, and as many that follow them.</summary>
    public int JobsAtOnce => 2 * settings.Queue;

    public int ThreadsOf(int jobs) => settings.Cores;

    public async Task<JobResult> RunAsync(
        Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        if (SlurmRequest.For(settings, job.Kind, job.Threads, job.Ranks, needs) is not { } request)
        {
            return new JobResult
            {
                Failure = $"no partition takes it: {string.Join("; ", SlurmRequest.WhyNot(settings, job.Kind, needs))}",
                FailsAlike = true,
            };
        }

        listening[events] = true;
        try
        {
            return await RunAsync(job, request, priority, events, cancellation).ConfigureAwait(false);
        }
        finally
        {
            listening.TryRemove(events, out _);
        }
    }

    public ValueTask DisposeAsync() => queue.DisposeAsync();

    private async Task<JobResult> RunAsync(
        Job job, SlurmRequest request, int priority, Action<JobEvent> events, CancellationToken cancellation)
    {
        var (course, budget) = (new JobCourse(job, events), new RetryBudget(settings.Retries));
        var current = TakeOver(job, course, request, priority);
        var said = (string?)null;
        for (var takenOver = current; ;)
        {
            if (course.Difference is { } difference && difference != said)
            {
                said = difference;
                events(new JobEvent(Notice: difference));
            }

            if (course.IsComplete)
            {
                return new JobResult();
            }

            current ??= await BeginAsync(course, request, priority, cancellation).ConfigureAwait(false);
            var end = await FollowAsync(current, events, cancellation).ConfigureAwait(false);
            if (course.IsComplete && end.Result is null or { Failure: null })
            {
                return end.Result ?? new JobResult();
            }

            if (end.Verdict.Kind == VerdictKind.Ended && end.Result is { Failure: not null } result)
            {
                return result;
            }

            GiveUp(current);
            var why = $"attempt {current.Folder.Number}{(current.Host is { } host ? $" on {host}" : "")} {end.Verdict.Why}{Tail(current)}";
            if (end.Verdict.Kind == VerdictKind.Ended)
            {
                return new JobResult { Failure = "the agent's results are not complete" };
            }

            // What became of an attempt of an earlier coordinator is no failure of this run.
            if (current != takenOver && !budget.Allows(end.Verdict.Kind))
            {
                return new JobResult { Failure = why, FailsAlike = end.Verdict.Kind == VerdictKind.Failed };
            }

            events(new JobEvent(Notice: $"{why}; submitted again"));
            current = null;
        }
    }

    private static string Tail(SlurmTask task) =>
        task.LogTail() is { Length: > 0 } tail ? $": {tail}" : "";

    /// <summary>Reads what earlier attempts left; the newest, if it is on its way still, is followed.</summary>
    private SlurmTask? TakeOver(Job job, JobCourse course, SlurmRequest request, int priority)
    {
        foreach (var attempt in AttemptFolder.Of(job.Folder))
        {
            var task = new SlurmTask(attempt, request, priority, course.Take, time);
            task.ReadFiles();
            if (!task.HasResult && !attempt.IsGivenUp && File.Exists(attempt.SubmissionFile))
            {
                task.Submission = ComposerJson.Read<AttemptSubmission>(File.ReadAllBytes(attempt.SubmissionFile));
                queue.Add(task);
                return task;
            }
        }

        return null;
    }

    private async Task<SlurmTask> BeginAsync(JobCourse course, SlurmRequest request, int priority, CancellationToken cancellation)
    {
        AttemptFolder? folder;
        while ((folder = AttemptFolder.TryBegin(course.Rest() with { LeavesCheckpoint = true })) is null)
        {
            // Another coordinator began one in the same moment; its number is taken.
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation).ConfigureAwait(false);
        }

        var task = new SlurmTask(folder, request, priority, course.Take, time);
        queue.Add(task);
        return task;
    }

    private async Task<SlurmEnd> FollowAsync(SlurmTask task, Action<JobEvent> events, CancellationToken cancellation)
    {
        var said = "";
        task.Changed = Say;
        Say();
        await using var registration = cancellation.Register(() => Leave(task)).ConfigureAwait(false);
        var end = await task.Ended.Task.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return end;

        // Once it has begun, its own progress says more.
        void Say()
        {
            var place = task.HasStarted ? "" : PlaceOf(task);
            if (place.Length > 0 && Interlocked.Exchange(ref said, place) != place)
            {
                events(new JobEvent(new StageProgress(null, place)));
            }
        }
    }

    private static string PlaceOf(SlurmTask task) => task switch
    {
        { Submission: null } => "waits to be submitted",
        { Sighting: null } => "submitted to Slurm",
        { Sighting: { State: SlurmState.Running } sighting } => $"Slurm job {sighting.Id} begins",
        { Sighting: { Reason.Length: > 0 } sighting } => $"Slurm job {sighting.Id} waits: {sighting.Reason}",
        { Sighting: { } sighting } => $"Slurm job {sighting.Id}: {sighting.Word.ToLowerInvariant()}",
    };

    /// <summary>The coordinator ends: its jobs run on or are cancelled, as it was asked to; the next goes on from there.</summary>
    private void Leave(SlurmTask task)
    {
        if (!detaching.IsCancellationRequested)
        {
            GiveUp(task);
        }
        else if (task.Submission is { } submission)
        {
            LeftRunning = submission.Name;
        }

        queue.Remove(task, cancels: !detaching.IsCancellationRequested);
        task.End(new SlurmVerdict(VerdictKind.Failed, "the run was stopped"));
    }

    /// <summary>Nobody follows it again, this coordinator or another.</summary>
    private static void GiveUp(SlurmTask task)
    {
        try
        {
            using (File.Create(task.Folder.GivenUpFile))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone, or the disk full: the next attempt's number says as much.
        }
    }
}
