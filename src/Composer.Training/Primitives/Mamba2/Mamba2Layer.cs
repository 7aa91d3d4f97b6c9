using Composer.Training.Layers;
using Composer.Training.Parameters;
using Composer.Training.Profiling;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>
/// f(u) = out · rmsnorm((y + d · x) ⊙ silu(z)): z, x, B, C and dt are one product of u, x, B and C are convolved, and y comes
/// of the recurrence (<see cref="ChunkedScan"/>); see the description.
/// </summary>
internal sealed unsafe class Mamba2Layer : Layer
{
    private static readonly PassPart ScanForward = new("S, scan, forward");
    private static readonly PassPart ScanBackward = new("S, scan, backward");

    private readonly Mamba2Layout layout;
    private readonly float epsilon;
    private readonly PackedMatrix input;
    private readonly PackedMatrix output;
    private readonly ShortConvolution convolution;
    private readonly long stepBias;
    private readonly long logRates;
    private readonly long skip;
    private readonly long gain;

    public Mamba2Layer(LayerContext context)
    {
        var dim = context.Configuration.Shape.Dim;
        var (plan, any) = (context.Plan, AxisMap.Contiguous());
        layout = new Mamba2Layout(context.Configuration.Shape);
        epsilon = context.Configuration.NormEpsilon;
        input = plan.AddMatrix(dim, layout.Width);
        output = plan.AddMatrix(layout.InnerWidth, dim);
        convolution = new ShortConvolution(plan, layout.ConvolvedWidth, layout.Taps, hasBias: true, hasSilu: true);
        gain = plan.AddVectors(1, layout.InnerWidth);

        (int Rows, AxisMap Map)[] convolved =
        [
            (layout.Inner, layout.HeadsFrom(0)),
            (layout.State, AxisMap.Contiguous(layout.KeyOffset)),
            (layout.State, AxisMap.Contiguous(layout.QueryOffset)),
        ];
        (int Rows, AxisMap Map)[] rows =
        [
            (layout.Inner, layout.HeadsFrom(0)),
            .. convolved.Select(part => (part.Rows, part.Map with { Offset = part.Map.Offset + layout.InputOffset })),
            (layout.Heads, AxisMap.Contiguous(layout.StepOffset)),
        ];
        plan.Bind(Name("in"), new ParameterBinding.Stacked(
            [.. rows.Select(part => (part.Rows, (ParameterBinding)new ParameterBinding.Projection(input, part.Map, any)))]));
        convolution.Bind(Name("conv"), convolved);
        convolution.BindBias(Name("conv_bias"), convolved);
        stepBias = plan.AddVector(Name("dt_bias"), layout.Heads);
        logRates = plan.AddVector(Name("a_log"), layout.Heads);
        skip = plan.AddVector(Name("d"), layout.Heads);
        plan.Bind(Name("norm"), new ParameterBinding.Taps(gain, layout.HeadsFrom(0), 0));
        plan.Bind(Name("out"), new ParameterBinding.Projection(output, any, layout.HeadsFrom(0)));

        string Name(string tensor) => $"{context.Prefix}mamba2.{tensor}";
    }

    public override long ScratchFloats(int rows) =>
        ((long)rows * (layout.Stride + layout.InnerStride + (2 * layout.HeadsWidth)))
        + layout.InnerWidth + layout.HeadsWidth + ChunkedScan.BackwardFloats(layout);

