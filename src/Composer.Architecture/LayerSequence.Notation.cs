using System.Diagnostics.CodeAnalysis;
using Composer.Architecture.Notation;
using Composer.Architecture.Primitives;

namespace Composer.Architecture;

/// <content>The paper's notation, both ways.</content>
public sealed partial class LayerSequence
{
    /// <summary>The most layers that an order may have.</summary>
    public const int MaximumLayers = 4096;

    private IReadOnlyList<LayerGroup>? groups;
    private string? notation;

    /// <summary>Runs of equal layers, neighbours always of different symbols; <c>AAMMMM</c> has 2A and 4M.</summary>
    public IReadOnlyList<LayerGroup> Groups => groups ??= FindGroups();

    /// <summary>
    /// The canonical notation: the shortest that folds repeated groups, such as <c>2A+4M</c>,
    /// <c>4x(2A+4M)+1A+2M</c>, <c>16x(1A+1M)</c>. <see cref="Parse"/> reads it back to an equal order.
    /// </summary>
    public string Notation => notation ??= NotationFolding.Write(Groups);

    /// <summary>
    /// Reads the paper's notation: terms joined by <c>+</c>, each a bare run of letters (<c>AAMMMM</c>), a
    /// count and a letter (<c>4M</c>), or a count and a block (<c>4x(2A+4M)</c>, nested at will; <c>×</c>,
    /// <c>*</c> or nothing serve for <c>x</c>). White space is free.
    /// </summary>
    /// <param name="text">The notation.</param>
    /// <param name="registry">Where the symbols must be known; null lets every upper-case letter pass.</param>
    /// <exception cref="FormatException">The text is no such notation; the message says where, and the remedy.</exception>
    public static LayerSequence Parse(string text, PrimitiveRegistry? registry = null) =>
        TryParse(text, out var layers, out var error, registry)
            ? layers
            : throw new FormatException($"'{text}' is no order of layers: {error}");

    /// <summary>As <see cref="Parse"/>; false with what is wrong, where, and how to mend it.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out LayerSequence? layers,
        [NotNullWhen(false)] out NotationError? error,
        PrimitiveRegistry? registry = null)
    {
        var symbols = new NotationParser(text ?? "", registry).Parse(out error);
        layers = symbols is null ? null : new LayerSequence(symbols);
        return layers is not null;
    }

    /// <summary>The layers of these groups in turn; equal neighbours merge.</summary>
    /// <exception cref="ArgumentException">No group, a count below 1, or more than <see cref="MaximumLayers"/> layers.</exception>
    public static LayerSequence FromGroups(IEnumerable<LayerGroup> groups)
    {
        var list = groups.ToList();
        if (list.Exists(g => g.Count < 1) || list.Sum(g => (long)g.Count) > MaximumLayers)
        {
            throw new ArgumentException($"Groups have at least 1 layer, all together at most {MaximumLayers}.", nameof(groups));
        }

        return FromSymbols(list.SelectMany(g => Enumerable.Repeat(g.Symbol, g.Count)));
    }

    private LayerGroup[] FindGroups()
    {
        var found = new List<LayerGroup>();
        for (var (start, i) = (0, 1); i <= symbols.Length; i++)
        {
            if (i == symbols.Length || symbols[i] != symbols[start])
            {
                found.Add(new LayerGroup(symbols[start], i - start));
                start = i;
            }
        }

        return [.. found];
    }
}
