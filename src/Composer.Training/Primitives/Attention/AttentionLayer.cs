using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// f(x) = concatenated heads of softmax(q · kᵀ / √(head size)) · v, causal, times o; queries and keys are
/// rotated by their positions (RoPE, half-split pairs); several query heads share a key and value head.
/// </summary>
/// <remarks>Queries, keys and values are one packed matrix. What mixes positions is <see cref="NarrowHeads"/>
/// or <see cref="WideHeads"/>, by head size.</remarks>
internal sealed unsafe class AttentionLayer : Layer
{
    private readonly HeadLayout heads;
    private readonly RotaryTable rotary;
    private readonly PackedMatrix queriesKeysValues;
    private readonly PackedMatrix output;

    /// <param name="context">What a layer is built from.</param>
    /// <param name="window">Positions that a query sees at most, the last being its own.</param>
    public AttentionLayer(LayerContext context, int window = int.MaxValue)
    {
        var dim = context.Configuration.Shape.Dim;
        heads = new HeadLayout(context.Configuration.Shape, window);
        rotary = context.Rotary;
        queriesKeysValues = context.Plan.AddMatrix(dim, heads.Width);
        output = context.Plan.AddMatrix(heads.QueryWidth, dim);

        var any = AxisMap.Contiguous();
        BindInput("attention.q", 0);
        BindInput("attention.k", heads.KeyOffset);
        BindInput("attention.v", heads.ValueOffset);
        context.Plan.Bind(
            $"{context.Prefix}attention.o",
            new ParameterBinding.Projection(output, any, heads.MapFrom(0)));

        void BindInput(string name, int column) => context.Plan.Bind(
            context.Prefix + name,
            new ParameterBinding.Projection(queriesKeysValues, heads.MapFrom(column), any));
    }

    public override long CacheBytes(int maximumLength) => PanelKeyValueCache.BytesOf(heads, maximumLength);

    public override long ScratchFloats(int rows) =>
        ((long)rows * (heads.Stride + heads.QueryStride + heads.Heads))
        + (heads.IsNarrow ? NarrowHeads.ScratchFloats(heads, rows) : WideHeads.ScratchFloats(heads, rows));

    public override LayerState CreateState(AlignedArena arena, int rows) => new State
    {
        Rows = arena.Allocate((long)rows * heads.Stride),
        Mixed = arena.Allocate((long)rows * heads.QueryStride),
        Offsets = arena.Allocate((long)rows * heads.Heads),
    };

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        var saved = (State)state;
        pass.Project(queriesKeysValues, pass.Rows, normed, pass.Stride, saved.Rows, heads.Stride);
        Rotate(pass, saved.Rows, pass.Rows, 0, heads.QueryScale, 1f, 1f);
        if (heads.IsNarrow)
        {
            NarrowHeads.Forward(pass, heads, saved.Rows, saved.Mixed, saved.Offsets, pass.Scratch);
        }
        else
        {
            WideHeads.Forward(pass, heads, saved.Rows, saved.Mixed, saved.Offsets, pass.Scratch);
        }

        pass.Project(this.output, pass.Rows, saved.Mixed, heads.QueryStride, output, pass.Stride, residual);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        var saved = (State)state;
        var rows = pass.Rows;
        var dRows = pass.Scratch;
        var dMixed = dRows + ((nint)rows * heads.Stride);
        var negatedDeltas = dMixed + ((nint)rows * heads.QueryStride);
        var scratch = negatedDeltas + ((nint)rows * heads.Heads);

        pass.AccumulateWeight(output, saved.Mixed, heads.QueryStride, dOutput, pass.Stride);
        pass.ProjectBackward(output, rows, dOutput, pass.Stride, dMixed, heads.QueryStride);
        pass.Kernels.NegatedHeadDots(
            rows, heads.Heads, heads.HeadStride, dMixed, heads.QueryStride, saved.Mixed, heads.QueryStride, negatedDeltas);
        if (heads.IsNarrow)
        {
            NarrowHeads.Backward(pass, heads, saved.Rows, saved.Offsets, dMixed, negatedDeltas, dRows, scratch);
        }
        else
        {
            WideHeads.Backward(pass, heads, saved.Rows, saved.Offsets, dMixed, negatedDeltas, dRows, scratch);
        }

        Rotate(pass, dRows, rows, 0, heads.QueryGradientScale, HeadLayout.KeyGradientScale, -1f);
        pass.AccumulateWeight(queriesKeysValues, normed, pass.Stride, dRows, heads.Stride);
        pass.ProjectBackward(queriesKeysValues, rows, dRows, heads.Stride, dNormed, pass.Stride);
    }

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) =>
        new PanelKeyValueCache(arena, heads, maximumLength, sequences);

    public override long DecodeScratchFloats(int rows, int threads) =>
        ((long)rows * (heads.Stride + heads.QueryStride)) + PanelKeyValueCache.ScratchFloats(heads, threads);

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var newRows = pass.Scratch;
        var mixed = newRows + ((nint)pass.Rows * heads.Stride);
        var scratch = mixed + ((nint)pass.Rows * heads.QueryStride);
        pass.Project(queriesKeysValues, normed, pass.Stride, newRows, heads.Stride);
        foreach (var run in pass.Runs)
        {
            var x = newRows + ((nint)run.FirstRow * heads.Stride);
            Rotate(pass.Sequence, x, run.Rows, run.Position, heads.QueryScale, 1f, 1f);
        }

        ((PanelKeyValueCache)cache).Attend(pass, newRows, mixed, scratch);
        pass.Project(output, mixed, heads.QueryStride, residual, pass.Stride, residual);
    }

    private void Rotate(SequencePass pass, float* x, int rows, int position, float queryScale, float keyScale, float direction)
    {
        var cosines = rotary.CosinesFrom(position);
        var sines = rotary.SinesFrom(position);
        pass.Kernels.Rotate(
            rows, heads.Heads, heads.HeadSize, heads.HeadStride, x, heads.Stride, cosines, sines, queryScale, direction);
        pass.Kernels.Rotate(
            rows,
            heads.KvHeads,
            heads.HeadSize,
            heads.HeadStride,
            x + heads.KeyOffset,
            heads.Stride,
            cosines,
            sines,
            keyScale,
            direction);
    }

    private sealed class State : LayerState
    {
        /// <summary>Queries, keys and values, rotated.</summary>
        public required float* Rows { get; init; }

        /// <summary>The heads' outputs.</summary>
        public required float* Mixed { get; init; }

        /// <summary>[heads, rows]: minus the logarithm of each softmax's sum.</summary>
        public required float* Offsets { get; init; }
    }
}
