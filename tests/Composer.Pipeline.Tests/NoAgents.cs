using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Tests;

/// <summary>For stages without jobs.</summary>
internal sealed class NoAgents : IAgentPool
{
    public int Cores => 2;

    public int Gpus => 0;

    public Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation) =>
        throw new NotSupportedException("These stages have no jobs.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
