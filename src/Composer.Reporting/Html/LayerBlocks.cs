using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Reporting.Html;

/// <summary>An order of layers as coloured blocks with their letters.</summary>
internal static class LayerBlocks
{
    /// <summary>Colours for primitives in registry order; those after the first two come again.</summary>
    private const int Colours = 8;
    private const int Lasting = 2;

    /// <summary>Up to so many layers stay in one row of a table's cell.</summary>
    private const int LongestRow = 16;

    /// <summary>The class that has a primitive's colour.</summary>
    public static string StyleOf(char symbol)
    {
        // A report may be of an order whose primitive this executable lacks.
        var place = PrimitiveRegistry.Default.PlaceOf(symbol) is >= 0 and var known ? known : symbol;
        return $"p{(place < Colours ? place : Lasting + ((place - Lasting) % (Colours - Lasting)))}";
    }

    /// <summary>The blocks in one flow.</summary>
    public static void Write(HtmlWriter html, LayerSequence layers, string label) => Write(html, [layers.ToString()], label);

    /// <summary>The blocks of each part, a gap between parts.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<string> parts, string label)
    {
        var style = parts.Sum(p => p.Length) > LongestRow ? "layers long" : "layers";
        using (html.In("span", ("class", style), ("role", "img"), ("aria-label", label)))
        {
            foreach (var part in parts)
            {
                using (html.In("span", ("class", "part")))
                {
                    foreach (var symbol in part)
                    {
                        html.Element("i", symbol.ToString(), ("class", StyleOf(symbol)));
                    }
                }
            }
        }
    }

    /// <summary>The copies of the small order that the large one begins with, each a part, and what is left.</summary>
    /// <remarks>One part where it doesn't begin with two copies, as stretched orders don't.</remarks>
    public static IReadOnlyList<string> PartsOf(LayerSequence largeOrder, LayerSequence? smallOrder)
    {
        var (large, small) = (largeOrder.ToString(), smallOrder?.ToString());
        if (small is null || !large.StartsWith(small + small, StringComparison.Ordinal))
        {
            return [large];
        }

        var parts = new List<string>();
        while (large.StartsWith(small, StringComparison.Ordinal))
        {
            parts.Add(small);
            large = large[small.Length..];
        }

        return large.Length == 0 ? parts : [.. parts, large];
    }
}
