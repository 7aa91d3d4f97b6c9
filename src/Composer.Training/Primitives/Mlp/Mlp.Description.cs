using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Primitives.Mlp;

/// <summary>SwiGLU multi-layer perceptron (Composer, section 2.1): the <c>M</c> layer.</summary>
internal sealed class MlpDescription : Primitive
{
    public override char Symbol => 'M';

    public override string Name => "SwiGLU MLP";

    public override bool IsSearchedByDefault => true;

    /// <summary>3·dim·hidden: gate, up and down.</summary>
    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) =>
    [
        new("mlp.gate", shape.Hidden, shape.Dim),
        new("mlp.up", shape.Hidden, shape.Dim),
        new("mlp.down", shape.Dim, shape.Hidden) { WritesResidual = true },
    ];

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 0;

    public override long CachedValues(ModelShape shape, int length) => 0;
}
