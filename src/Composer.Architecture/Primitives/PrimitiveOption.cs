namespace Composer.Architecture.Primitives;

/// <summary>A number that a primitive leaves open, such as how far a window reaches: part of an order's identity.</summary>
/// <param name="Name">In snake case, as manifests and files have it.</param>
/// <param name="AtSize">The default of a model that is trained for use.</param>
/// <param name="InSearch">The default of the small candidates of a search.</param>
/// <param name="Least">The smallest value.</param>
/// <param name="Most">The largest value.</param>
/// <param name="Description">What it is, for people: one sentence.</param>
/// <remarks>An immutable value; equal when every field is.</remarks>
public sealed record PrimitiveOption(string Name, int AtSize, int InSearch, int Least, int Most, string Description)
{
    /// <summary>The value where none is given.</summary>
    public int Default(OptionDefaults defaults) => defaults == OptionDefaults.InSearch ? InSearch : AtSize;
}
