using Composer.Architecture;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Tests.Primitives.Toy;

internal sealed class EchoLayerFactory : LayerFactory
{
    public override char Symbol => 'Y';

    public override Layer Build(LayerContext context) => new EchoLayer(context);

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) =>
        [("an echo's features", shape.Dim, Padding.ToGranule(shape.Dim))];
}
