using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.MixtureOfExperts;

/// <summary>The <c>E</c> layer: a mixture of SwiGLU experts.</summary>
internal sealed class MixtureOfExpertsLayerFactory : LayerFactory
{
    public override char Symbol => 'E';

    public override Layer Build(LayerContext context)
    {
        var (primitive, shape) = (PrimitiveRegistry.Default[Symbol], context.Configuration.Shape);
        return new MixtureOfExpertsLayer(
            context,
            primitive.ValueOf("experts", shape),
            primitive.ValueOf("active", shape),
            HiddenOf(shape),
            (float)primitive.AuxiliaryLossFactor);
    }

    public override IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) =>
        [("expert_hidden", HiddenOf(shape), Padding.ToGranule(HiddenOf(shape)))];

    private int HiddenOf(ModelShape shape) => PrimitiveRegistry.Default[Symbol].Tensors(shape)[1].Rows;
}
