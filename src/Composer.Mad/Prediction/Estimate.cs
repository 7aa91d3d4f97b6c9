namespace Composer.Mad.Prediction;

/// <summary>A number with its 95 % interval.</summary>
/// <param name="Value">Of all that was observed.</param>
/// <param name="Low">The interval's lower end; null where nothing tells how the number varies.</param>
/// <param name="High">Its upper end, likewise.</param>
public readonly record struct Estimate(double Value, double? Low, double? High)
{
    /// <summary>Deviations of a normal variable that 95 % lie within.</summary>
    private const double Deviations = 1.959963984540054;

    private const double Tail = .025;

    /// <summary>
    /// Of a rank correlation: tanh(artanh ρ ± 1.96 s), s the deviation of artanh ρ over the resamples. What is drawn anew from noisy
    /// repetitions is noisier than they are, and correlates less: percentiles of the resamples would lie too low, those that are
    /// corrected for it hold less than they say, and this a little more.
    /// </summary>
    /// <param name="value">ρ of all that was observed.</param>
    /// <param name="resampled">Of the resamples; none gives no interval.</param>
    /// <param name="step">The least difference between two values of ρ: nothing is told nearer to ±1 than half of it.</param>
    internal static Estimate OfCorrelation(double value, double[] resampled, double step)
    {
        if (resampled.Length == 0)
        {
            return new Estimate(value, null, null);
        }

        var (middle, half) = (Transformed(value), Deviations * DeviationOf(Array.ConvertAll(resampled, Transformed)));
        return new Estimate(value, Math.Min(value, Math.Tanh(middle - half)), Math.Max(value, Math.Tanh(middle + half)));

        double Transformed(double correlation) => Math.Atanh(Math.Clamp(correlation, (step / 2) - 1, 1 - (step / 2)));
    }

    /// <summary>Of a difference of two correlations over the same resamples: d ± 1.96 s.</summary>
    internal static Estimate OfDifference(double value, double[] resampled)
    {
        var half = Deviations * DeviationOf(resampled);
        return resampled.Length == 0 ? new Estimate(value, null, null) : new Estimate(value, value - half, value + half);
    }

    /// <summary>Of what is bounded and skewed: from the resamples' 2.5th to their 97.5th percentile, the value itself in it.</summary>
    internal static Estimate OfPercentiles(double value, double[] resampled)
    {
        if (resampled.Length == 0)
        {
            return new Estimate(value, null, null);
        }

        double[] sorted = [.. resampled.Order()];
        var tail = (int)(Tail * sorted.Length);
        return new Estimate(value, Math.Min(value, sorted[tail]), Math.Max(value, sorted[^(tail + 1)]));
    }

    private static double DeviationOf(double[] values)
    {
        var mean = values.DefaultIfEmpty().Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Length - 1));
    }
}
