using Composer.Architecture.Primitives;

namespace Composer.Architecture.Widths;

/// <summary>
/// Makes layers of different kinds equally costly: the inner width of each (<see cref="Primitive.WidthOption"/>) becomes the one
/// that brings its cost nearest to that of its reference at the same shape.
/// </summary>
/// <param name="Widths">What is to be equal.</param>
/// <param name="Length">Tokens of a sequence, at which FLOPs are counted; at least 1, of no matter to parameters.</param>
/// <remarks>
/// Widths within a hundredth of the reference's cost count as equal: of those the one is taken that the highest power of two
/// divides, since vectors and matrix units want round numbers. The reference is the primitive that a search chooses from by
/// default, attention for what mixes positions and the MLP for what does not. A width that is given stays; so does a primitive
/// that has none. Immutable; equal when both are. Decision 0037.
/// </remarks>
public sealed record WidthRule(LayerWidths Widths, int Length)
{
    /// <summary>The share of the reference's cost within which another is equal.</summary>
    public const double Equal = .01;

    /// <summary>Widths as they are given.</summary>
    public static WidthRule Given { get; } = new(LayerWidths.Given, 1);

    /// <summary>The shape with exactly the options that these symbols have, the widths among them as this rule has them.</summary>
    /// <param name="shape">The widths that all layers share, and what is given.</param>
    /// <param name="symbols">An order's, or those of a search.</param>
    /// <param name="defaults">Which value an option takes that has none and is no width.</param>
    /// <param name="registry">The primitives; the default ones when null.</param>
    /// <returns>A shape that is wrong anyway comes back without the rule; <see cref="ModelShape.Validate"/> tells what is wrong.</returns>
    public ModelShape Complete(
        ModelShape shape, IEnumerable<char> symbols, OptionDefaults defaults, PrimitiveRegistry? registry = null)
    {
        registry ??= PrimitiveRegistry.Default;
        char[] all = [.. symbols.Distinct()];
        var completed = shape.CompletedFor(all, defaults, registry);
        if (Widths == LayerWidths.Given || (shape with { Options = null }).Validate(registry).Count > 0)
        {
            return completed;
        }

        foreach (var symbol in all)
        {
            if (registry.TryGet(symbol, out var primitive)
                && primitive.WidthOption is { } name
                && completed.Options?.Of(symbol, name) == 0
                && ReferenceOf(primitive, completed, registry) is { } reference
                && Nearest(primitive, name, completed, CostOf(reference, completed)) is { } width)
            {
                completed = completed with { Options = completed.Options.With(symbol, name, width) };
            }
        }

        return completed;
    }

    /// <summary>The primitive that a layer is to cost as much as; itself where it is one, null where there is none.</summary>
    internal static Primitive? ReferenceOf(Primitive primitive, ModelShape shape, PrimitiveRegistry registry) =>
        primitive.IsSearchedByDefault
            ? primitive
            : registry.All.FirstOrDefault(p => p.IsSearchedByDefault && p.MixesPositions(shape) == primitive.MixesPositions(shape));

    /// <summary>Training FLOPs per token of one layer, forward and backward: 6 an active parameter, and mixing.</summary>
    internal static long FlopsOf(Primitive primitive, ModelShape shape, int length) =>
        checked((6 * primitive.ActiveParameters(shape)) + primitive.MixingFlopsPerToken(shape, length));

    /// <summary>
    /// Of the widths that can be the roundest that counts as equal, else the one that comes nearest, of equals the smaller; null
    /// where none can be. Costs rise with the width: the first that reaches the target is bisected, and what lies below and above
    /// it is looked at from there.
    /// </summary>
    private int? Nearest(Primitive primitive, string name, ModelShape shape, double target)
    {
        var option = primitive.Options.Single(o => o.Name == name);
        var (least, most) = (Math.Max(1, option.Least), option.Most);
        var (low, high) = (least, most);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Cost(middle) >= target ? (low, middle) : (middle + 1, high);
        }

        int[] found = [.. Looked(low - 1, -1, least), .. Looked(low, 1, most)];
        return found.Length == 0
            ? null
            : found.OrderByDescending(width => IsEqual(width) ? int.TrailingZeroCount(width) : -1)
                .ThenBy(width => Math.Abs(Cost(width) - target)).ThenBy(width => width).First();

        // What can be from here on, as far as it counts as equal; the first in any case.
        IEnumerable<int> Looked(int from, int step, int end)
        {
            for (var (width, isFirst) = (from, true); step * (end - width) >= 0 && (isFirst || IsEqual(width)); width += step)
            {
                if (!primitive.Mistakes(At(width)).Any())
                {
                    isFirst = false;
                    yield return width;
                }
            }
        }

        ModelShape At(int width) => shape with { Options = shape.Options!.With(primitive.Symbol, name, width) };
        bool IsEqual(int width) => Math.Abs(Cost(width) - target) <= Equal * target;
        double Cost(int width) => CostOf(primitive, At(width));
    }

    /// <summary>Infinite where it cannot be counted.</summary>
    private double CostOf(Primitive primitive, ModelShape shape)
    {
        try
        {
            return Widths == LayerWidths.EqualFlops ? FlopsOf(primitive, shape, Length) : primitive.ActiveParameters(shape);
        }
        catch (OverflowException)
        {
            return double.PositiveInfinity;
        }
    }
}
