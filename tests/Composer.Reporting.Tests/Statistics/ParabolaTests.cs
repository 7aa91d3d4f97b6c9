using Composer.Reporting.Statistics;

namespace Composer.Reporting.Tests.Statistics;

/// <summary>Least squares against values that were computed by hand.</summary>
public sealed class ParabolaTests
{
    [Theory]
    // y = 2 + 3(x − 1)²: nothing is left over.
    [InlineData("0:5 1:2 2:5 4:29", 1, 2, 3)]
    // Three points: y = x² − 3x + 4, lowest at 1.5 with 1.75.
    [InlineData("1:2 2:2 4:8", 1.5, 1.75, 1)]
    // x = ±.5, ±1.5: Σx² is 5, Σx⁴ 10.25, Σy 8, Σxy −2, Σx²y 16. Curvature (4·16 − 5·8) / (4·10.25 − 25) = 1.5, slope −2/5,
    // level (8 − 1.5·5) / 4 = .125; vertex .4/3, lowest .125 − .16/6.
    [InlineData("-1.5:4 -0.5:1 0.5:0 1.5:3", .4 / 3, .125 - (.16 / 6), 1.5)]
    // The same far away and small: sums of fourth powers must not eat the digits.
    [InlineData("20.4985:4 20.4995:1 20.5005:0 20.5015:3", 20.5 + (.0004 / 3), .125 - (.16 / 6), 1.5e6)]
    // Twice the same point weighs twice: y = x² through (−1, 1), (1, 1) and twice (0, 0).
    [InlineData("-1:1 0:0 0:0 1:1", 0, 0, 1)]
    public void Vertex_and_curvature_are_those_of_least_squares(string points, double vertex, double lowest, double curvature)
    {
        var fit = Parabola.Fit(Points(points))!.Value;

        Assert.True(fit.IsConvex);
        Assert.Equal(vertex, fit.Vertex, 1e-7);
        Assert.Equal(lowest, fit.Lowest, 1e-6);
        Assert.Equal(curvature, fit.Curvature, 1e-6 * Math.Max(1, curvature));
        Assert.Equal(lowest, fit.At(vertex), 1e-6);
    }

    [Theory]
    [InlineData("0:1 1:2 2:1")]
    [InlineData("0:1 1:2 2:3")]
    public void What_opens_downwards_or_is_straight_has_no_minimum(string points) =>
        Assert.False(Parabola.Fit(Points(points))!.Value.IsConvex);

    [Theory]
    [InlineData("0:1 1:2")]
    [InlineData("0:1 1:2 1:3")]
    [InlineData("0:1 1:NaN 2:3")]
    [InlineData("")]
    public void Fewer_than_three_places_are_not_fitted(string points) => Assert.Null(Parabola.Fit(Points(points)));

    [Theory]
    // Slope Σ(x − 2)(y − 3) / Σ(x − 2)² = (−1·−2 + 0 + 1·1) / 2.
    [InlineData("1:1 2:4 3:4", 1.5, 3)]
    [InlineData("1:5 3:1", -2, 3)]
    public void A_line_is_that_of_least_squares(string points, double slope, double level)
    {
        var line = StraightLine.Fit(Points(points))!.Value;
        Assert.Equal((slope, level), (line.Slope, line.Level));
        Assert.Equal(level + slope, line.At(line.Centre + 1), 1e-12);
    }

    [Fact]
    public void One_place_is_no_line() => Assert.Null(StraightLine.Fit(Points("1:1 1:2")));

    private static List<(double X, double Y)> Points(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':').Select(
            v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToArray()).Select(p => (p[0], p[1])),
    ];
}
