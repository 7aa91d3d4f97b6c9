namespace Composer.Reporting.Plots;

/// <summary>Which kind of axis shows some values best.</summary>
internal static class AxisChoice
{
    /// <summary>Logarithmic when all finite values are positive and the largest exceeds the smallest by this ratio; else linear.</summary>
    /// <param name="values">The values to show.</param>
    /// <param name="ratio">From which ratio on.</param>
    /// <param name="room">Share of the axis that stays free on each side.</param>
    public static IAxisScale For(IEnumerable<double> values, double ratio, double room = .05)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0 || finite.Min() <= 0 || finite.Max() / finite.Min() < ratio)
        {
            return LinearScale.Covering(finite, room);
        }

        var margin = Math.Pow(finite.Max() / finite.Min(), room);
        return new LogScale(finite.Min() / margin, finite.Max() * margin);
    }
}
