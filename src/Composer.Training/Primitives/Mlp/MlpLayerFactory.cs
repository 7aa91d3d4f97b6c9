using Composer.Architecture;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Mlp;

/// <summary>The <c>M</c> layer: SwiGLU.</summary>
internal sealed class MlpLayerFactory : LayerFactory
{
    public override char Symbol => 'M';

    public override Layer Build(LayerContext context) => new MlpLayer(context);

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) =>
        [("hidden", shape.Hidden, Padding.ToGranule(shape.Hidden))];
}
