namespace Composer.Architecture.Notation;

/// <summary>A run of equal layers, <c>4M</c>: what Equations 2 and 3 of the paper call a group.</summary>
/// <param name="Symbol">The primitive's symbol.</param>
/// <param name="Count">Layers in the run, at least 1.</param>
public readonly record struct LayerGroup(char Symbol, int Count)
{
    /// <summary>The count, then the symbol.</summary>
    public override string ToString() => $"{Count}{Symbol}";
}
