using Composer.Architecture.Primitives;

namespace Composer.Training.Models;

/// <summary>One parameter tensor in canonical layout.</summary>
/// <param name="Name">As in checkpoints, such as <c>layers.3.attention.q</c>.</param>
/// <param name="Rows">Output features of a projection [Rows, Columns]; a vector's length.</param>
/// <param name="Columns">Input features; 1 for a vector.</param>
public sealed record ParameterDescription(string Name, int Rows, int Columns)
{
    /// <summary>Whether its layer's output goes through it into the residual stream; initialised smaller.</summary>
    public bool WritesResidual { get; init; }

    /// <summary>Whether it is a layer's; else it is of the embedding, the head or the final norm.</summary>
    public bool IsInLayer { get; init; }

    /// <summary>Whether weight decay pulls at it.</summary>
    public bool Decays { get; init; } = true;

    /// <summary>Whether a matrix's share of the learning rate depends on the model's width and depth.</summary>
    public bool FollowsWidth { get; init; } = true;

    /// <summary>How it begins; null for what <see cref="ModelInitializer"/> does.</summary>
    public TensorFill? Fill { get; init; }

    public long Count => (long)Rows * Columns;

    public bool IsVector => Columns == 1;

    /// <summary>A primitive's tensor in a model.</summary>
    /// <param name="prefix">The layer's, such as <c>layers.3.</c>.</param>
    /// <param name="tensor">Within the layer.</param>
    public static ParameterDescription Of(string prefix, PrimitiveTensor tensor) => new(prefix + tensor.Name, tensor.Rows, tensor.Columns)
    {
        WritesResidual = tensor.WritesResidual,
        IsInLayer = true,
        Decays = tensor.Decays,
        FollowsWidth = tensor.FollowsWidth,
        Fill = tensor.Fill,
    };
}
