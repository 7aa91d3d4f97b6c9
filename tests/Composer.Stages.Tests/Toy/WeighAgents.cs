using Composer.Mad.Evaluation;
using Composer.Pipeline.Jobs;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Tests.Toy;

/// <summary>Makes up trainings, and computes weighings from their <c>job.json</c> as any agent does.</summary>
internal sealed class WeighAgents(JobKinds kinds) : IAgentPool
{
    private readonly Trainings trainings = new();

    public int Cores => trainings.Cores;

    public int Gpus => trainings.Gpus;

    public Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        if (job.Kind == KindNames.Evaluate)
        {
            return trainings.RunAsync(job, priority, needs, events, cancellation);
        }

        Directory.CreateDirectory(job.Folder);
        return Task.FromResult(new JobExecution(kinds).Run(job, events, cancellation));
    }

    public ValueTask DisposeAsync() => trainings.DisposeAsync();

    private sealed class Trainings : MadeUpAgents
    {
        protected override Task<Func<EvaluateInputs, EvaluationResult>?> BeginAsync(string layers) =>
            Task.FromResult<Func<EvaluateInputs, EvaluationResult>?>(
                inputs => Finished(inputs, epoch: 1, loss: 1 + layers.IndexOf('A', StringComparison.Ordinal), accuracy: .5));
    }
}
