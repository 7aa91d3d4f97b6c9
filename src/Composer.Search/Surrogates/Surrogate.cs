using Composer.Core;

namespace Composer.Search.Surrogates;

/// <summary>
/// What a study's scores teach about all orders: for each kernel the hyperparameters of the greatest
/// posterior density, and of the kernels the one of the greatest leave-one-out log density.
/// </summary>
/// <param name="Kernel">The kernel chosen.</param>
/// <param name="Process">Its posterior, in standardised scores.</param>
/// <param name="Observed">What it learnt from, with the scale of the scores.</param>
/// <remarks>A function of the completed trials (and, beyond <see cref="ObservedScores.Most"/>, the seed).</remarks>
internal sealed record Surrogate(KernelKind Kernel, GaussianProcess Process, ObservedScores Observed)
{
    private const int Iterations = 60;
    private const double Tolerance = 1e-4;

    /// <summary>The surrogate of at least one completed trial.</summary>
    public static Surrogate Fit(SearchSpace space, Seed seed, IReadOnlyList<Trial> completed)
    {
        var observed = new ObservedScores(space, seed, completed);
        Surrogate? best = null;
        var bestDensity = double.NegativeInfinity;
        foreach (var kernel in Enum.GetValues<KernelKind>())
        {
            var process = FitProcess(kernel, observed);
            var density = process.LeaveOneOutLogDensity();
            if (best is null || density > bestDensity)
            {
                (best, bestDensity) = (new Surrogate(kernel, process, observed), density);
            }
        }

        return best!;
    }

    /// <summary>The process of the most probable hyperparameters for one kernel.</summary>
    public static GaussianProcess FitProcess(KernelKind kernel, ObservedScores observed)
    {
        var encoding = new InputEncoding(observed.Space, kernel);
        var rows = new double[observed.Digits.Length * encoding.Columns];
        for (var i = 0; i < observed.Digits.Length; i++)
        {
            encoding.Encode(observed.Digits[i], rows.AsSpan(i * encoding.Columns, encoding.Columns));
        }

        var likelihood = new MarginalLikelihood(encoding, rows, observed.Standardised);
        var location = new HyperparameterPrior(encoding.PriorDimension).ScaleLocation;
        var lowest = Theta(encoding, HyperparameterPrior.LeastLogScale, HyperparameterPrior.LeastLogNoise);
        var highest = Theta(encoding, HyperparameterPrior.GreatestLogScale, HyperparameterPrior.GreatestLogNoise);

        // The modes of the priors, where BoTorch starts; and a smooth function under much noise.
        double[][] starts =
        [
            Theta(encoding, location - HyperparameterPrior.ScaleVariance, HyperparameterPrior.NoiseLocation - 1),
            Theta(encoding, location, Math.Log(.2)),
        ];
        var best = starts
            .Select(start => Lbfgs.Minimize(likelihood.Evaluate, start, lowest, highest, Iterations, Tolerance))
            .MinBy(found => found.Value);
        return new GaussianProcess(encoding, best.Point, observed.Digits, observed.Standardised);
    }

    private static double[] Theta(InputEncoding encoding, double logScale, double logNoise)
    {
        var theta = new double[encoding.Scales + 1];
        Array.Fill(theta, logScale);
        theta[^1] = logNoise;
        return theta;
    }
}
