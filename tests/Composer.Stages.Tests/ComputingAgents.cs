using Composer.Pipeline.Jobs;

namespace Composer.Stages.Tests;

/// <summary>Computes every job from its <c>job.json</c>'s content, in this process, one at a time, as an agent does.</summary>
internal sealed class ComputingAgents(JobKinds kinds) : IAgentPool
{
    private readonly SemaphoreSlim one = new(1);

    public int Cores => 2;

    public int Gpus => 0;

    public async Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        Directory.CreateDirectory(job.Folder);
        await one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => new JobExecution(kinds).Run(job, events, cancellation), cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        one.Dispose();
        return ValueTask.CompletedTask;
    }
}
