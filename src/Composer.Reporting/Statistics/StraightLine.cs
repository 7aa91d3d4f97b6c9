namespace Composer.Reporting.Statistics;

/// <summary>y = level + slope · (x − centre); a power law where both are logarithms.</summary>
/// <param name="Centre">The mean of the x that it was fitted to.</param>
/// <param name="Level">The mean of the y.</param>
/// <param name="Slope">The exponent of a power law.</param>
internal readonly record struct StraightLine(double Centre, double Level, double Slope)
{
    public double At(double x) => Level + (Slope * (x - Centre));

    /// <summary>By least squares; null of fewer than two different x, or where one value is not finite.</summary>
    public static StraightLine? Fit(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Select(p => p.X).Distinct().Count() < 2 || points.Any(p => !double.IsFinite(p.X) || !double.IsFinite(p.Y)))
        {
            return null;
        }

        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        return new StraightLine(x, y, points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x)));
    }
}
