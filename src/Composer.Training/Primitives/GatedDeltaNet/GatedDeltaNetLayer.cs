using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>
/// f(x) = (rmsnorm of each head of o · gain ⊙ silu(x · gate)) · out, where o_t = S_t q_t is what the gated delta rule
/// reads of its state; queries, keys and values are convolved, queries and keys of length 1.
/// </summary>
/// <remarks>All that is projected of x is one packed matrix. What mixes positions is <see cref="DeltaRule"/>.</remarks>
internal sealed unsafe class GatedDeltaNetLayer : Layer
{
    /// <summary>Under the root by which queries and keys are divided.</summary>
    private const float LengthEpsilon = 1e-6f;

    private readonly DeltaLayout layout;
    private readonly float normEpsilon;
    private readonly PackedMatrix input;
    private readonly PackedMatrix output;
    private readonly ShortConvolution convolution;
    private readonly long bias;
    private readonly long logRate;
    private readonly long gain;

    public GatedDeltaNetLayer(LayerContext context)
    {
        var (plan, dim) = (context.Plan, context.Configuration.Shape.Dim);
        layout = new DeltaLayout(context.Configuration.Shape);
        normEpsilon = context.Configuration.NormEpsilon;
        input = plan.AddMatrix(dim, layout.ProjectedWidth);
        output = plan.AddMatrix(layout.Width, dim);
        convolution = new ShortConvolution(plan, layout.ConvolvedWidth, layout.Taps, hasSilu: true);

        var any = AxisMap.Contiguous();
        BindInput("q", layout.MapFrom(0));
        BindInput("k", layout.MapFrom(layout.KeyOffset));
        BindInput("v", layout.MapFrom(layout.ValueOffset));
        convolution.Bind(Name("q_conv"), layout.MapFrom(0));
        convolution.Bind(Name("k_conv"), layout.MapFrom(layout.KeyOffset));
        convolution.Bind(Name("v_conv"), layout.MapFrom(layout.ValueOffset));
        BindInput("a", AxisMap.Contiguous(layout.GateOffset));
        BindInput("b", AxisMap.Contiguous(layout.GateOffset + layout.GateWidth));
        bias = plan.AddVector(Name("a_bias"), layout.Heads);
        logRate = plan.AddVector(Name("a_log"), layout.Heads);
        BindInput("gate", layout.MapFrom(layout.OutputGateOffset));
        gain = plan.AddVector(Name("norm"), layout.HeadSize);
        plan.Bind(Name("out"), new ParameterBinding.Projection(output, any, layout.MapFrom(0)));

        string Name(string tensor) => $"{context.Prefix}delta.{tensor}";

        void BindInput(string tensor, AxisMap columns) =>
            plan.Bind(Name(tensor), new ParameterBinding.Projection(input, columns, any));
    }

    public override long CacheBytes(int maximumLength) => sizeof(float) * (DeltaCache.StateFloats(layout) + convolution.CacheFloats);

    // Of the backward, which takes more: gradients of what is projected and convolved, of outputs, and of gates twice over.
    public override long ScratchFloats(int rows) =>
        ((long)rows * (layout.ProjectedStride + layout.ConvolvedStride + (2 * layout.Stride) + (4 * layout.GateWidth)))
        + DeltaRule.ScratchFloats(layout);

    public override LayerState CreateState(AlignedArena arena, int rows) => new State
    {
        Projected = arena.Allocate((long)rows * layout.ProjectedStride),
        Convolved = arena.Allocate((long)rows * layout.ConvolvedStride),
        Inverses = arena.Allocate(2L * rows * layout.Heads),
        Gates = arena.Allocate(2L * rows * layout.GateWidth),
        Changes = arena.Allocate((long)rows * layout.Stride),
        Output = arena.Allocate((long)rows * layout.Stride),
        States = arena.Allocate(DeltaRule.StateFloats(layout, rows)),
    };

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        var saved = (State)state;
        var (rows, width) = (pass.Rows, layout.GateWidth);
        var mixed = pass.Scratch;
        var gateRows = mixed + ((nint)rows * layout.Stride);
        var scratch = gateRows + (2 * (nint)rows * width);
        pass.Project(input, rows, normed, pass.Stride, saved.Projected, layout.ProjectedStride);
        convolution.Forward(pass, saved.Projected, layout.ProjectedStride, saved.Convolved, layout.ConvolvedStride);
        pass.Kernels.NormalizeHeads(
            rows, 2 * layout.Heads, layout.HeadStride, LengthEpsilon, saved.Convolved, layout.ConvolvedStride, saved.Inverses);
        Gates(pass, rows, layout.Chunk, saved.Projected, gateRows);
        pass.Kernels.Transpose(rows, width, gateRows, width, saved.Gates, rows);
        pass.Kernels.Transpose(
            rows, width, gateRows + ((nint)rows * width), width, saved.Gates + ((nint)rows * width), rows);
        DeltaRule.Forward(pass, layout, saved.Convolved, saved.Gates, saved.States, saved.Changes, saved.Output, scratch);
        NormalizeOutput(pass, rows, saved.Projected, saved.Output, mixed);
        pass.Project(this.output, rows, mixed, layout.Stride, output, pass.Stride, residual);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        var saved = (State)state;
        var (kernels, rows, width) = (pass.Kernels, pass.Rows, layout.GateWidth);
        var dProjected = pass.Scratch;
        var dConvolved = dProjected + ((nint)rows * layout.ProjectedStride);
        var dMixed = dConvolved + ((nint)rows * layout.ConvolvedStride);
        var dStates = dMixed + ((nint)rows * layout.Stride);
        var dGates = dStates + ((nint)rows * layout.Stride);
        var dGateRows = dGates + (2 * (nint)rows * width);
        var scratch = dGateRows + (2 * (nint)rows * width);

