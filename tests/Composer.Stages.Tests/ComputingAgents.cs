using Composer.Pipeline.Jobs;

namespace Composer.Stages.Tests;

/// <summary>Computes every job from its <c>job.json</c>'s content, in this process, as an agent does.</summary>
internal sealed class ComputingAgents(JobKinds kinds) : IAgentPool
{
    public int Cores => 2;

    public int Gpus => 0;

    public Task<JobResult> RunAsync(Job job, int priority, int gpus, Action<JobEvent> events, CancellationToken cancellation)
    {
        Directory.CreateDirectory(job.Folder);
        return Task.Run(() => new JobExecution(kinds).Run(job, events, cancellation), cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
