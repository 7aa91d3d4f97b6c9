using System.Globalization;
using Composer.Architecture.Extrapolation;
using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Text;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Stages.Code;

namespace Composer.Stages.Extrapolate;

/// <summary>Scales the order.</summary>
internal static class ExtrapolateComputation
{
    [CodeRoot("extrapolate")]
    public static Task<JobOutcome> ComputeAsync(ExtrapolateInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (target, small) = (inputs.Extrapolate, inputs.Input.Aggregate);
        var result = Extrapolator.Extrapolate(small, target.Method, target.Model, target.Size, target.Depth);
        return Task.FromResult(JobOutcome.Done().With(ArchitectureOutput.Name, ArchitectureOutput.Of(result.Layers, target.Model) with
        {
            Small = small,
            Explanation = result.Explanation,
            Warning = result.Warning,
        }));
    }
}
