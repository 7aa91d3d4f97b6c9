using System.Diagnostics;
using Composer.Training.Parameters;

namespace Composer.Training.Kernels;

/// <summary>Another tier's kernels with a stopwatch around each call; what was computed stays the same.</summary>
/// <remarks>
/// Chosen once, when a model is built: without it nothing is timed. Each thread has its own clocks. A product
/// belongs to the part whose matrix it reads; those of the attention read no packed matrix.
/// </remarks>
internal sealed unsafe class ProfilingKernels(TierKernels inner) : TierKernels
{
    private readonly ThreadLocal<Clocks> clocks = new(() => new Clocks(), trackAllValues: true);
    private readonly TierKernels kernels = inner;
    private ParameterStore? store;
    private PackedMatrix? embedding;

    public override InstructionSetTier Tier => kernels.Tier;

    /// <summary>Whose matrices the products read.</summary>
    public void Observe(ParameterStore observed, PackedMatrix observedEmbedding) => (store, embedding) = (observed, observedEmbedding);

    /// <summary>Starts again.</summary>
    public void Clear()
    {
        foreach (var clock in clocks.Values)
        {
            Array.Clear(clock.Ticks);
            Array.Clear(clock.Calls);
        }
    }

    /// <summary>Seconds and calls of a part, all threads together.</summary>
    public (double Seconds, long Calls) Of(KernelPart part) => (
        clocks.Values.Sum(clock => clock.Ticks[(int)part]) / (double)Stopwatch.Frequency,
        clocks.Values.Sum(clock => clock.Calls[(int)part]));

