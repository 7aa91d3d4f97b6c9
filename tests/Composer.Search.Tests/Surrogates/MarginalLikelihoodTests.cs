using Composer.Core;
using Composer.Search.Surrogates;

namespace Composer.Search.Tests.Surrogates;

public class MarginalLikelihoodTests
{
    [Theory]
    [InlineData(nameof(KernelKind.Positions), "AM", 6)]
    [InlineData(nameof(KernelKind.Isotropic), "AM", 6)]
    [InlineData(nameof(KernelKind.PositionsAndFeatures), "AM", 6)]
    [InlineData(nameof(KernelKind.Positions), "AMS", 4)]
    [InlineData(nameof(KernelKind.Isotropic), "AMS", 4)]
    [InlineData(nameof(KernelKind.PositionsAndFeatures), "AMS", 4)]
    [InlineData(nameof(KernelKind.PositionsAndFeatures), "AM", 1)]
    public void Gradient_agrees_with_finite_differences(string kernel, string primitives, int layers)
    {
        var rng = new Rng(new Seed(7));
        var space = new SearchSpace(layers, primitives);
        var encoding = new InputEncoding(space, Enum.Parse<KernelKind>(kernel));
        const int N = 15;
        var rows = new double[N * encoding.Columns];
        var scores = new double[N];
        for (var i = 0; i < N; i++)
        {
            encoding.Encode(space.Digits(space.At(rng.NextInt((int)space.Size))), rows.AsSpan(i * encoding.Columns, encoding.Columns));
            scores[i] = rng.NextGaussian();
        }

        var likelihood = new MarginalLikelihood(encoding, rows, scores, ObservationNoise.Equal(N));
        for (var repetition = 0; repetition < 5; repetition++)
        {
            double[] theta = [.. Enumerable.Range(0, encoding.Scales + 1).Select(_ => rng.NextGaussian())];
            theta[^1] -= 2;
            var gradient = new double[theta.Length];
            likelihood.Evaluate(theta, gradient);
            for (var k = 0; k < theta.Length; k++)
            {
                const double Step = 1e-5;
                var scratch = new double[theta.Length];
                double[] up = [.. theta];
                up[k] += Step;
                double[] down = [.. theta];
                down[k] -= Step;
                var difference = (likelihood.Evaluate(up, scratch) - likelihood.Evaluate(down, scratch)) / (2 * Step);
                Assert.Equal(difference, gradient[k], 1e-6 * Math.Max(1, Math.Abs(difference)));
            }
        }
    }

    [Fact]
    public void Minimiser_finds_the_bottom_of_a_curved_valley()
    {
        static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
        {
            var (a, b) = (1 - x[0], x[1] - (x[0] * x[0]));
            gradient[0] = (-2 * a) - (400 * x[0] * b);
            gradient[1] = 200 * b;
            return (a * a) + (100 * b * b);
        }

        var (point, value) = Lbfgs.Minimize(Rosenbrock, [-1.2, 1], [-5, -5], [5, 5], 200, 1e-9);
        Assert.Equal(1, point[0], 1e-5);
        Assert.Equal(1, point[1], 1e-5);
        Assert.True(value < 1e-10);
    }

    [Fact]
    public void Minimiser_stops_at_the_bound_that_holds_it()
    {
        static double Bowl(ReadOnlySpan<double> x, Span<double> gradient)
        {
            (gradient[0], gradient[1]) = (2 * (x[0] + x[1]), (2 * (x[0] + x[1])) + (2 * x[1]));
            return ((x[0] + x[1]) * (x[0] + x[1])) + (x[1] * x[1]);
        }

        // Held at x₀ ≥ 2 the least is at x₁ = −1.
        var (point, _) = Lbfgs.Minimize(Bowl, [4, 3], [2, -10], [10, 10], 200, 1e-9);
        Assert.Equal(2, point[0], 1e-9);
        Assert.Equal(-1, point[1], 1e-6);
    }
}
