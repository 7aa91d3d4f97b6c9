using Composer.Architecture;
using Composer.Training.Layers;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>The <c>S</c> layer: Mamba-2.</summary>
internal sealed class Mamba2LayerFactory : LayerFactory
{
    public override char Symbol => 'S';

    public override Layer Build(LayerContext context) => new Mamba2Layer(context);

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape)
    {
        var layout = new Mamba2Layout(shape);
        return
        [
            ("features of a head of S", layout.HeadSize, layout.HeadStride),
            ("state of S", layout.State, layout.StateWidth),
        ];
    }
}
