using Composer.Architecture;

namespace Composer.Search;

/// <summary>All orders of a number of layers, each layer one of a few primitives.</summary>
/// <remarks>
/// Immutable; equal when the number and the primitives are. Orders are numbered lexically: the layer at
/// the input is the most significant digit, and digits follow the order of <see cref="Primitives"/>.
/// </remarks>
public sealed record SearchSpace
{
    /// <param name="layers">Layers of a candidate, at least 1.</param>
    /// <param name="primitives">Symbols in registry order, each once, at least one.</param>
    /// <exception cref="ArgumentException">No layers, or the symbols are not distinct upper-case letters.</exception>
    public SearchSpace(int layers, IEnumerable<char> primitives)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        Primitives = LayerSequence.FromSymbols(primitives).ToString();
        if (Primitives.Distinct().Count() != Primitives.Length)
        {
            throw new ArgumentException($"'{Primitives}' names a primitive twice.", nameof(primitives));
        }

        Layers = layers;
        Size = Power(Primitives.Length, layers);
    }

    /// <summary>Layers of a candidate.</summary>
    public int Layers { get; }

    /// <summary>The symbols to choose from, in registry order.</summary>
    public string Primitives { get; }

    /// <summary>Z^n, the number of orders; <see cref="long.MaxValue"/> when there are more than that.</summary>
    public long Size { get; }

    /// <summary>The same primitives at another number of layers.</summary>
    public SearchSpace WithLayers(int layers) => new(layers, Primitives);

    /// <summary>Whether the order has as many layers and only these primitives.</summary>
    public bool Contains(LayerSequence sequence) =>
        sequence.Count == Layers && sequence.All(symbol => Primitives.Contains(symbol));

    /// <summary>The order with this number.</summary>
    public LayerSequence At(long index)
    {
        Span<byte> digits = stackalloc byte[Layers];
        Digits(index, digits);
        return FromDigits(digits);
    }

    /// <summary>One digit a layer: the place of its primitive in <see cref="Primitives"/>.</summary>
    internal byte[] Digits(LayerSequence sequence)
    {
        var digits = new byte[Layers];
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = (byte)Primitives.IndexOf(sequence[i], StringComparison.Ordinal);
        }

        return digits;
    }

    internal void Digits(long index, Span<byte> digits)
    {
        for (var i = Layers - 1; i >= 0; i--)
        {
            (index, var digit) = Math.DivRem(index, Primitives.Length);
            digits[i] = (byte)digit;
        }
    }

    internal LayerSequence FromDigits(ReadOnlySpan<byte> digits)
    {
        var symbols = new char[digits.Length];
        for (var i = 0; i < symbols.Length; i++)
        {
            symbols[i] = Primitives[digits[i]];
        }

        return LayerSequence.FromSymbols(symbols);
    }

    private static long Power(int radix, int exponent)
    {
        var power = (UInt128)1;
        for (var i = 0; i < exponent && power < (UInt128)long.MaxValue; i++)
        {
            power *= (uint)radix;
        }

        return power > (UInt128)long.MaxValue ? long.MaxValue : (long)power;
    }
}
