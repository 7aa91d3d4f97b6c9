using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Manifests.Model;

namespace Composer.Pipeline.Stages;

/// <summary>The size and widths that <c>[extrapolate]</c> aims at; the baselines have the same widths.</summary>
internal sealed record TargetModel(ModelSize Size, ModelShape Shape, int? Depth)
{
    public static TargetModel Of(ExtrapolateSection section)
    {
        var size = ModelSize.Parse(section.Size);
        return section.Model is { } model
            ? new TargetModel(size, new ModelShape(model.Dim, model.Heads, model.KvHeads, model.Hidden), null)
            : new TargetModel(size, size.Preset!.Shape, size.Preset.Depth);
    }
}
