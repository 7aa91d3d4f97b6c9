using System.Globalization;
using Composer.Core.Text;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;

namespace Composer.Stages.Extrapolate;

/// <summary>Scales the small order to the target size. Takes milliseconds, so the coordinator computes it itself.</summary>
public sealed class ExtrapolateStage : JobKind<ExtrapolateInputs>
{
    public static ExtrapolateStage Kind { get; } = new();

    public override string Name => KindNames.Extrapolate;

    public override string Summarize(StageResult result)
    {
        var output = result.Read<ArchitectureOutput>(ArchitectureOutput.Name);
        var constant = output.ConstantCacheBytes > 0 ? $" and {BytesText.Of(output.ConstantCacheBytes)} whatever the length" : "";
        var active = output.ActiveLayerParameters is { } some ? $" ({ParameterText.Of(some)} of a token)" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{output.Notation}   {output.Layers} layers, {ParameterText.Of(output.LayerParameters)}{active}, "
            + $"{output.KvBytesPerToken / 1024.0:0.##} KiB KV/token{constant}");
    }

    protected override JobCode CodeOf(ExtrapolateInputs inputs) =>
        CodeDigest.Of(KindNames.Extrapolate, CodeUse.Primitives(inputs.Input.Aggregate));

    protected override Task<JobOutcome> ComputeAsync(ExtrapolateInputs inputs, JobTools tools, CancellationToken cancellation) =>
        ExtrapolateComputation.ComputeAsync(inputs, tools, cancellation);
}
