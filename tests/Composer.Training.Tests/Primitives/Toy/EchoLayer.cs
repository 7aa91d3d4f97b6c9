using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Tests.Primitives.Toy;

internal sealed unsafe class EchoLayer : Layer
{
    private readonly int width;
    private readonly int stride;
    private readonly int delay;
    private readonly long strength;
    private readonly PackedMatrix output;

    public EchoLayer(LayerContext context)
    {
        var shape = context.Configuration.Shape;
        (width, stride) = (Padding.ToGranule(shape.Dim), Padding.ToStride(shape.Dim));
        delay = new EchoDescription().ValueOf(EchoDescription.Delay, shape);
        strength = context.Plan.AddVector($"{context.Prefix}echo.strength", shape.Dim);
        output = context.Plan.AddProjection($"{context.Prefix}echo.out", shape.Dim, shape.Dim);
    }

    public override long ScratchFloats(int rows) => (long)rows * stride;

    public override LayerState CreateState(AlignedArena arena, int rows) => new State();

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        Mix(pass, normed);
        pass.Project(this.output, pass.Rows, pass.Scratch, stride, output, pass.Stride, residual);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        Mix(pass, normed);
        pass.AccumulateWeight(output, pass.Scratch, stride, dOutput, pass.Stride);
        pass.ProjectBackward(output, pass.Rows, dOutput, pass.Stride, pass.Scratch, stride);
        var a = pass.Store.Values + strength;
        var da = pass.Gradient + strength;
        for (nint t = 0; t < pass.Rows; t++)
        {
            for (nint d = 0; d < width; d++)
            {
                var own = pass.Scratch[(t * stride) + d];
                var echoed = t + delay < pass.Rows ? pass.Scratch[((t + delay) * stride) + d] : 0;
                dNormed[(t * pass.Stride) + d] = own + (a[d] * echoed);
                da[d] += echoed * normed[(t * pass.Stride) + d];
            }
        }
    }

    public override long CacheBytes(int maximumLength) => (long)Math.Min(delay, maximumLength) * stride * sizeof(float);

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) =>
        new Heard(arena.Allocate((long)sequences * delay * stride), sequences * CacheBytes(maximumLength));

    public override long DecodeScratchFloats(int rows, int threads) => (long)rows * stride;

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var a = pass.Sequence.Store.Values + strength;
        foreach (var run in pass.Runs)
        {
            for (nint r = 0; r < run.Rows; r++)
            {
                var heard = ((Heard)cache).Rows + (((nint)(run.Sequence * delay) + ((run.Position + r) % delay)) * stride);
                var x = normed + ((run.FirstRow + r) * pass.Stride);
                for (nint d = 0; d < width; d++)
                {
                    pass.Scratch[((run.FirstRow + r) * stride) + d] = x[d] + (run.Position + r < delay ? 0 : a[d] * heard[d]);
                    heard[d] = x[d];
                }
            }
        }

        pass.Project(output, pass.Scratch, stride, residual, pass.Stride, residual);
    }

    private void Mix(SequencePass pass, float* normed)
    {
        var a = pass.Store.Values + strength;
        for (nint t = 0; t < pass.Rows; t++)
        {
            for (nint d = 0; d < width; d++)
            {
                var echo = t < delay ? 0 : a[d] * normed[((t - delay) * pass.Stride) + d];
                pass.Scratch[(t * stride) + d] = normed[(t * pass.Stride) + d] + echo;
            }
        }
    }

    private sealed class State : LayerState;

    /// <summary>[sequence, delay, dim]: a ring.</summary>
    private sealed class Heard(float* rows, long bytes) : LayerCache
    {
        public float* Rows { get; } = rows;

        public override long Bytes => bytes;
    }
}
