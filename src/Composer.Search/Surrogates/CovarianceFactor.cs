using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Composer.Search.Surrogates;

/// <summary>
/// The Cholesky factor of a covariance matrix. When rounding has made the matrix indefinite (rows that are
/// almost equal, little noise), the diagonal is raised, tenfold each time, until it can be factored.
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class CovarianceFactor
{
    private const double LeastJitter = 1e-10;
    private const double GreatestJitter = 1;

    private readonly Cholesky<double> cholesky;

    /// <summary>
    /// The matrices are too small to gain from threads (on a busy machine they lose much), and a native
    /// provider that happens to be installed would round differently. This is MathNet's only user here.
    /// </summary>
    static CovarianceFactor()
    {
        Control.UseManaged();
        Control.UseSingleThread();
    }

    private CovarianceFactor(Cholesky<double> cholesky, double jitter)
    {
        this.cholesky = cholesky;
        Jitter = jitter;
    }

    /// <summary>What was added to the diagonal; mostly 0.</summary>
    public double Jitter { get; }

    public double LogDeterminant => cholesky.DeterminantLn;

    /// <param name="covariance">[n, n], symmetric.</param>
    /// <param name="n">Rows.</param>
    /// <exception cref="ArithmeticException">The matrix is not finite, or far from positive definite.</exception>
    public static CovarianceFactor Of(double[] covariance, int n)
    {
        for (var jitter = 0.0; jitter <= GreatestJitter; jitter = jitter == 0 ? LeastJitter : jitter * 10)
        {
            var matrix = new DenseMatrix(n, n, [.. covariance]);
            for (var i = 0; i < n; i++)
            {
                matrix[i, i] += jitter;
            }

            if (TryFactor(matrix) is { } cholesky)
            {
                return new CovarianceFactor(cholesky, jitter);
            }
        }

        throw new ArithmeticException("A covariance matrix is not finite or far from positive definite.");
    }

    /// <summary>K⁻¹ b.</summary>
    public double[] Solve(double[] b) => cholesky.Solve(new DenseVector(b)).AsArray();

    /// <summary>K⁻¹, [n, n].</summary>
    public double[] Inverse()
    {
        var n = cholesky.Factor.RowCount;
        return cholesky.Solve(DenseMatrix.CreateIdentity(n)).AsColumnMajorArray();
    }

    /// <summary>L with L·Lᵀ = K, [n, n] row-major, zero above the diagonal.</summary>
    public double[] Lower() => cholesky.Factor.ToRowMajorArray();

    private static Cholesky<double>? TryFactor(DenseMatrix matrix)
    {
        try
        {
            var cholesky = matrix.Cholesky();
            return double.IsFinite(cholesky.DeterminantLn) ? cholesky : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
