using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Presets;
using Composer.Core.Code;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>Scales the small order to the target size. Takes milliseconds, so the coordinator computes it itself.</summary>
internal sealed class ExtrapolateStage(string name, ExperimentManifest manifest, Stage aggregate)
    : Stage(name, StageKind.Extrapolate, [aggregate])
{
    public override string Description => $"{manifest.Extrapolate.Method} to {manifest.Extrapolate.Size}";

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var target = TargetModel.Of(manifest.Extrapolate);
        var small = SmallOrder(results);
        return Preimage.Of(Kind)
            .Add("code", CodeDigest.Of(Kind, CodeUse.Primitives(small)))
            .Add("extrapolate.method", manifest.Extrapolate.Method)
            .Add("extrapolate.size", target.Size.Parameters)
            .AddShape("extrapolate.model", target.Shape)
            .Add("extrapolate.depth", target.Depth ?? 0)
            .Add("input.aggregate", small.ToString())
            .Build();
    }

    [CodeRoot("extrapolate")]
    public override Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var small = SmallOrder(execution.Inputs);
        var target = TargetModel.Of(manifest.Extrapolate);
        if (!ExtrapolationMethodName.TryParse(manifest.Extrapolate.Method, out var method, out var error))
        {
            throw new InvalidOperationException(error);
        }

        var result = Extrapolator.Extrapolate(small, method, target.Shape, target.Size.Parameters, target.Depth);
        return Task.FromResult(StageOutcome.Done().With(ArchitectureOutput.Name, ArchitectureOutput.Of(result.Layers, target.Shape) with
        {
            Small = small.ToString(),
            Explanation = result.Explanation,
            Warning = result.Warning,
        }));
    }

    public override string Summarize(StageResult result)
    {
        var output = result.Read<ArchitectureOutput>(ArchitectureOutput.Name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{output.Notation}   {output.Layers} layers, {ParameterText.Of(output.LayerParameters)}, {output.KvBytesPerToken / 1024.0:0.##} KiB KV/token");
    }

    // Two searches that aggregate to the same order share everything after it: the key takes the order alone.
    private LayerSequence SmallOrder(IStageResults results) =>
        LayerSequence.Parse(results[aggregate].Read<AggregateOutput>(AggregateOutput.Name).Architecture);
}
