namespace Composer.Reporting.Plots;

/// <summary>Equal ratios, equal distances.</summary>
internal sealed class LogScale : IAxisScale
{
    private static readonly double[][] Mantissas = [[1, 2, 5], [1, 3], [1]];

    /// <exception cref="ArgumentException">The bounds are not finite and positive, or out of order.</exception>
    public LogScale(double lowest, double highest)
    {
        if (!double.IsFinite(highest) || lowest <= 0 || !(lowest < highest))
        {
            throw new ArgumentException($"[{lowest}, {highest}] is no logarithmic axis.", nameof(lowest));
        }

        (Lowest, Highest) = (lowest, highest);
    }

    public double Lowest { get; }

    public double Highest { get; }

    public double Map(double value) => Math.Log(value / Lowest) / Math.Log(Highest / Lowest);

    public IReadOnlyList<double> Ticks(int most)
    {
        if (Highest / Lowest < 10)
        {
            return new LinearScale(Lowest, Highest).Ticks(most);
        }

        var first = (int)Math.Floor(Math.Log10(Lowest));
        var last = (int)Math.Ceiling(Math.Log10(Highest));
        for (var density = 0; ; density++)
        {
            var mantissas = Mantissas[Math.Min(density, Mantissas.Length - 1)];
            var decades = Math.Max(1, density - Mantissas.Length + 2);
            List<double> ticks =
            [
                .. Enumerable.Range(first, last - first + 1)
                    .Where(p => p % decades == 0)
                    .SelectMany(p => mantissas.Select(m => m * Math.Pow(10, p)))
                    .Where(t => t >= Lowest * (1 - 1e-9) && t <= Highest * (1 + 1e-9)),
            ];
            if (ticks.Count <= most)
            {
                return ticks;
            }
        }
    }
}
