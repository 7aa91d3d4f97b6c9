using Composer.Training.Parameters;

namespace Composer.Training.Layers.Heads;

/// <summary>logits = hidden · embeddingᵀ.</summary>
internal sealed unsafe class LanguageHead(PackedMatrix embedding) : OutputHead
{
    public override LayerState CreateState(AlignedArena arena, int rows) => new State();

    public override void Forward(SequencePass pass, LayerState state, float* hidden, float* logits, nint ldl) =>
        pass.ProjectBackward(embedding, pass.Rows, hidden, pass.Stride, logits, ldl);

    /// <summary>The same for any number of rows, when decoding.</summary>
    public void Forward(DecodePass pass, int rows, float* hidden, float* logits, nint ldl) =>
        pass.ProjectBackward(embedding, rows, hidden, pass.Stride, logits, ldl);

    public override void Backward(SequencePass pass, LayerState state, float* hidden, float* dLogits, nint ldl, float* dHidden)
    {
        pass.AccumulateWeight(embedding, dLogits, ldl, hidden, pass.Stride);
        pass.Project(embedding, pass.Rows, dLogits, ldl, dHidden, pass.Stride);
    }

    private sealed class State : LayerState;
}
