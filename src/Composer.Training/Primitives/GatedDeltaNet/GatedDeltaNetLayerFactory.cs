using Composer.Architecture;
using Composer.Training.Layers;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>The <c>G</c> layer: gated DeltaNet.</summary>
internal sealed class GatedDeltaNetLayerFactory : LayerFactory
{
    public override char Symbol => 'G';

    public override Layer Build(LayerContext context) => new GatedDeltaNetLayer(context);

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape)
    {
        var layout = new DeltaLayout(shape);
        return [("a head of G", layout.HeadSize, layout.HeadStride)];
    }
}
