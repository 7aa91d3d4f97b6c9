using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.GatedConvolution;

/// <summary>The <c>C</c> layer: a short convolution between two gates.</summary>
internal sealed class GatedConvolutionLayerFactory : LayerFactory
{
    public override char Symbol => 'C';

    public override Layer Build(LayerContext context)
    {
        var taps = TapsOf(context.Configuration.Shape);
        return new GatedConvolutionLayer(context, inner: taps.Rows, taps.Columns);
    }

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) =>
        [("inner", TapsOf(shape).Rows, Padding.ToGranule(TapsOf(shape).Rows))];

    private PrimitiveTensor TapsOf(ModelShape shape) => PrimitiveRegistry.Default[Symbol].Tensors(shape)[1];
}
