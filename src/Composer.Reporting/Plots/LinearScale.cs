namespace Composer.Reporting.Plots;

/// <summary>Equal steps, equal distances.</summary>
internal sealed class LinearScale : IAxisScale
{
    private static readonly double[] Steps = [1, 2, 5, 10];

    /// <exception cref="ArgumentException">The bounds are not finite, or out of order, or equal.</exception>
    public LinearScale(double lowest, double highest)
    {
        if (!double.IsFinite(lowest) || !double.IsFinite(highest) || lowest >= highest)
        {
            throw new ArgumentException($"[{lowest}, {highest}] is no axis.", nameof(lowest));
        }

        (Lowest, Highest) = (lowest, highest);
    }

    public double Lowest { get; }

    public double Highest { get; }

    /// <summary>An axis that shows all finite values, with some room on both sides.</summary>
    /// <param name="values">At least one should be finite; else the axis is [0, 1].</param>
    /// <param name="room">Share of the span on each side.</param>
    public static LinearScale Covering(IEnumerable<double> values, double room = .05)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
        {
            return new LinearScale(0, 1);
        }

        var (lowest, highest) = (finite.Min(), finite.Max());
        var span = highest - lowest;
        var margin = span > Math.Abs(highest) * 1e-9 ? span * room : Math.Max(Math.Abs(highest) * .1, 1e-3);
        return new LinearScale(lowest - margin, highest + margin);
    }

    public double Map(double value) => (value - Lowest) / (Highest - Lowest);

    public IReadOnlyList<double> Ticks(int most)
    {
        var step = Step(Highest - Lowest, most);
        var first = (long)Math.Ceiling(Lowest / step - 1e-9);
        var last = (long)Math.Floor(Highest / step + 1e-9);
        while (last - first + 1 > most)
        {
            step = Step(step * most * 1.01, most);
            (first, last) = ((long)Math.Ceiling(Lowest / step - 1e-9), (long)Math.Floor(Highest / step + 1e-9));
        }

        // Multiples counted in integers, so that the tick at zero is zero.
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)];
    }

    /// <summary>The least of 1, 2, 5 × 10ⁿ that divides the span into at most this many steps.</summary>
    private static double Step(double span, int most)
    {
        var rough = span / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * Array.Find(Steps, s => s * power >= rough * (1 - 1e-9));
    }
}
