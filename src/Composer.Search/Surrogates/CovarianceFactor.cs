using System.Numerics;
using System.Runtime.InteropServices;

namespace Composer.Search.Surrogates;

/// <summary>
/// The Cholesky factor of a covariance matrix. When rounding has made the matrix indefinite (rows that are
/// almost equal, little noise), the diagonal is raised, tenfold each time, until it can be factored.
/// </summary>
/// <remarks>
/// Each number is computed by the same operations in the same order whatever the vector width, on one
/// thread: rows are added to rows, four at a time, and nothing is summed across lanes. Immutable.
/// </remarks>
internal sealed class CovarianceFactor
{
    /// <summary>Rows are stored this wide apart or a multiple, so that no vector crosses into the next.</summary>
    public const int Alignment = 8;

    private const double LeastJitter = 1e-10;
    private const double GreatestJitter = 1;

    private readonly double[] upper;
    private readonly int n;
    private readonly int stride;

    private CovarianceFactor(double[] upper, int n, int stride, double jitter)
    {
        (this.upper, this.n, this.stride) = (upper, n, stride);
        Jitter = jitter;
        for (var i = 0; i < n; i++)
        {
            LogDeterminant += 2 * Math.Log(upper[(i * stride) + i]);
        }
    }

    /// <summary>What was added to the diagonal; mostly 0.</summary>
    public double Jitter { get; }

    public double LogDeterminant { get; }

    /// <summary>How far apart rows of an n × n matrix are stored.</summary>
    public static int StrideOf(int n) => (n + Alignment - 1) / Alignment * Alignment;

    /// <param name="covariance">[n, <see cref="StrideOf"/>], symmetric; only its upper triangle is read.</param>
    /// <param name="n">Rows.</param>
    /// <exception cref="ArithmeticException">The matrix is not finite, or far from positive definite.</exception>
    public static CovarianceFactor Of(double[] covariance, int n)
    {
        var stride = StrideOf(n);
        for (var jitter = 0.0; jitter <= GreatestJitter; jitter = jitter == 0 ? LeastJitter : jitter * 10)
        {
            double[] matrix = [.. covariance];
            for (var i = 0; i < n; i++)
            {
                matrix[(i * stride) + i] += jitter;
            }

            if (TryFactor(matrix, n, stride))
            {
                return new CovarianceFactor(matrix, n, stride, jitter);
            }
        }

        throw new ArithmeticException("A covariance matrix is not finite or far from positive definite.");
    }

    /// <summary>K⁻¹ b.</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        var x = b.ToArray();
        for (var i = 0; i < n; i++)
        {
            x[i] /= upper[(i * stride) + i];
            for (var j = i + 1; j < n; j++)
            {
                x[j] -= upper[(i * stride) + j] * x[i];
            }
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var sum = x[i];
            for (var j = i + 1; j < n; j++)
            {
                sum -= upper[(i * stride) + j] * x[j];
            }

            x[i] = sum / upper[(i * stride) + i];
        }

