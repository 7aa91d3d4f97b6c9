using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Architecture.Widths;

namespace Composer.Architecture.Extrapolation;

/// <summary>The size and widths that an extrapolation aims at; baselines have the same widths.</summary>
/// <param name="Size">The nominal size.</param>
/// <param name="Shape">The widths.</param>
/// <param name="Depth">Layers at which an order is at size already; null where the size is no published one.</param>
public sealed record TargetModel(ModelSize Size, ModelShape Shape, int? Depth)
{
    /// <summary>How wide layers of different kinds are against each other.</summary>
    public WidthRule Widths { get; init; } = WidthRule.Given;

    /// <summary>The widths of a model of these layers, with every option that they have.</summary>
    /// <param name="symbols">An order's.</param>
    public ModelShape ShapeOf(IEnumerable<char> symbols) => Widths.Complete(Shape, symbols, OptionDefaults.AtSize);
}
