namespace Composer.Reporting.Statistics;

/// <summary>y = level + slope · t + curvature · t² with t = x − centre.</summary>
/// <param name="Centre">The mean of the x that it was fitted to.</param>
/// <param name="Level">At the centre.</param>
/// <param name="Slope">At the centre.</param>
/// <param name="Curvature">Half of the second derivative.</param>
internal readonly record struct Parabola(double Centre, double Level, double Slope, double Curvature)
{
    /// <summary>Whether it has a minimum.</summary>
    public bool IsConvex => Curvature > 0;

    /// <summary>Where the minimum is; of a parabola that has none this means nothing.</summary>
    public double Vertex => Centre - (Slope / (2 * Curvature));

    /// <summary>The minimum.</summary>
    public double Lowest => Level - (Slope * Slope / (4 * Curvature));

    public double At(double x) => Level + ((Slope + (Curvature * (x - Centre))) * (x - Centre));

    /// <summary>By least squares; null of fewer than three different x, or where one value is not finite.</summary>
    public static Parabola? Fit(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Select(p => p.X).Distinct().Count() < 3 || points.Any(p => !double.IsFinite(p.X) || !double.IsFinite(p.Y)))
        {
            return null;
        }

        // Centred and scaled, so that the sums of powers are of one size.
        var centre = points.Average(p => p.X);
        var scale = points.Max(p => Math.Abs(p.X - centre));
        double n = points.Count;
        double s2 = 0, s3 = 0, s4 = 0, y0 = 0, y1 = 0, y2 = 0;
        foreach (var (x, y) in points)
        {
            var t = (x - centre) / scale;
            (s2, s3, s4) = (s2 + (t * t), s3 + (t * t * t), s4 + (t * t * t * t));
            (y0, y1, y2) = (y0 + y, y1 + (t * y), y2 + (t * t * y));
        }

        // The sum of t is zero: rows (n, 0, s2), (0, s2, s3), (s2, s3, s4).
        var determinant = (n * ((s2 * s4) - (s3 * s3))) - (s2 * s2 * s2);
        var level = ((y0 * ((s2 * s4) - (s3 * s3))) + (s2 * ((y1 * s3) - (y2 * s2)))) / determinant;
        var slope = ((n * ((y1 * s4) - (y2 * s3))) + (s2 * ((y0 * s3) - (y1 * s2)))) / determinant;
        var curvature = ((n * ((s2 * y2) - (s3 * y1))) - (s2 * s2 * y0)) / determinant;
        return new Parabola(centre, level, slope / scale, curvature / (scale * scale));
    }
}
