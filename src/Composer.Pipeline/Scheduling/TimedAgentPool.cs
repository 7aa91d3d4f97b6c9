using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// The agents of one try of a stage: its time runs from when an agent begins its first job, so that waiting for
/// a core or for another coordinator costs nothing. When it is over its jobs are stopped at their next checkpoint.
/// </summary>
internal sealed class TimedAgentPool(IAgentPool inner, TimeSpan? limit, TimeProvider time, CancellationToken cancellation) : IAgentPool
{
    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private readonly Lock gate = new();
    private ITimer? timer;

    public int Cores => inner.Cores;

    public int Gpus => inner.Gpus;

    public int JobsAtOnce => inner.JobsAtOnce;

    public int ThreadsOf(int jobs) => inner.ThreadsOf(jobs);

    /// <summary>Cancelled with the run, and when the time is over.</summary>
    public CancellationToken Stop => either.Token;

    /// <summary>Whether the time was over before the run was cancelled.</summary>
    public bool IsOver => over.IsCancellationRequested && !cancellation.IsCancellationRequested;

    public async Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken stop)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, either.Token);
        return await inner.RunAsync(job, priority, needs, Take, linked.Token).ConfigureAwait(false);

        void Take(JobEvent happened)
        {
            if (happened.Began)
            {
                Begin();
            }
            else
            {
                events(happened);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            timer?.Dispose();
        }

        either.Dispose();
        over.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Begin()
    {
        lock (gate)
        {
            if (limit is { } longest)
            {
                timer ??= time.CreateTimer(_ => End(), null, longest, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void End()
    {
        try
        {
            over.Cancel();
            either.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The try ended in the same moment.
        }
    }
}
