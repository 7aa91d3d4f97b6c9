using Composer.Architecture;
using Composer.Core;
using Composer.Search.Constraints;

namespace Composer.Search;

/// <summary>All orders of a number of layers, each layer one of a few primitives.</summary>
/// <remarks>
/// Immutable; equal when number, primitives and constraint are. Orders are numbered lexically: the layer at
/// the input is the most significant digit, and digits follow the order of <see cref="Primitives"/>.
/// </remarks>
public sealed record SearchSpace
{
    private readonly Lazy<AllowedCounts>? allowed;

    /// <param name="layers">Layers of a candidate, at least 1.</param>
    /// <param name="primitives">Symbols in registry order, each once, at least one.</param>
    /// <param name="constraint">Which of the orders may be tried; all when null.</param>
    /// <exception cref="ArgumentException">No layers, or the symbols are not distinct upper-case letters.</exception>
    public SearchSpace(int layers, IEnumerable<char> primitives, ICountConstraint? constraint = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        Primitives = LayerSequence.FromSymbols(primitives).ToString();
        if (Primitives.Distinct().Count() != Primitives.Length)
        {
            throw new ArgumentException($"'{Primitives}' names a primitive twice.", nameof(primitives));
        }

        Layers = layers;
        Size = Power(Primitives.Length, layers);
        Constraint = constraint;
        if (constraint is not null)
        {
            allowed = new Lazy<AllowedCounts>(() => new AllowedCounts(Layers, Primitives, constraint));
        }
    }

    /// <summary>Layers of a candidate.</summary>
    public int Layers { get; }

    /// <summary>The symbols to choose from, in registry order.</summary>
    public string Primitives { get; }

    /// <summary>Z^n, the number of orders; <see cref="long.MaxValue"/> when there are more than that.</summary>
    public long Size { get; }

    /// <summary>Which of the orders may be tried; all when null.</summary>
    public ICountConstraint? Constraint { get; }

    /// <summary>How many orders may be tried; <see cref="long.MaxValue"/> when there are more than that.</summary>
    public long AllowedSize => allowed is null ? Size : allowed.Value.Size;

    /// <summary>The same primitives at another number of layers, without the constraint.</summary>
    public SearchSpace WithLayers(int layers) => new(layers, Primitives);

    /// <summary>Whether the order has as many layers and only these primitives, and may be tried.</summary>
    public bool Contains(LayerSequence sequence) =>
        sequence.Count == Layers && sequence.All(symbol => Primitives.Contains(symbol)) && Allows(Digits(sequence));

    /// <summary>Every order that may be tried, each once: in lexical order unless there is a constraint.</summary>
    public IEnumerable<LayerSequence> Allowed()
    {
        if (allowed is not null)
        {
            foreach (var digits in allowed.Value.Orders())
            {
                yield return FromDigits(digits);
            }

            yield break;
        }

        for (long index = 0; index < Size; index++)
        {
            yield return At(index);
        }
    }

    public bool Equals(SearchSpace? other) => other is not null
        && Layers == other.Layers && Primitives == other.Primitives && Equals(Constraint, other.Constraint);

    public override int GetHashCode() => HashCode.Combine(Layers, Primitives.Length);

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

    /// <summary>Whether the order, one digit a layer, may be tried.</summary>
    internal bool Allows(ReadOnlySpan<byte> digits)
    {
        if (allowed is null)
        {
            return true;
        }

        Span<int> counts = stackalloc int[Primitives.Length];
        foreach (var digit in digits)
        {
            counts[digit]++;
        }

        return allowed.Value.Contains(counts);
    }

    /// <summary>An order drawn uniformly from those that may be tried.</summary>
    internal void Draw(Rng rng, Span<byte> digits)
    {
        if (allowed is not null)
        {
            allowed.Value.Draw(rng, digits);
            return;
        }

        foreach (ref var digit in digits)
        {
            digit = (byte)rng.NextInt(Primitives.Length);
        }
    }

    internal byte[] DigitsOf(long index)
    {
        var digits = new byte[Layers];
        Digits(index, digits);
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
