using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.GatedConvolution;

/// <summary>[b, c, u] = x · in; f(x) = (c ∘ conv(b ∘ u)) · out. b, c and u are one packed matrix, each padded for itself.</summary>
internal sealed unsafe class GatedConvolutionLayer : Layer
{
    private readonly PackedMatrix input;
    private readonly PackedMatrix output;
    private readonly ShortConvolution convolution;
    private readonly int width;
    private readonly int gatedStride;
    private readonly int stride;

    /// <param name="context">What a layer is built from.</param>
    /// <param name="inner">Channels that are convolved.</param>
    /// <param name="taps">Positions that the convolution sees.</param>
    public GatedConvolutionLayer(LayerContext context, int inner, int taps)
    {
        var dim = context.Configuration.Shape.Dim;
        width = Padding.ToGranule(inner);
        (gatedStride, stride) = (Padding.ToStride(3 * width), Padding.ToStride(width));
        input = context.Plan.AddMatrix(dim, 3 * width);
        convolution = new ShortConvolution(context.Plan, width, taps);
        output = context.Plan.AddMatrix(inner, dim);

        var any = AxisMap.Contiguous();
        context.Plan.Bind($"{context.Prefix}conv.in", new ParameterBinding.Projection(input, new AxisMap(0, inner, width), any));
        convolution.Bind($"{context.Prefix}conv.taps", any);
        context.Plan.Bind($"{context.Prefix}conv.out", new ParameterBinding.Projection(output, any, any));
    }

    public override long CacheBytes(int maximumLength) => sizeof(float) * convolution.CacheFloats;

    public override long ScratchFloats(int rows) => 3L * rows * stride;

    public override LayerState CreateState(AlignedArena arena, int rows) => new State
    {
        Gated = arena.Allocate((long)rows * gatedStride),
    };

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        var b = ((State)state).Gated;
        var c = b + width;
        var u = c + width;
        var z = pass.Scratch;
        var y = z + ((nint)pass.Rows * stride);
        pass.Project(input, pass.Rows, normed, pass.Stride, b, gatedStride);
        pass.Kernels.Gate(pass.Rows, width, b, gatedStride, u, gatedStride, z, stride);
        convolution.Forward(pass, z, stride, y, stride);
        pass.Kernels.Gate(pass.Rows, width, c, gatedStride, y, stride, y, stride);
        pass.Project(this.output, pass.Rows, y, stride, output, pass.Stride, residual);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        // What was convolved is computed again; gradients take the place of what they are the gradients of.
        var b = ((State)state).Gated;
        var c = b + width;
        var u = c + width;
        var z = pass.Scratch;
        var y = z + ((nint)pass.Rows * stride);
        var gated = y + ((nint)pass.Rows * stride);
        pass.Kernels.Gate(pass.Rows, width, b, gatedStride, u, gatedStride, z, stride);
        convolution.Forward(pass, z, stride, y, stride);
        pass.ProjectBackward(output, pass.Rows, dOutput, pass.Stride, gated, stride);
        pass.Kernels.GateBackward(pass.Rows, width, c, gatedStride, y, stride, gated, stride);
        pass.AccumulateWeight(output, gated, stride, dOutput, pass.Stride);
        convolution.Backward(pass, z, stride, y, stride, y, stride);
        pass.Kernels.GateBackward(pass.Rows, width, b, gatedStride, u, gatedStride, y, stride);
        pass.AccumulateWeight(input, normed, pass.Stride, b, gatedStride);
        pass.ProjectBackward(input, pass.Rows, b, gatedStride, dNormed, pass.Stride);
    }

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) =>
        convolution.CreateCache(arena, sequences);

    public override long DecodeScratchFloats(int rows, int threads) => (long)rows * (gatedStride + (2 * stride));

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var b = pass.Scratch;
        var c = b + width;
        var u = c + width;
        var z = b + ((nint)pass.Rows * gatedStride);
        var y = z + ((nint)pass.Rows * stride);
        pass.Project(input, normed, pass.Stride, b, gatedStride);
        pass.Kernels.Gate(pass.Rows, width, b, gatedStride, u, gatedStride, z, stride);
        convolution.Decode(pass, (ConvolutionCache)cache, z, stride, y, stride);
        pass.Kernels.Gate(pass.Rows, width, c, gatedStride, y, stride, y, stride);
        pass.Project(output, y, stride, residual, pass.Stride, residual);
    }

    private sealed class State : LayerState
    {
        /// <summary>b, c and u.</summary>
        public required float* Gated { get; init; }
    }
}
