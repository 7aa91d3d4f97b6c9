using Composer.Training.Parameters;

namespace Composer.Training.Layers.Heads;

/// <summary>From the normed hidden states to logits; shared by threads.</summary>
internal abstract unsafe class OutputHead
{
    /// <summary>What the forward leaves for the backward, for one thread.</summary>
    public abstract LayerState CreateState(AlignedArena arena, int rows);

    /// <param name="pass">The sequence.</param>
    /// <param name="state">Takes what the backward needs.</param>
    /// <param name="hidden">[Rows, dim], normed.</param>
    /// <param name="logits">[Rows, vocabulary], overwritten.</param>
    /// <param name="ldl">Stride of the logits.</param>
    public abstract void Forward(SequencePass pass, LayerState state, float* hidden, float* logits, nint ldl);

    /// <summary>Adds to the gradients of the head's parameters.</summary>
    /// <param name="pass">The sequence.</param>
    /// <param name="state">What the forward left.</param>
    /// <param name="hidden">As in the forward.</param>
    /// <param name="dLogits">[Rows, vocabulary], padding zero.</param>
    /// <param name="ldl">Stride of the logits.</param>
    /// <param name="dHidden">[Rows, dim], overwritten.</param>
    public abstract void Backward(SequencePass pass, LayerState state, float* hidden, float* dLogits, nint ldl, float* dHidden);
}
