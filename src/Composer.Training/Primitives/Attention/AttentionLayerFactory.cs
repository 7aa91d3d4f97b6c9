using Composer.Architecture;
using Composer.Training.Layers;

namespace Composer.Training.Primitives.Attention;

/// <summary>The <c>A</c> layer: causal grouped-query attention with rotary positions.</summary>
internal sealed class AttentionLayerFactory : LayerFactory
{
    public override char Symbol => 'A';

    public override Layer Build(LayerContext context) => new AttentionLayer(context);

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) =>
        [("a head's features", shape.HeadSize, new HeadLayout(shape).HeadStride)];
}
