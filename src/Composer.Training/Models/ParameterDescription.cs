namespace Composer.Training.Models;

/// <summary>One parameter tensor in canonical layout.</summary>
/// <param name="Name">As in checkpoints, such as <c>layers.3.attention.q</c>.</param>
/// <param name="Rows">Output features of a projection [Rows, Columns]; a vector's length.</param>
/// <param name="Columns">Input features; 1 for a vector.</param>
public sealed record ParameterDescription(string Name, int Rows, int Columns)
{
    /// <summary>Whether its layer's output goes through it into the residual stream; initialised smaller.</summary>
    public bool WritesResidual { get; init; }

    public long Count => (long)Rows * Columns;

    public bool IsVector => Columns == 1;
}