    public override LayerState CreateState(AlignedArena arena, int rows) => new State
    {
        Rows = arena.Allocate((long)rows * layout.Stride),
        Convolved = arena.Allocate((long)rows * layout.ConvolvedStride),
        Mixed = arena.Allocate((long)rows * layout.InnerStride),
        Steps = arena.Allocate((long)rows * layout.HeadsWidth),
        Decays = arena.Allocate((long)rows * layout.HeadsWidth),
        States = arena.Allocate((layout.Chunks(rows) - 1L) * layout.StateFloats),
    };

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        var (saved, kernels) = ((State)state, pass.Kernels);
        var values = pass.Store.Values;
        var gated = pass.Scratch;
        var rates = gated + ((nint)pass.Rows * layout.InnerStride);
        var scratch = rates + layout.HeadsWidth;
        pass.Project(input, pass.Rows, normed, pass.Stride, saved.Rows, layout.Stride);
        convolution.Forward(pass, saved.Rows + layout.InputOffset, layout.Stride, saved.Convolved, layout.ConvolvedStride);
        Rates(pass, rates);
        kernels.StepSizes(
            pass.Rows, layout.Heads, layout.Chunk, saved.Rows + layout.StepOffset, layout.Stride,
            values + stepBias, rates, saved.Steps, saved.Decays, layout.HeadsWidth);
        using (pass.Begin(ScanForward))
        {
            var scan = new ChunkedScan(kernels, layout, 0, layout.Heads, scratch);
            for (var first = 0; first < pass.Rows; first += layout.Chunk)
            {
                scan.Forward(
                    Math.Min(layout.Chunk, pass.Rows - first),
                    saved.Convolved + ((nint)first * layout.ConvolvedStride),
                    saved.Steps + ((nint)first * layout.HeadsWidth),
                    saved.Decays + ((nint)first * layout.HeadsWidth),
                    saved.Mixed + ((nint)first * layout.InnerStride),
                    saved.StateAt(first, pass.Rows, layout),
                    saved.StateAt(first + layout.Chunk, pass.Rows, layout));
            }
        }

        kernels.NormalizeGated(
            pass.Rows, layout.Heads, layout.HeadStride, layout.Inner, epsilon, saved.Mixed, layout.InnerStride,
            saved.Convolved, layout.ConvolvedStride, values + skip, saved.Rows, layout.Stride, values + gain, gated);
        pass.Project(this.output, pass.Rows, gated, layout.InnerStride, output, pass.Stride, residual);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        var (saved, kernels, rows) = ((State)state, pass.Kernels, (nint)pass.Rows);
        var values = pass.Store.Values;
        var gradient = pass.Gradient;
        var dRows = pass.Scratch;
        var gated = dRows + (rows * layout.Stride);
        var dSteps = gated + (rows * layout.InnerStride);
        var dDecays = dSteps + (rows * layout.HeadsWidth);
        var dSkip = dDecays + (rows * layout.HeadsWidth);
        var rates = dSkip + layout.InnerWidth;
        var scratch = rates + layout.HeadsWidth;
        new Span<float>(dSteps, (2 * (int)rows * layout.HeadsWidth) + layout.InnerWidth).Clear();
        Rates(pass, rates);

        // Gradients take the place of what they are the gradients of: what is near in the caches stays so.
        pass.ProjectBackward(this.output, pass.Rows, dOutput, pass.Stride, gated, layout.InnerStride);
        kernels.NormalizeGatedBackward(
            pass.Length, layout.Heads, layout.HeadStride, layout.Inner, epsilon, saved.Mixed, layout.InnerStride,
            saved.Convolved, layout.ConvolvedStride, values + skip, saved.Rows, layout.Stride, values + gain, gated,
            dRows, dDecays, layout.HeadsWidth, gradient + gain, dSkip);
        for (nint t = pass.Length; t < rows; t++)
        {
            new Span<float>(saved.Mixed + (t * layout.InnerStride), layout.InnerWidth).Clear();
            new Span<float>(dRows + (t * layout.Stride), layout.InnerWidth).Clear();
        }

        SumHeads(dSkip, gradient + skip);
        pass.AccumulateWeight(this.output, gated, layout.InnerStride, dOutput, pass.Stride);
        using (pass.Begin(ScanBackward))
        {
            var scan = new ChunkedScan(kernels, layout, 0, layout.Heads, scratch);
            for (var first = (layout.Chunks(pass.Rows) - 1) * layout.Chunk; first >= 0; first -= layout.Chunk)
            {
                var (row, head) = (first * (nint)layout.InnerStride, first * (nint)layout.HeadsWidth);
                scan.Backward(
                    Math.Min(layout.Chunk, pass.Rows - first),
                    saved.Convolved + ((nint)first * layout.ConvolvedStride),
                    saved.Steps + head,
                    saved.Decays + head,
                    values + skip,
                    saved.Mixed + row,
                    dSteps + head,
                    dDecays + head,
                    saved.StateAt(first, pass.Rows, layout),
                    saved.StateAt(first + layout.Chunk, pass.Rows, layout));
            }
        }

