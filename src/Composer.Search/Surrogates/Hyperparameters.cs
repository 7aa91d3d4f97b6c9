namespace Composer.Search.Surrogates;

/// <summary>
/// For each kernel the hyperparameters of the greatest posterior density, and of the kernels the one of the
/// greatest leave-one-out log density.
/// </summary>
/// <param name="Kernel">The kernel chosen.</param>
/// <param name="Theta">[ln ℓ₁ … ln ℓ_S, ln σ²].</param>
internal sealed record Hyperparameters(KernelKind Kernel, double[] Theta)
{
    private const int Iterations = 60;
    private const double Tolerance = 1e-4;

    /// <summary>
    /// How many of the first completed trials a search that has <paramref name="completed"/> of them fits
    /// hyperparameters to: all of the first forty, then at each twentieth more. In between the posterior
    /// takes in every score, and a fit would hardly differ.
    /// </summary>
    public static int TrialsOfFit(int completed)
    {
        var trials = 1;
        while (trials + Math.Max(1, trials / 20) <= completed)
        {
            trials += Math.Max(1, trials / 20);
        }

        return trials;
    }

    public static Hyperparameters Of(ObservedScores observed)
    {
        Hyperparameters? best = null;
        var bestDensity = double.NegativeInfinity;
        foreach (var kernel in Enum.GetValues<KernelKind>())
        {
            var fitted = Of(kernel, observed);
            var density = fitted.Process(observed).LeaveOneOutLogDensity();
            if (best is null || density > bestDensity)
            {
                (best, bestDensity) = (fitted, density);
            }
        }

        return best!;
    }

    /// <summary>The most probable hyperparameters of one kernel.</summary>
    public static Hyperparameters Of(KernelKind kernel, ObservedScores observed)
    {
        var encoding = new InputEncoding(observed.Space, kernel);
        var rows = new double[observed.Digits.Length * encoding.Columns];
        for (var i = 0; i < observed.Digits.Length; i++)
        {
            encoding.Encode(observed.Digits[i], rows.AsSpan(i * encoding.Columns, encoding.Columns));
        }

        var likelihood = new MarginalLikelihood(encoding, rows, observed.Standardised, observed.Noise);
        var location = new HyperparameterPrior(encoding.PriorDimension).ScaleLocation;
        var lowest = Start(encoding, HyperparameterPrior.LeastLogScale, HyperparameterPrior.LeastLogNoise);
        var highest = Start(encoding, HyperparameterPrior.GreatestLogScale, HyperparameterPrior.GreatestLogNoise);

        // The modes of the priors, where BoTorch starts; and a smooth function under much noise.
        double[][] starts =
        [
            Start(encoding, location - HyperparameterPrior.ScaleVariance, HyperparameterPrior.NoiseLocation - 1),
            Start(encoding, location, Math.Log(.2)),
        ];
        return new Hyperparameters(kernel, starts
            .Select(start => Lbfgs.Minimize(likelihood.Evaluate, start, lowest, highest, Iterations, Tolerance))
            .MinBy(found => found.Value).Point);
    }

    /// <summary>The posterior of these scores.</summary>
    public GaussianProcess Process(ObservedScores observed) =>
        new(new InputEncoding(observed.Space, Kernel), Theta, observed.Digits, observed.Standardised, observed.Noise);

    private static double[] Start(InputEncoding encoding, double logScale, double logNoise)
    {
        var theta = new double[encoding.Scales + 1];
        Array.Fill(theta, logScale);
        theta[^1] = logNoise;
        return theta;
    }
}
