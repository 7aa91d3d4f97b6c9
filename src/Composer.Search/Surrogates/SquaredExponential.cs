using System.Numerics;
using System.Runtime.InteropServices;

namespace Composer.Search.Surrogates;

/// <summary>
/// The parts of the kernel exp(−½|z − z′|²) on rows that are stored by columns and scaled by 1/ℓ; of categories, which are not
/// scaled, each pair of different ones adds 1/ℓ² to the square.
/// </summary>
internal static class SquaredExponential
{
    /// <summary>squares[j − from] += the squared distance of rows i and j.</summary>
    /// <param name="scaled">z [columns, stride].</param>
    /// <param name="stride">Numbers of a column, with its padding.</param>
    /// <param name="weights">1/ℓ² of the columns that hold categories, the first ones.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="i">The row that the others are compared with.</param>
    /// <param name="from">The first of the others, a multiple of <see cref="CovarianceFactor.Alignment"/>.</param>
    /// <param name="squares">[stride − from].</param>
    public static void AddSquares(
        ReadOnlySpan<double> scaled, int stride, ReadOnlySpan<double> weights, int columns, int i, int from, Span<double> squares)
    {
        for (var c = 0; c < weights.Length; c++)
        {
            AddDifferences(scaled.Slice((c * stride) + from, squares.Length), scaled[(c * stride) + i], weights[c], squares);
        }

        for (var c = weights.Length; c < columns; c++)
        {
            AddSquares(scaled.Slice((c * stride) + from, squares.Length), scaled[(c * stride) + i], squares);
        }
    }

    /// <summary>squares += weight where column ≠ own.</summary>
    public static void AddDifferences(ReadOnlySpan<double> column, double own, double weight, Span<double> squares)
    {
        var others = MemoryMarshal.Cast<double, Vector<double>>(column);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(squares);
        var (self, one) = (new Vector<double>(own), new Vector<double>(weight));
        for (var v = 0; v < sums.Length; v++)
        {
            sums[v] += Vector.ConditionalSelect(Vector.Equals(others[v], self), Vector<double>.Zero, one);
        }
    }

    /// <summary>squares += (column − own)².</summary>
    public static void AddSquares(ReadOnlySpan<double> column, double own, Span<double> squares)
    {
        var others = MemoryMarshal.Cast<double, Vector<double>>(column);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(squares);
        var self = new Vector<double>(own);
        for (var v = 0; v < sums.Length; v++)
        {
            var difference = others[v] - self;
            sums[v] += difference * difference;
        }
    }

    /// <summary>squares ← exp(−½ squares).</summary>
    public static void Exponentiate(Span<double> squares)
    {
        var half = new Vector<double>(-0.5);
        foreach (ref var square in MemoryMarshal.Cast<double, Vector<double>>(squares))
        {
            square = VectorExponential.OfNegative(square * half);
        }
    }
}
