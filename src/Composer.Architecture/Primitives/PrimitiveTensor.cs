namespace Composer.Architecture.Primitives;

/// <summary>One parameter tensor of a primitive's layer: what is counted, initialised, trained and saved.</summary>
/// <param name="Name">Within the layer, such as <c>attention.q</c>; in checkpoints after <c>layers.3.</c>.</param>
/// <param name="Rows">Output features of a projection [Rows, Columns]; a vector's length.</param>
/// <param name="Columns">Input features; 1 for a vector.</param>
/// <remarks>An immutable value.</remarks>
public sealed record PrimitiveTensor(string Name, int Rows, int Columns)
{
    /// <summary>Whether the layer's output goes through it into the residual stream: a matrix then begins smaller.</summary>
    public bool WritesResidual { get; init; }

    /// <summary>Whether AdamW's weight decay pulls at it.</summary>
    public bool Decays { get; init; } = true;

    /// <summary>
    /// Whether its inputs are as many as the model is wide, so that a matrix learns slower in a wider model; not so of a
    /// convolution, whose inputs are a few positions.
    /// </summary>
    public bool FollowsWidth { get; init; } = true;

    /// <summary>How it begins; null for what is usual: a matrix normal around 0, a vector 1.</summary>
    public TensorFill? Fill { get; init; }

    /// <summary>Its numbers.</summary>
    public long Count => (long)Rows * Columns;
}
