using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Primitives.GatedConvolution;

/// <summary>
/// A short convolution between two gates (LFM2, Liquid AI 2025): the <c>C</c> layer.
/// [b, c, u] = x · W_in; z = b ⊙ u; y[t] = Σ_j w[j] ⊙ z[t − 2 + j]; f(x) = (c ⊙ y) · W_out.
/// </summary>
internal sealed class GatedConvolutionDescription : Primitive
{
    /// <summary>Positions that the convolution sees, a position's own among them.</summary>
    private const int Taps = 3;

    private const string Inner = "inner";

    public override char Symbol => 'C';

    public override string Name => "gated short convolution";

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
        [new(Inner, AtSize: 0, InSearch: 0, Least: 0, Most: 1 << 20, "Channels that are convolved; 0 for as many as the model is wide.")];

    public override string WidthOption => Inner;

    /// <summary>4·dim·inner + 3·inner: into the gates and what is convolved, three taps a channel, out.</summary>
    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape)
    {
        var inner = WidthOf(shape);
        return
        [
            new("conv.in", checked(3 * inner), shape.Dim),
            ConvolutionTaps.Tensor("conv.taps", inner, Taps),
            new("conv.out", shape.Dim, inner) { WritesResidual = true },
        ];
    }

    /// <summary>None: a tap is a parameter, multiplied once a token as any other.</summary>
    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 0;

    /// <summary>Two rows of z, whatever the length.</summary>
    public override long CachedValues(ModelShape shape, int length) => (Taps - 1) * (long)WidthOf(shape);

    private int WidthOf(ModelShape shape) => ValueOf(Inner, shape) is > 0 and var inner ? inner : shape.Dim;
}
