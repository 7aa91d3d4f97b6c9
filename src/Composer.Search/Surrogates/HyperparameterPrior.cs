namespace Composer.Search.Surrogates;

/// <summary>
/// BoTorch's priors for standardised scores: ℓ ~ LogNormal(√2 + ½ ln n, √3) with ℓ ≥ .025, and
/// σ² ~ LogNormal(−4, 1) with σ² ≥ 1e-4 (Hvarfner et al. 2024, "Vanilla Bayesian optimization performs
/// great in high dimensions"). Densities of ℓ and σ² themselves, not of their logarithms.
/// </summary>
/// <param name="dimension">n.</param>
internal sealed class HyperparameterPrior(int dimension)
{
    public const double NoiseLocation = -4;
    public const double NoiseDeviation = 1;
    public static readonly double LeastLogScale = Math.Log(.025);
    public static readonly double LeastLogNoise = Math.Log(1e-4);

    /// <summary>Far above what the priors leave any weight; keeps exponentials finite.</summary>
    public const double GreatestLogScale = 20;

    public const double GreatestLogNoise = 5;

    public const double ScaleVariance = 3;

    public double ScaleLocation { get; } = Math.Sqrt(2) + (0.5 * Math.Log(dimension));

    /// <summary>The log density of one length scale, but for a constant, and its derivative by ln ℓ.</summary>
    public (double Value, double Slope) OfScale(double logScale) =>
        LogNormal(logScale, ScaleLocation, ScaleVariance);

    /// <summary>The log density of the noise variance, but for a constant, and its derivative by ln σ².</summary>
    public static (double Value, double Slope) OfNoise(double logNoise) =>
        LogNormal(logNoise, NoiseLocation, NoiseDeviation * NoiseDeviation);

    private static (double Value, double Slope) LogNormal(double logarithm, double location, double variance)
    {
        var distance = logarithm - location;
        return (-logarithm - (distance * distance / (2 * variance)), -1 - (distance / variance));
    }
}