        return x;
    }

    /// <summary>K⁻¹, [n, <see cref="StrideOf"/>], zero beyond column n.</summary>
    public double[] Inverse()
    {
        var inverseLower = InverseLower();
        var inverse = new double[n * stride];
        for (var i = 0; i < n; i++)
        {
            // K⁻¹ = L⁻ᵀL⁻¹: row k of L⁻¹ reaches to its column k ≥ i only.
            var row = inverse.AsSpan(i * stride, Round(i + 1));
            var k = i;
            for (; k + 4 <= n; k += 4)
            {
                Add4(
                    row,
                    inverseLower,
                    k,
                    -inverseLower[(k * stride) + i],
                    -inverseLower[((k + 1) * stride) + i],
                    -inverseLower[((k + 2) * stride) + i],
                    -inverseLower[((k + 3) * stride) + i],
                    0);
            }

            for (; k < n; k++)
            {
                Add(row, inverseLower.AsSpan(k * stride), -inverseLower[(k * stride) + i]);
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < stride; j++)
            {
                inverse[(i * stride) + j] = j < n ? inverse[(j * stride) + i] : 0;
            }
        }

        return inverse;
    }

    /// <summary>L with L·Lᵀ = K, [n, n] row-major, zero above the diagonal.</summary>
    public double[] Lower()
    {
        var lower = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                lower[(i * n) + j] = upper[(j * stride) + i];
            }
        }

        return lower;
    }

    /// <summary>L⁻¹, row-major, zero above the diagonal.</summary>
    private double[] InverseLower()
    {
        var rows = new double[n * stride];
        for (var i = 0; i < n; i++)
        {
            var row = rows.AsSpan(i * stride, Round(i + 1));
            var k = 0;
            for (; k + 4 <= i; k += 4)
            {
                Add4(
                    row[..Round(k + 4)],
                    rows,
                    k,
                    upper[(k * stride) + i],
                    upper[((k + 1) * stride) + i],
                    upper[((k + 2) * stride) + i],
                    upper[((k + 3) * stride) + i],
                    0);
            }

            for (; k < i; k++)
            {
                Add(row[..Round(k + 1)], rows.AsSpan(k * stride), upper[(k * stride) + i]);
            }

            row[i] += 1;
            var diagonal = upper[(i * stride) + i];
            foreach (ref var value in row)
            {
                value /= diagonal;
            }
        }

        return rows;
    }

    /// <summary>U with Uᵀ·U = the matrix into its upper triangle; what is below the diagonal is left as it falls.</summary>
    private static bool TryFactor(double[] matrix, int n, int stride)
    {
        for (var first = 0; first < n; first += 4)
        {
            var end = Math.Min(first + 4, n);
            for (var k = first; k < end; k++)
            {
                var from = k / Alignment * Alignment;
                var row = matrix.AsSpan((k * stride) + from, stride - from);
                for (var p = first; p < k; p++)
                {
                    Add(row, matrix.AsSpan((p * stride) + from), matrix[(p * stride) + k]);
                }

                var pivot = matrix[(k * stride) + k];
                if (!(pivot > 0) || !double.IsFinite(pivot))
                {
                    return false;
                }

                pivot = Math.Sqrt(pivot);
                foreach (ref var value in row)
                {
                    value /= pivot;
                }
            }

            for (var i = end; i < n; i++)
            {
                var from = i / Alignment * Alignment;
                var row = matrix.AsSpan((i * stride) + from, stride - from);
                Add4(
                    row,
                    matrix,
                    first,
                    matrix[(first * stride) + i],
                    matrix[((first + 1) * stride) + i],
                    matrix[((first + 2) * stride) + i],
                    matrix[((first + 3) * stride) + i],
                    from,
                    stride);
            }
        }

        return true;
    }

    /// <summary>target −= factor · row.</summary>
    private static void Add(Span<double> target, ReadOnlySpan<double> row, double factor)
    {
        var to = MemoryMarshal.Cast<double, Vector<double>>(target);
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(row[..target.Length]);
        var times = new Vector<double>(factor);
        for (var v = 0; v < to.Length; v++)
        {
            to[v] -= times * vectors[v];
        }
    }

    /// <summary>target −= a · row[first] + … + d · row[first + 3], one after the other, from a column of theirs on.</summary>
    private void Add4(Span<double> target, double[] rows, int first, double a, double b, double c, double d, int from) =>
        Add4(target, rows, first, a, b, c, d, from, stride);

    private static void Add4(
        Span<double> target, double[] rows, int first, double a, double b, double c, double d, int from, int stride)
    {
        var to = MemoryMarshal.Cast<double, Vector<double>>(target);
        var row0 = MemoryMarshal.Cast<double, Vector<double>>(rows.AsSpan((first * stride) + from, target.Length));
        var row1 = MemoryMarshal.Cast<double, Vector<double>>(rows.AsSpan(((first + 1) * stride) + from, target.Length));
        var row2 = MemoryMarshal.Cast<double, Vector<double>>(rows.AsSpan(((first + 2) * stride) + from, target.Length));
        var row3 = MemoryMarshal.Cast<double, Vector<double>>(rows.AsSpan(((first + 3) * stride) + from, target.Length));
        var (times0, times1, times2, times3) = (new Vector<double>(a), new Vector<double>(b), new Vector<double>(c), new Vector<double>(d));
        for (var v = 0; v < to.Length; v++)
        {
            to[v] = to[v] - (times0 * row0[v]) - (times1 * row1[v]) - (times2 * row2[v]) - (times3 * row3[v]);
        }
    }

    private static int Round(int columns) => StrideOf(columns);
}