        convolution.Backward(
            pass, saved.Rows + layout.InputOffset, layout.Stride, saved.Convolved, layout.ConvolvedStride,
            dRows + layout.InputOffset, layout.Stride);
        kernels.StepSizesBackward(
            pass.Rows, layout.Heads, layout.Chunk, saved.Rows + layout.StepOffset, layout.Stride, values + stepBias, rates,
            saved.Steps, dSteps, dDecays, layout.HeadsWidth, dRows + layout.StepOffset, layout.Stride,
            gradient + stepBias, gradient + logRates);
        pass.AccumulateWeight(input, normed, pass.Stride, dRows, layout.Stride);
        pass.ProjectBackward(input, pass.Rows, dRows, layout.Stride, dNormed, pass.Stride);
    }

    public override long CacheBytes(int maximumLength) => sizeof(float) * (layout.StateFloats + convolution.CacheFloats);

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) =>
        new Mamba2Cache(arena, layout, convolution.CreateCache(arena, sequences), sequences);

    public override long DecodeScratchFloats(int rows, int threads) =>
        ((long)rows * (layout.Stride + layout.ConvolvedStride + layout.InnerStride + (4 * layout.HeadsWidth)))
        + layout.HeadsWidth + (threads * ChunkedScan.ForwardFloats(layout));

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var (own, kernels) = ((Mamba2Cache)cache, pass.Kernels);
        var values = pass.Sequence.Store.Values;
        nint rows = Padding.ToGranule(pass.Rows);
        var newRows = pass.Scratch;
        var convolved = newRows + (rows * layout.Stride);
        var mixed = convolved + (rows * layout.ConvolvedStride);
        var rates = mixed + (rows * layout.InnerStride);
        var scratch = rates + layout.HeadsWidth;
        pass.Project(input, normed, pass.Stride, newRows, layout.Stride);
        convolution.Decode(
            pass, own.Convolution, newRows + layout.InputOffset, layout.Stride, convolved, layout.ConvolvedStride);
        Rates(pass.Sequence, rates);
        own.Advance(pass, newRows + layout.StepOffset, values + stepBias, rates, convolved, mixed, scratch);
        kernels.NormalizeGated(
            pass.Rows, layout.Heads, layout.HeadStride, layout.Inner, epsilon, mixed, layout.InnerStride,
            convolved, layout.ConvolvedStride, values + skip, newRows, layout.Stride, values + gain, mixed);
        pass.Project(output, mixed, layout.InnerStride, residual, pass.Stride, residual);
    }

    // [heads]: e^a_log.
    private void Rates(SequencePass pass, float* rates)
    {
        for (var h = 0; h < layout.HeadsWidth; h++)
        {
            rates[h] = h < layout.Heads ? MathF.Exp(pass.Store.Values[logRates + h]) : 0f;
        }
    }

    private void SumHeads(float* features, float* sums)
    {
        for (var h = 0; h < layout.Heads; h++)
        {
            for (var d = 0; d < layout.HeadStride; d++)
            {
                sums[h] += features[(h * layout.HeadStride) + d];
            }
        }
    }

    private sealed class State : LayerState
    {
        /// <summary>z | x | B | C | dt.</summary>
        public required float* Rows { get; init; }

        /// <summary>x | B | C, convolved.</summary>
        public required float* Convolved { get; init; }

        /// <summary>What the recurrence gives, without d · x.</summary>
        public required float* Mixed { get; init; }

        /// <summary>[rows, heads].</summary>
        public required float* Steps { get; init; }

        /// <summary>[rows, heads]: logarithms, summed up within a chunk.</summary>
        public required float* Decays { get; init; }

        /// <summary>[chunks − 1]: the state before each chunk but the first.</summary>
        public required float* States { get; init; }

        /// <summary>The state before a chunk's first row; null where there is none or nobody wants it.</summary>
        public float* StateAt(int row, int rows, Mamba2Layout layout) =>
            row == 0 || row >= rows ? null : States + (((nint)(row / layout.Chunk) - 1) * layout.StateFloats);
    }
}
