using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Mlp;

/// <summary>f(x) = (silu(x · gate) ∘ (x · up)) · down. Gate and up are one packed matrix, gate first.</summary>
internal sealed unsafe class MlpLayer : Layer
{
    private readonly PackedMatrix gateUp;
    private readonly PackedMatrix down;
    private readonly int width;
    private readonly int gateUpStride;
    private readonly int hiddenStride;

    public MlpLayer(LayerContext context)
    {
        var shape = context.Configuration.Shape;
        width = Padding.ToGranule(shape.Hidden);
        gateUp = context.Plan.AddMatrix(shape.Dim, 2 * width);
        down = context.Plan.AddMatrix(shape.Hidden, shape.Dim);
        (gateUpStride, hiddenStride) = (Padding.ToStride(2 * width), Padding.ToStride(width));

        var (any, first) = (AxisMap.Contiguous(), AxisMap.Contiguous());
        context.Plan.Bind($"{context.Prefix}mlp.gate", new ParameterBinding.Projection(gateUp, first, any));
        context.Plan.Bind($"{context.Prefix}mlp.up", new ParameterBinding.Projection(gateUp, AxisMap.Contiguous(width), any));
        context.Plan.Bind($"{context.Prefix}mlp.down", new ParameterBinding.Projection(down, any, any));
    }

    public override long CacheBytes(int maximumLength) => 0;

    public override long ScratchFloats(int rows) => (long)rows * hiddenStride;

    public override LayerState CreateState(AlignedArena arena, int rows) => new State
    {
        GateUp = arena.Allocate((long)rows * gateUpStride),
    };

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        var gateUpRows = ((State)state).GateUp;
        var hidden = pass.Scratch;
        pass.Project(gateUp, pass.Rows, normed, pass.Stride, gateUpRows, gateUpStride);
        pass.Kernels.SwiGlu(pass.Rows, width, gateUpRows, gateUpStride, hidden, hiddenStride);
        pass.Project(down, pass.Rows, hidden, hiddenStride, output, pass.Stride, residual);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        // Gradients take the place of what they are the gradients of: what is near in the caches stays so.
        var gateUpRows = ((State)state).GateUp;
        var hidden = pass.Scratch;
        pass.ProjectBackward(down, pass.Rows, dOutput, pass.Stride, hidden, hiddenStride);
        pass.Kernels.SwiGluBackward(pass.Rows, width, gateUpRows, gateUpStride, hidden, hiddenStride);
        pass.AccumulateWeight(down, hidden, hiddenStride, dOutput, pass.Stride);
        pass.AccumulateWeight(gateUp, normed, pass.Stride, gateUpRows, gateUpStride);
        pass.ProjectBackward(gateUp, pass.Rows, gateUpRows, gateUpStride, dNormed, pass.Stride);
    }

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) => LayerCache.None;

    public override long DecodeScratchFloats(int rows, int threads) => (long)rows * (gateUpStride + hiddenStride);

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var hidden = pass.Scratch;
        var gateUpRows = hidden + ((nint)pass.Rows * hiddenStride);
        pass.Project(gateUp, normed, pass.Stride, gateUpRows, gateUpStride);
        pass.Kernels.SwiGlu(pass.Rows, width, gateUpRows, gateUpStride, hidden, hiddenStride);
        pass.Project(down, hidden, hiddenStride, residual, pass.Stride, residual);
    }

    private sealed class State : LayerState
    {
        public required float* GateUp { get; init; }
    }
}
