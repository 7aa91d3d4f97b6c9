namespace Composer.Reporting.Statistics;

/// <summary>A mean of independent values with the half width of its 95 % interval by Student's t.</summary>
/// <param name="Mean">NaN of no value, or where one is not finite.</param>
/// <param name="Half">Null of fewer than two values: one value says nothing of how it varies.</param>
/// <param name="Count">How many values.</param>
public readonly record struct MeanInterval(double Mean, double? Half, int Count)
{
    private const double Probability = .95;

    public double Low => Mean - (Half ?? 0);

    public double High => Mean + (Half ?? 0);

    public static MeanInterval Of(params IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Length == 0 ? double.NaN : all.Average();
        return OfVariance(mean, all.Length < 2 ? 0 : all.Sum(v => (v - mean) * (v - mean)) / (all.Length - 1), all.Length);
    }

    /// <param name="mean">Of all values.</param>
    /// <param name="variance">Their sample variance.</param>
    /// <param name="count">How many they are.</param>
    public static MeanInterval OfVariance(double mean, double variance, int count) => new(
        mean,
        count > 1 && double.IsFinite(variance) ? StudentT.TwoSided(Probability, count - 1) * Math.Sqrt(variance / count) : null,
        count);
}