    public override void Multiply(
        int rows,
        int inner,
        int columns,
        float* x,
        nint ldx,
        float* b,
        nint ldb,
        nint panelStride,
        float* y,
        nint ldy,
        float* addend)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Multiply(rows, inner, columns, x, ldx, b, ldb, panelStride, y, ldy, addend);
        Count(ProductOf(b, panelStride), started);
    }

    public override void AccumulateTransposed(
        int rows,
        int inner,
        int columns,
        float* x,
        nint ldx,
        float* dy,
        nint lddy,
        float* c,
        nint ldc,
        nint panelStride)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.AccumulateTransposed(rows, inner, columns, x, ldx, dy, lddy, c, ldc, panelStride);
        Count(AccumulationOf(inner, columns, panelStride), started);
    }

    public override void Transpose(int rows, int columns, float* source, nint lds, float* destination, nint ldd)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Transpose(rows, columns, source, lds, destination, ldd);
        Count(lds == PanelWidth && ldd == PanelWidth ? KernelPart.Update : KernelPart.Attention, started);
    }

    public override void Add(float* destination, float* source, nint count)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Add(destination, source, count);
        Count(KernelPart.Sum, started);
    }

    public override void Scale(float* x, nint count, float factor)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Scale(x, count, factor);
        Count(clocks.Value!.Softmax, started);
    }

    public override double SumOfSquares(float* x, nint count)
    {
        var started = Stopwatch.GetTimestamp();
        var result = kernels.SumOfSquares(x, count);
        Count(KernelPart.Sum, started);
        return result;
    }

    public override void NarrowAttention(
        int rows, int window, float* queries, float* keys, float* values, nint ld, float* output, float* offsets)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.NarrowAttention(rows, window, queries, keys, values, ld, output, offsets);
        Count(KernelPart.Attention, started);
    }

    public override void NarrowAttentionBackward(
        int rows,
        int window,
        float* queries,
        float* keys,
        nint ld,
        float* dOutput,
        nint ldo,
        float* keysTransposed,
        float* valuesTransposed,
        float* offsets,
        float* negatedDeltas,
        float* dQueries,
        float* dKeys,
        float* dValues,
        float* scratch)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.NarrowAttentionBackward(
            rows, window, queries, keys, ld, dOutput, ldo, keysTransposed, valuesTransposed,
            offsets, negatedDeltas, dQueries, dKeys, dValues, scratch);
        Count(KernelPart.Attention, started);
    }

    public override void Normalize(int rows, int width, float epsilon, float* x, float* gain, float* y, nint ld)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Normalize(rows, width, epsilon, x, gain, y, ld);
        Count(KernelPart.Norm, started);
    }

    public override void NormalizeBackward(
        int rows,
        int width,
        float epsilon,
        float* x,
        float* gain,
        float* dy,
        float* dx,
        float* dgain,
        nint ld)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.NormalizeBackward(rows, width, epsilon, x, gain, dy, dx, dgain, ld);
        Count(KernelPart.Norm, started);
    }

    public override void SwiGlu(int rows, int width, float* gateUp, nint ldg, float* h, nint ldh)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.SwiGlu(rows, width, gateUp, ldg, h, ldh);
        Count(KernelPart.Activation, started);
    }

    public override void SwiGluBackward(int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.SwiGluBackward(rows, width, gateUp, ldg, dh, ldh);
        Count(KernelPart.Activation, started);
    }

    public override void Gelu(float* x, float* y, nint count)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Gelu(x, y, count);
        Count(KernelPart.Activation, started);
    }

    public override void GeluBackward(float* x, float* dy, nint count)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.GeluBackward(x, dy, count);
        Count(KernelPart.Activation, started);
    }

    public override void Rotate(
        int rows,
        int heads,
        int headSize,
        int headStride,
        float* x,
        nint ld,
        float* cosine,
        float* sine,
        float scale,
        float direction)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Rotate(rows, heads, headSize, headStride, x, ld, cosine, sine, scale, direction);
        Count(KernelPart.Rotation, started);
    }

    public override void NegatedHeadDots(int rows, int heads, int headStride, float* a, nint lda, float* b, nint ldb, float* negated)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.NegatedHeadDots(rows, heads, headStride, a, lda, b, ldb, negated);
        Count(KernelPart.Attention, started);
    }

    public override float Exponentials(float* z, int count, int padded, float exponentScale, out float maximum)
    {
        var started = Stopwatch.GetTimestamp();
        var result = kernels.Exponentials(z, count, padded, exponentScale, out maximum);
        Count(SoftmaxOf(exponentScale), started);
        return result;
    }

    public override void SoftmaxBackward(float* s, float* dp, int count, int padded, float offset, float negatedDelta)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.SoftmaxBackward(s, dp, count, padded, offset, negatedDelta);
        Count(KernelPart.Attention, started);
    }

    public override void Update(float* parameter, float* gradient, float* first, float* second, nint count, in AdamWCoefficients c)
    {
        var started = Stopwatch.GetTimestamp();
        kernels.Update(parameter, gradient, first, second, count, in c);
        Count(KernelPart.Update, started);
    }

    private void Count(KernelPart part, long started)
    {
        var clock = clocks.Value!;
        clock.Ticks[(int)part] += Stopwatch.GetTimestamp() - started;
        clock.Calls[(int)part]++;
    }

    private KernelPart ProductOf(float* b, nint panelStride)
    {
        if (panelStride == PanelWidth || store is null)
        {
            return KernelPart.Attention;
        }

        var (offset, transposed) = (b - store.Values, b - store.Transposed);
        var forward = offset >= 0 && offset < store.Count;
        offset = forward ? offset : transposed;
        return offset >= embedding!.Offset && offset < embedding.Offset + embedding.Count ? KernelPart.Head
            : forward ? KernelPart.ForwardProducts
            : KernelPart.InputGradients;
    }

    // Where a gradient lies says nothing: a matrix as large as the embedding is taken for it.
    private KernelPart AccumulationOf(int inner, int columns, nint panelStride) =>
        panelStride == PanelWidth || embedding is null ? KernelPart.Attention
        : inner == embedding.Inner && columns == Padding.ToGranule(embedding.Columns) && panelStride == embedding.PanelStride ? KernelPart.Head
        : KernelPart.WeightGradients;

    // Scores are in powers of 2, logits in nats. What is scaled next is of the same softmax.
    private KernelPart SoftmaxOf(float exponentScale) =>
        clocks.Value!.Softmax = exponentScale == 1f ? KernelPart.Attention : KernelPart.Head;

    private sealed class Clocks
    {
        public long[] Ticks { get; } = new long[Enum.GetValues<KernelPart>().Length];

        public long[] Calls { get; } = new long[Enum.GetValues<KernelPart>().Length];

        public KernelPart Softmax { get; set; }
    }
}
