namespace Composer.Search.Acquisition;

/// <summary>
/// The logarithm of the expected improvement below the best score, stable however small that is
/// (Ament et al. 2023, "Unexpected improvements to expected improvement for Bayesian optimization", eq. 9).
/// </summary>
internal static class LogExpectedImprovement
{
    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);
    private static readonly double RootHalfPi = Math.Sqrt(Math.PI / 2);

    /// <summary>ln E[max(0, f* − f)] for f ~ N(mean, deviation²).</summary>
    /// <param name="mean">Posterior mean.</param>
    /// <param name="deviation">Posterior standard deviation, positive.</param>
    /// <param name="best">f*, the score to improve on by being lower.</param>
    public static double Of(double mean, double deviation, double best) =>
        OfStandard((best - mean) / deviation) + Math.Log(deviation);

    /// <summary>ln(zΦ(z) + φ(z)).</summary>
    internal static double OfStandard(double z)
    {
        if (z > -1)
        {
            var density = Math.Exp((-0.5 * z * z) - HalfLogTwoPi);
            var probability = 0.5 * Math.Exp(-0.5 * z * z) * ScaledComplementaryError.Erfcx(-z / Math.Sqrt(2));

            // Far to the right the product above is 0·∞; Φ(z) is 1 there.
            return Math.Log((z * (z > 25 ? 1 : probability)) + density);
        }

        var logDensity = (-0.5 * z * z) - HalfLogTwoPi;
        if (z > -200)
        {
            return logDensity + Math.Log(1 + (z * RootHalfPi * ScaledComplementaryError.Erfcx(-z / Math.Sqrt(2))));
        }

        // The difference above cancels; 1 − x + … in 1/z², the asymptotic series of Mills' ratio.
        var inverse = 1 / (z * z);
        return logDensity + Math.Log(inverse) + Math.Log(1 - (inverse * (3 - (inverse * (15 - (105 * inverse))))));
    }
}
