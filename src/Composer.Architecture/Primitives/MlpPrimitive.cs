namespace Composer.Architecture.Primitives;

/// <summary>SwiGLU multi-layer perceptron (Composer, section 2.1): the <c>M</c> layer.</summary>
public sealed class MlpPrimitive : Primitive
{
    public override char Symbol => 'M';

    public override string Name => "SwiGLU MLP";

    /// <summary>3·dim·hidden: gate, up and down.</summary>
    public override long Parameters(ModelShape shape) =>
        checked(3L * shape.Dim * shape.Hidden);

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 0;

    public override long CachedValuesPerToken(ModelShape shape) => 0;
}
