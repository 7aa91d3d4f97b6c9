using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Layers;
using Composer.Training.Primitives.Attention;

namespace Composer.Training.Primitives.SlidingWindow;

/// <summary>The <c>W</c> layer: attention that looks back a window.</summary>
internal sealed class SlidingWindowLayerFactory : LayerFactory
{
    public override char Symbol => 'W';

    public override Layer Build(LayerContext context) =>
        new AttentionLayer(context, PrimitiveRegistry.Default[Symbol].ValueOf("window", context.Configuration.Shape));

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) =>
        new AttentionLayerFactory().PaddedWidths(shape);
}
