using Composer.Training.Parameters;

namespace Composer.Training.Layers.Heads;

/// <summary>logits = hidden · outputᵀ, where the output projection mostly is the embedding.</summary>
internal sealed unsafe class LanguageHead(PackedMatrix output) : OutputHead
{
    public override LayerState CreateState(AlignedArena arena, int rows) => new State();

    public override float* Forward(SequencePass pass, LayerState state, float* hidden) => hidden;

    public override void Project(SequencePass pass, int rows, float* features, float* logits, nint ldl) =>
        pass.ProjectBackward(output, rows, features, pass.Stride, logits, ldl);

    /// <summary>The same when decoding.</summary>
    public void Project(DecodePass pass, int rows, float* features, float* logits, nint ldl) =>
        pass.ProjectBackward(output, rows, features, pass.Stride, logits, ldl);

    public override void ProjectBackward(
        SequencePass pass, int tokens, int rows, float* features, float* dLogits, nint ldl, float* dFeatures)
    {
        pass.AccumulateWeight(output, tokens, dLogits, ldl, features, pass.Stride);
        pass.Project(output, rows, dLogits, ldl, dFeatures, pass.Stride);
    }

    public override void Backward(SequencePass pass, LayerState state, float* gradient)
    {
        // The features are the hidden states.
    }

    private sealed class State : LayerState;
}
