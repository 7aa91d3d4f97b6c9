namespace Composer.Architecture.Notation;

/// <summary>A run of equal layers, <c>4M</c>: the unit that stacking and stretching scale.</summary>
/// <param name="Symbol">The primitive's symbol.</param>
/// <param name="Count">Layers in the run, at least 1.</param>
public readonly record struct LayerGroup(char Symbol, int Count)
{
    /// <summary>The count, then the symbol.</summary>
    public override string ToString() => $"{Count}{Symbol}";
}
