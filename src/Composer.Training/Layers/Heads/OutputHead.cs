using Composer.Training.Parameters;

namespace Composer.Training.Layers.Heads;

/// <summary>
/// From the normed hidden states to logits; shared by threads. A sequence's logits never exist all at once: they
/// are as wide as the vocabulary, so they are made, used and forgotten some rows at a time.
/// </summary>
internal abstract unsafe class OutputHead
{
    /// <summary>What the forward leaves for the backward, for one thread.</summary>
    public abstract LayerState CreateState(AlignedArena arena, int rows);

    /// <param name="pass">The sequence.</param>
    /// <param name="state">Takes what the backward needs.</param>
    /// <param name="hidden">[Rows, dim], normed.</param>
    /// <returns>The features [Rows, dim] that the logits are a product of; the pass's stride.</returns>
    public abstract float* Forward(SequencePass pass, LayerState state, float* hidden);

    /// <summary>logits = features · output, for any number of rows.</summary>
    public abstract void Project(SequencePass pass, int rows, float* features, float* logits, nint ldl);

    /// <summary>Adds to the output matrix's gradient.</summary>
    /// <param name="pass">The sequence.</param>
    /// <param name="tokens">Rows that are tokens.</param>
    /// <param name="rows">Rows with the padding.</param>
    /// <param name="features">[rows, dim], as in the forward.</param>
    /// <param name="dLogits">[rows, vocabulary], padding zero.</param>
    /// <param name="ldl">Stride of the logits.</param>
    /// <param name="dFeatures">[rows, dim], overwritten.</param>
    public abstract void ProjectBackward(
        SequencePass pass, int tokens, int rows, float* features, float* dLogits, nint ldl, float* dFeatures);

    /// <summary>Adds to the gradients of the head's other parameters.</summary>
    /// <param name="pass">The sequence.</param>
    /// <param name="state">What the forward left.</param>
    /// <param name="gradient">[Rows, dim]: of the features, becomes that of the hidden states.</param>
    public abstract void Backward(SequencePass pass, LayerState state, float* gradient);
}
