using Composer.Architecture.Primitives;

namespace Composer.Architecture.Widths;

/// <summary>What one layer of a kind costs at a shape, beside the one that it is held against.</summary>
/// <param name="Symbol">Its primitive's.</param>
/// <param name="WidthOption">The option that is its inner width; null where it has none.</param>
/// <param name="Width">The value of that option; 0 for the width that follows from the shape, null where it has none.</param>
/// <param name="Parameters">Of one layer, without its norm.</param>
/// <param name="ActiveParameters">Those that a token goes through.</param>
/// <param name="FlopsPerToken">Of training, forward and backward.</param>
/// <param name="CacheBytes">What a sequence of that length keeps while decoding, in bf16.</param>
/// <param name="Reference">The primitive that it is held against; null where there is none.</param>
/// <param name="MoreParameters">Active parameters above the reference's, as a share of those: 0 is equal; null without a reference.</param>
/// <param name="MoreFlops">FLOPs above the reference's, likewise.</param>
public sealed record LayerCost(
    char Symbol,
    string? WidthOption,
    int? Width,
    long Parameters,
    long ActiveParameters,
    long FlopsPerToken,
    long CacheBytes,
    char? Reference,
    double? MoreParameters,
    double? MoreFlops)
{
    /// <summary>The costs of a layer of each of these.</summary>
    /// <param name="shape">The widths, options included.</param>
    /// <param name="symbols">Each is told once, in registry order.</param>
    /// <param name="length">Tokens of a sequence, at least 1.</param>
    /// <param name="registry">The primitives; the default ones when null.</param>
    /// <exception cref="KeyNotFoundException">A symbol is not in the registry.</exception>
    /// <exception cref="OverflowException">A count exceeds 63 bits.</exception>
    public static IReadOnlyList<LayerCost> Of(
        ModelShape shape, IEnumerable<char> symbols, int length, PrimitiveRegistry? registry = null)
    {
        registry ??= PrimitiveRegistry.Default;
        return [.. symbols.Distinct().OrderBy(registry.PlaceOf).Select(symbol => One(registry[symbol], shape, length, registry))];
    }

    private static LayerCost One(Primitive primitive, ModelShape shape, int length, PrimitiveRegistry registry)
    {
        var reference = WidthRule.ReferenceOf(primitive, shape, registry);
        var (active, flops) = (primitive.ActiveParameters(shape), WidthRule.FlopsOf(primitive, shape, length));
        return new LayerCost(
            primitive.Symbol,
            primitive.WidthOption,
            primitive.WidthOption is { } option ? primitive.ValueOf(option, shape) : null,
            primitive.Parameters(shape),
            active,
            flops,
            checked(2 * primitive.CachedValues(shape, length)),
            reference?.Symbol,
            reference is null ? null : Above(active, reference.ActiveParameters(shape)),
            reference is null ? null : Above(flops, WidthRule.FlopsOf(reference, shape, length)));
    }

    private static double Above(long cost, long of) => of == 0 ? 0 : ((double)cost / of) - 1;
}
