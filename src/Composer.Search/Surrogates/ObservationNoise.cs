namespace Composer.Search.Surrogates;

/// <summary>How uncertain each observed score is: σ²wᵢ + vᵢ, in standardised units.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class ObservationNoise
{
    private readonly double[] weights;
    private readonly double[] variances;

    /// <param name="weights">w: 1 over the number of runs that a score is the mean of.</param>
    /// <param name="variances">v: what is known beforehand, as of a score that was predicted; σ² is not counted into it.</param>
    public ObservationNoise(double[] weights, double[] variances) => (this.weights, this.variances) = (weights, variances);

    /// <summary>One run each, nothing known beforehand.</summary>
    public static ObservationNoise Equal(int n)
    {
        var weights = new double[n];
        Array.Fill(weights, 1);
        return new ObservationNoise(weights, new double[n]);
    }

    public double Weight(int i) => weights[i];

    /// <summary>The noise variance of a score when that of one run is <paramref name="variance"/>.</summary>
    public double At(int i, double variance) => (variance * weights[i]) + variances[i];

    /// <summary>With more scores of one run each behind these.</summary>
    public ObservationNoise With(int more) => new(
        [.. weights, .. Enumerable.Repeat(1.0, more)], [.. variances, .. new double[more]]);
}
