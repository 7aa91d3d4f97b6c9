using Composer.Core.Code;
using Composer.Pipeline.Progress;

namespace Composer.Pipeline.Jobs;

/// <summary>Where jobs run: a bounded pool of local processes, or a cluster.</summary>
[CodeBoundary]
public interface IAgentPool : IAsyncDisposable
{
    /// <summary>CPU cores that jobs share.</summary>
    int Cores { get; }

    /// <summary>GPUs that jobs share.</summary>
    int Gpus { get; }

    /// <summary>
    /// Jobs of one stage that are made ready and handed over at once: enough that no place stays empty, few enough that what they keep in
    /// memory, in leases and on the disk does not grow with what there is to do.
    /// </summary>
    int JobsAtOnce => 2 * Cores;

    /// <summary>Threads of a long job of which so many run side by side.</summary>
    int ThreadsOf(int jobs) => Math.Max(1, Cores / Math.Clamp(jobs, 1, Cores));

    /// <summary>
    /// Runs a job when there is room for it. The lowest priority goes first, then the order of the calls.
    /// A job whose agent dies is started once more; then it fails.
    /// </summary>
    /// <param name="job">The work.</param>
    /// <param name="priority">Lower goes first.</param>
    /// <param name="needs">What it must be given to compute with.</param>
    /// <param name="events">What the agent says while it works; called from other threads.</param>
    /// <param name="cancellation">Tells the agent to stop at its next checkpoint.</param>
    Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation);
}

/// <summary>What an agent says while it works.</summary>
/// <param name="Progress">How far it has come, or null.</param>
/// <param name="Finished">A unit that is finished, or null.</param>
/// <param name="Began">Said by the pool itself, once: an agent begins the job.</param>
/// <param name="Notice">Said by the pool itself: what became of the job on its way, for people.</param>
public sealed record JobEvent(
    StageProgress? Progress = null, UnitResult? Finished = null, bool Began = false, string? Notice = null);
