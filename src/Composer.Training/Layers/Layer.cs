using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>
/// One layer's computation, the residual connection outside its norm: output = residual + f(normed).
/// Holds where its parameters lie, nothing of a sequence; shared by threads.
/// </summary>
internal abstract unsafe class Layer
{
    /// <summary>Floats of scratch that forward or backward takes for so many (padded) rows.</summary>
    public abstract long ScratchFloats(int rows);

    /// <summary>What the forward leaves for the backward, for one thread.</summary>
    /// <param name="arena">Where it lies.</param>
    /// <param name="rows">Room for so many padded rows.</param>
    public abstract LayerState CreateState(AlignedArena arena, int rows);

    /// <summary>output = residual + f(normed), all [Rows, dim] with the pass's stride.</summary>
    public abstract void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output);

    /// <summary>Adds to the gradients of the layer's parameters; dNormed is overwritten.</summary>
    /// <param name="pass">The pass of the forward.</param>
    /// <param name="state">What the forward left.</param>
    /// <param name="normed">As in the forward.</param>
    /// <param name="dOutput">[Rows, dim], padded rows zero.</param>
    /// <param name="dNormed">[Rows, dim].</param>
    public abstract void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed);

    /// <summary>Bytes that the layer keeps of a sequence of at most so many tokens; need not grow with them.</summary>
    public abstract long CacheBytes(int maximumLength);

    /// <summary>What the layer keeps of the positions already decoded.</summary>
    public abstract LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences);

    /// <summary>Scratch that <see cref="Decode"/> takes for so many rows.</summary>
    public abstract long DecodeScratchFloats(int rows, int threads);

    /// <summary>residual += f(normed) for the pass's new rows.</summary>
    /// <param name="pass">The rows, kernels, parameters and scratch.</param>
    /// <param name="cache">The positions before; gains the new ones.</param>
    /// <param name="normed">[rows, dim].</param>
    /// <param name="residual">[rows, dim].</param>
    public abstract void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual);
}