        pass.ProjectBackward(output, rows, dOutput, pass.Stride, dMixed, layout.Stride);
        kernels.NormalizeGatedHeadsBackward(
            rows,
            layout.Heads,
            layout.HeadSize,
            layout.HeadStride,
            normEpsilon,
            saved.Output,
            layout.Stride,
            pass.Store.Values + gain,
            saved.Projected + layout.OutputGateOffset,
            layout.ProjectedStride,
            dMixed,
            layout.Stride,
            dStates,
            layout.Stride,
            dProjected + layout.OutputGateOffset,
            layout.ProjectedStride,
            pass.Gradient + gain);
        pass.AccumulateWeight(output, dMixed, layout.Stride, dOutput, pass.Stride);

        // Of heads that are padding nothing is written, and nothing may come.
        new Span<float>(dGates, 2 * rows * width).Clear();
        DeltaRule.Backward(
            pass,
            layout,
            saved.Convolved,
            saved.Gates,
            saved.States,
            saved.Changes,
            saved.Output,
            dStates,
            dConvolved,
            dGates,
            scratch);
        kernels.Transpose(width, rows, dGates, rows, dGateRows, width);
        kernels.Transpose(
            width, rows, dGates + ((nint)rows * width), rows, dGateRows + ((nint)rows * width), width);
        kernels.DeltaGatesBackward(
            rows,
            width,
            saved.Projected + layout.GateOffset,
            layout.ProjectedStride,
            pass.Store.Values + bias,
            pass.Store.Values + logRate,
            dGateRows,
            dGateRows + ((nint)rows * width),
            dProjected + layout.GateOffset,
            layout.ProjectedStride,
            pass.Gradient + bias,
            pass.Gradient + logRate);
        kernels.NormalizeHeadsBackward(
            rows,
            2 * layout.Heads,
            layout.HeadStride,
            saved.Convolved,
            layout.ConvolvedStride,
            saved.Inverses,
            dConvolved,
            layout.ConvolvedStride);
        convolution.Backward(
            pass,
            saved.Projected,
            layout.ProjectedStride,
            dConvolved,
            layout.ConvolvedStride,
            dProjected,
            layout.ProjectedStride);
        pass.AccumulateWeight(input, normed, pass.Stride, dProjected, layout.ProjectedStride);
        pass.ProjectBackward(input, rows, dProjected, layout.ProjectedStride, dNormed, pass.Stride);
    }

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) =>
        new DeltaCache(arena, layout, convolution, sequences);

    public override long DecodeScratchFloats(int rows, int threads) =>
        (long)rows * (layout.ProjectedStride + layout.ConvolvedStride + (2 * layout.Stride) + (2 * layout.GateWidth) + (2 * layout.Heads));

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var (rows, kept) = (pass.Rows, (DeltaCache)cache);
        var projected = pass.Scratch;
        var convolved = projected + ((nint)rows * layout.ProjectedStride);
        var states = convolved + ((nint)rows * layout.ConvolvedStride);
        var mixed = states + ((nint)rows * layout.Stride);
        var gates = mixed + ((nint)rows * layout.Stride);
        var inverses = gates + (2 * (nint)rows * layout.GateWidth);
        pass.Project(input, normed, pass.Stride, projected, layout.ProjectedStride);
        convolution.Decode(pass, kept.Convolved, projected, layout.ProjectedStride, convolved, layout.ConvolvedStride);
        pass.Kernels.NormalizeHeads(
            rows, 2 * layout.Heads, layout.HeadStride, LengthEpsilon, convolved, layout.ConvolvedStride, inverses);
        Gates(pass.Sequence, rows, chunk: 1, projected, gates);
        kept.Advance(pass, convolved, gates, states);
        NormalizeOutput(pass.Sequence, rows, projected, states, mixed);
        pass.Project(output, mixed, layout.Stride, residual, pass.Stride, residual);
    }

    private void Gates(SequencePass pass, int rows, int chunk, float* projected, float* gates) => pass.Kernels.DeltaGates(
        rows,
        layout.GateWidth,
        chunk,
        projected + layout.GateOffset,
        layout.ProjectedStride,
        pass.Store.Values + bias,
        pass.Store.Values + logRate,
        gates,
        gates + ((nint)rows * layout.GateWidth));

    private void NormalizeOutput(SequencePass pass, int rows, float* projected, float* states, float* mixed) =>
        pass.Kernels.NormalizeGatedHeads(
            rows,
            layout.Heads,
            layout.HeadSize,
            layout.HeadStride,
            normEpsilon,
            states,
            layout.Stride,
            pass.Store.Values + gain,
            projected + layout.OutputGateOffset,
            layout.ProjectedStride,
            mixed,
            layout.Stride);

    private sealed class State : LayerState
    {
        /// <summary>[rows, queries|keys|values|output gates|decays|βs] as projected.</summary>
        public required float* Projected { get; init; }

        /// <summary>[rows, queries|keys|values], convolved, queries and keys of length 1.</summary>
        public required float* Convolved { get; init; }

        /// <summary>[rows, heads of queries and keys]: what made them so long.</summary>
        public required float* Inverses { get; init; }

        /// <summary>[heads, rows] twice: sums of log₂ α in a chunk, and β.</summary>
        public required float* Gates { get; init; }

        /// <summary>[rows, heads]: what the delta rule adds for each key.</summary>
        public required float* Changes { get; init; }

        /// <summary>[rows, heads]: what is read of the states.</summary>
        public required float* Output { get; init; }

        /// <summary>The states that chunks begin with.</summary>
        public required float* States { get; init; }
    }
}
