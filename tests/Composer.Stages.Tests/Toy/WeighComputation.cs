using Composer.Architecture.Costs;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Stages.Tests.Toy;

/// <summary>Counts what a model's parameters take.</summary>
internal static class WeighComputation
{
    private static int count;

    /// <summary>How often one ran in this process.</summary>
    public static int Count => count;

    public static Task<JobOutcome> ComputeAsync(WeighInputs inputs, JobTools tools)
    {
        Interlocked.Increment(ref count);
        tools.Report(new StageProgress(0.5, "weighs"));
        var parameters = ArchitectureCosts.Of(inputs.Input.Order, inputs.Input.Model, vocabulary: 0).LayerParameters;
        return Task.FromResult(JobOutcome.Done().With(WeighOutput.Name, new WeighOutput(parameters * inputs.Weigh.Bits / 8)));
    }
}
