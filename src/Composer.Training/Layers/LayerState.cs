namespace Composer.Training.Layers;

/// <summary>A layer's activations of one sequence, on one thread.</summary>
internal abstract class LayerState;
