using System.Collections.Concurrent;
using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Tests;

/// <summary>Computes jobs in this process as an agent does in its own: from what they say, into their folder.</summary>
internal sealed class FakeAgents(params IReadOnlyList<JobKind> kinds) : IAgentPool
{
    /// <summary>Those that came, in order.</summary>
    public ConcurrentQueue<Job> Jobs { get; } = new();

    public int Cores => 2;

    public int Gpus => 0;

    public Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        Jobs.Enqueue(job);
        Directory.CreateDirectory(job.Folder);
        events(new JobEvent(Began: true));
        return Task.Run(() => new JobExecution(new JobKinds(kinds)).Run(job, events, cancellation), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
