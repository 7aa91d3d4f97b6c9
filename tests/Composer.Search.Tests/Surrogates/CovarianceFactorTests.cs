using System.Numerics;
using Composer.Core;
using Composer.Search.Surrogates;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Composer.Search.Tests.Surrogates;

/// <summary>Against MathNet's managed factorisation, at sizes around each block and vector width.</summary>
public class CovarianceFactorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(63)]
    [InlineData(150)]
    public void Factor_inverse_and_solution_are_those_of_an_independent_library(int n)
    {
        var (covariance, dense) = Covariance(n);
        var oracle = dense.Cholesky();
        var factor = CovarianceFactor.Of(covariance, n);
        Assert.Equal(0, factor.Jitter);
        Assert.Equal(oracle.DeterminantLn, factor.LogDeterminant, 1e-9 * n);
        var (lower, inverse, stride) = (factor.Lower(), factor.Inverse(), CovarianceFactor.StrideOf(n));
        var expected = oracle.Solve(DenseMatrix.CreateIdentity(n));
        double[] right = [.. Enumerable.Range(0, n).Select(i => Math.Sin(i + 1))];
        var solution = oracle.Solve(new DenseVector(right));
        var solved = factor.Solve(right);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(solution[i], solved[i], 1e-9);
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(oracle.Factor[i, j], lower[(i * n) + j], 1e-11);
                Assert.Equal(expected[i, j], inverse[(i * stride) + j], 1e-9);
            }

            Assert.All(Enumerable.Range(n, stride - n), j => Assert.Equal(0, inverse[(i * stride) + j]));
        }
    }

    [Fact]
    public void What_stands_below_the_diagonal_is_not_read()
    {
        var (covariance, _) = Covariance(21);
        var expected = CovarianceFactor.Of(covariance, 21).Inverse();
        for (var i = 0; i < 21; i++)
        {
            covariance.AsSpan(i * CovarianceFactor.StrideOf(21), i).Fill(7);
        }

        Assert.Equal(expected, CovarianceFactor.Of(covariance, 21).Inverse());
    }

    [Fact]
    public void Exponential_is_exact_to_a_few_units_in_the_last_place()
    {
        for (var x = 0.0; x > -690; x -= .0137)
        {
            Assert.Equal(1, VectorExponential.OfNegative(new Vector<double>(x))[0] / Math.Exp(x), 8e-16);
        }

        Assert.Equal(1, VectorExponential.OfNegative(Vector<double>.Zero)[0]);
        Assert.InRange(VectorExponential.OfNegative(new Vector<double>(-1e300))[0], 0, 1e-300);
    }

    private static (double[] Covariance, DenseMatrix Dense) Covariance(int n)
    {
        var rng = new Rng(new Seed((ulong)n));
        double[] places = [.. Enumerable.Range(0, n).Select(_ => 10 * rng.NextDouble())];
        var stride = CovarianceFactor.StrideOf(n);
        var covariance = new double[n * stride];
        var dense = new DenseMatrix(n, n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                dense[i, j] = Math.Exp(-Math.Abs(places[i] - places[j])) + (i == j ? .1 : 0);
                covariance[(i * stride) + j] = dense[i, j];
            }
        }

        return (covariance, dense);
    }
}
