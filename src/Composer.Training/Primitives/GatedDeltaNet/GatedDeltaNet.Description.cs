using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>
/// Gated DeltaNet (Yang, Kautz and Hatamizadeh 2024, arXiv 2412.06464; Qwen3-Next, Kimi Linear): the <c>G</c> layer.
/// </summary>
/// <remarks>
/// q, k, v = silu(convolution of width 4 of x·W), heads of <c>head_size</c>; q and k divided by √(Σ² + 10⁻⁶) a head.
/// S_t = α_t·S_{t−1}·(I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ, o_t = S_t q_t, with α_t = exp(−exp(a_log)·softplus(x·W_a + a_bias)) and
/// β_t = σ(x·W_b) a head; out = (rmsnorm of each head of o · gain ⊙ silu(x·W_g))·W_o. The published code divides q by √(head
/// size) too: the norm takes that back but for its ε, and the form has none.
/// <para>
/// Parameters 5·dim·inner + 12·inner + 2·dim·heads + 2·heads + head_size. As there, a begins uniform in (0, 16], and softplus
/// of its bias log-uniform in [.001, .1]; neither decays.
/// </para>
/// </remarks>
internal sealed class GatedDeltaNetDescription : Primitive
{
    /// <summary>Positions that a short convolution sees.</summary>
    public const int Taps = 4;

    private const string Inner = "inner";
    private const string HeadSize = "head_size";

    public override char Symbol => 'G';

    public override string Name => "gated DeltaNet";

    public override string WidthOption => Inner;

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
    [
        new(Inner, AtSize: 0, InSearch: 0, Least: 0, Most: 1 << 20, "Features of all heads together; 0 for as many as the model has."),
        new(HeadSize, AtSize: 64, InSearch: 16, Least: 1, Most: 1024, "Features of a head, whose state is their square; divides inner."),
    ];

    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape)
    {
        var inner = InnerOf(shape);
        var heads = inner / HeadSizeOf(shape);
        return
        [
            new("delta.q", inner, shape.Dim),
            new("delta.k", inner, shape.Dim),
            new("delta.v", inner, shape.Dim),
            ConvolutionTaps.Tensor("delta.q_conv", inner, Taps),
            ConvolutionTaps.Tensor("delta.k_conv", inner, Taps),
            ConvolutionTaps.Tensor("delta.v_conv", inner, Taps),
            new("delta.a", heads, shape.Dim),
            new("delta.b", heads, shape.Dim),
            new("delta.a_bias", heads, 1) { Decays = false, Fill = FillBias },
            new("delta.a_log", heads, 1) { Decays = false, Fill = FillLogRate },
            new("delta.gate", inner, shape.Dim),
            new("delta.norm", HeadSizeOf(shape), 1),
            new("delta.out", shape.Dim, inner) { WritesResidual = true },
        ];
    }

    /// <summary>
    /// 18·head size·inner: S k, the outer product and S q are 2·head size operations a feature each, and twice that backward.
    /// </summary>
    /// <remarks>The decay's one multiplication a number of the state is not counted; nor is what a form by chunks computes more.</remarks>
    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) =>
        checked(18L * HeadSizeOf(shape) * InnerOf(shape));

    /// <summary>The state of each head, and three rows of q, k and v, whatever the length.</summary>
    public override long CachedValues(ModelShape shape, int length) =>
        checked((long)InnerOf(shape) * (HeadSizeOf(shape) + (3 * (Taps - 1))));

    public override IEnumerable<string> Mistakes(ModelShape shape)
    {
        var (inner, headSize) = (InnerOf(shape), HeadSizeOf(shape));
        if (inner % headSize != 0)
        {
            var what = ValueOf(Inner, shape) == 0 ? "dim, which is the inner width of G where inner is 0," : "inner of G";
            var (nearest, divisor) = (Math.Max(1, inner / headSize) * headSize, LargestDivisor(inner, headSize));
            yield return FormattableString.Invariant(
                $"{what} ({inner}) must be a multiple of its head_size ({headSize}): set inner to {nearest}, or head_size to {divisor}.");
        }
    }

    private int InnerOf(ModelShape shape) => ValueOf(Inner, shape) is > 0 and var inner ? inner : shape.Dim;

    private int HeadSizeOf(ModelShape shape) => ValueOf(HeadSize, shape);

    // softplus of it is log-uniform in [.001, .1]; the inverse of softplus is x + log(1 − e^−x).
    private static void FillBias(Rng rng, Span<float> values)
    {
        foreach (ref var value in values)
        {
            var step = 0.001 * Math.Pow(100, rng.NextDouble());
            value = (float)(step + Math.Log(-(Math.Exp(-step) - 1)));
        }
    }

    private static void FillLogRate(Rng rng, Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = (float)Math.Log(16 * (1 - rng.NextDouble()));
        }
    }

    private static int LargestDivisor(int number, int most)
    {
        while (number % most != 0)
        {
            most--;
        }

        return most;
    }
}
