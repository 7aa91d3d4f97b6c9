using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>Mamba-2, a state-space model whose decay is one number a head (SSD; Dao and Gu 2024): the <c>S</c> layer.</summary>
/// <remarks>
/// [z, x, B, C, dt] = in · u; x, B and C through a causal convolution over 4 positions with bias, each channel its own, and
/// SiLU; x [heads, head size]; Δ = softplus(dt + dt_bias); per head s_t = e^(−e^a_log · Δ_t) · s_(t−1) + Δ_t · x_t ⊗ B_t and
/// y_t = s_t · C_t + d · x_t; out · (rmsnorm(y ⊙ silu(z)) ⊙ norm). B and C are shared by all heads, one group.
/// </remarks>
internal sealed class Mamba2Description : Primitive
{
    /// <summary>Positions that the convolution sees.</summary>
    internal const int Taps = 4;

    private const string Inner = "inner";
    private const string HeadSize = "head_size";
    private const string State = "state";
    private const double LeastStep = 0.001;
    private const double MostStep = 0.1;

    public override char Symbol => 'S';

    public override string Name => "Mamba-2";

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
    [
        new(Inner, AtSize: 0, InSearch: 0, Least: 0, Most: 1 << 17, "Inner width, of all heads together; 0 for 2 · dim."),
        new(HeadSize, AtSize: 64, InSearch: 16, Least: 1, Most: 1024, "Features of a head, which share a decay."),
        new(State, AtSize: 64, InSearch: 16, Least: 1, Most: 1024, "Numbers that a state keeps of each feature."),
    ];

    public override string? WidthOption => Inner;

    /// <summary>dim · (2 · inner + 2 · state + heads) + 5 · (inner + 2 · state) + 3 · heads + inner + inner · dim.</summary>
    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape)
    {
        var (inner, heads, state) = (InnerOf(shape), HeadsOf(shape), StateOf(shape));
        var convolved = checked(inner + (2 * state));
        var taps = ConvolutionTaps.Tensor("mamba2.conv", convolved, Taps);
        return
        [
            new("mamba2.in", checked(inner + convolved + heads), shape.Dim),
            taps,
            new("mamba2.conv_bias", convolved, 1) { Decays = false, Fill = taps.Fill },
            new("mamba2.dt_bias", heads, 1) { Decays = false, Fill = FillSteps },
            new("mamba2.a_log", heads, 1) { Decays = false, Fill = FillRates },
            new("mamba2.d", heads, 1) { Decays = false },
            new("mamba2.norm", inner, 1),
            new("mamba2.out", shape.Dim, inner) { WritesResidual = true },
        ];
    }

    /// <summary>
    /// 12 · inner · state, at any length: forward a multiplication and an addition of each number of the state for what
    /// flows in and as many for what is read, backward twice as many.
    /// </summary>
    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => checked(12L * InnerOf(shape) * StateOf(shape));

    /// <summary>The state, inner · state, and three positions of what is convolved, at any length.</summary>
    public override long CachedValues(ModelShape shape, int length) =>
        checked(((long)InnerOf(shape) * StateOf(shape)) + ((Taps - 1) * ((long)InnerOf(shape) + (2L * StateOf(shape)))));

    public override IEnumerable<string> Mistakes(ModelShape shape)
    {
        var (inner, head) = (InnerOf(shape), HeadSizeOf(shape));
        if (inner % head != 0)
        {
            var from = ValueOf(Inner, shape) == 0 ? ", 2 · dim" : "";
            var least = inner / head * head;
            var near = least == 0 ? FormattableString.Invariant($"{head}") : FormattableString.Invariant($"{least} or {least + head}");
            var divisor = GreatestCommonDivisor(inner, head);
            yield return FormattableString.Invariant(
                $"head_size of S ({head}) must divide its inner width ({inner}{from}): let inner be {near}, or head_size {divisor}.");
        }
    }

    /// <summary>Features of all heads.</summary>
    internal int InnerOf(ModelShape shape) => ValueOf(Inner, shape) is > 0 and var inner ? inner : checked(2 * shape.Dim);

    /// <summary>Features of a head.</summary>
    internal int HeadSizeOf(ModelShape shape) => ValueOf(HeadSize, shape);

    /// <summary>Heads, each with its decay.</summary>
    internal int HeadsOf(ModelShape shape) => InnerOf(shape) / HeadSizeOf(shape);

    /// <summary>Numbers that are kept of each feature.</summary>
    internal int StateOf(ModelShape shape) => ValueOf(State, shape);

    // Step sizes spread evenly by their logarithms; the bias is what softplus makes them of.
    private static void FillSteps(Rng rng, Span<float> values)
    {
        foreach (ref var value in values)
        {
            var step = LeastStep * Math.Pow(MostStep / LeastStep, rng.NextDouble());
            value = (float)Math.Log(Math.Exp(step) - 1);
        }
    }

    // Decay rates e^a_log uniform from 1 to 16.
    private static void FillRates(Rng rng, Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = (float)Math.Log(1 + (15 * rng.NextDouble()));
        }
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
