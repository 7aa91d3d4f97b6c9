using System.Numerics;
using System.Runtime.InteropServices;

namespace Composer.Search.Surrogates;

/// <summary>The parts of the kernel exp(−½|z − z′|²) on rows that are stored by columns and scaled by 1/ℓ.</summary>
internal static class SquaredExponential
{
    /// <summary>squares[j − from] += Σ_c (z_cj − z_ci)².</summary>
    /// <param name="scaled">z [columns, stride].</param>
    /// <param name="stride">Numbers of a column, with its padding.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="i">The row that the others are compared with.</param>
    /// <param name="from">The first of the others, a multiple of <see cref="CovarianceFactor.Alignment"/>.</param>
    /// <param name="squares">[stride − from].</param>
    public static void AddSquares(ReadOnlySpan<double> scaled, int stride, int columns, int i, int from, Span<double> squares)
    {
        for (var c = 0; c < columns; c++)
        {
            AddSquares(scaled.Slice((c * stride) + from, squares.Length), scaled[(c * stride) + i], squares);
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
