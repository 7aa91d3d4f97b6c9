using Composer.Reporting.Statistics;

namespace Composer.Reporting.Tests.Statistics;

public sealed class MeanIntervalTests
{
    /// <summary>The two-sided 95 % points of printed tables.</summary>
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(3, 3.1824)]
    [InlineData(4, 2.7764)]
    [InlineData(9, 2.2622)]
    [InlineData(30, 2.0423)]
    [InlineData(120, 1.9799)]
    [InlineData(5000, 1.9604)]
    public void Quantiles_are_those_of_the_tables(int freedom, double expected) =>
        Assert.Equal(expected, StudentT.TwoSided(.95, freedom), 4);

    [Fact]
    public void Another_probability_has_another_quantile() => Assert.Equal(4.0321, StudentT.TwoSided(.99, 5), 4);

    [Fact]
    public void A_mean_of_several_has_an_interval_and_of_one_none()
    {
        var several = MeanInterval.Of(1, 2, 3, 4);
        Assert.Equal((2.5, 4), (several.Mean, several.Count));
        Assert.Equal(3.182446 * Math.Sqrt(5.0 / 3 / 4), several.Half!.Value, 4);
        Assert.Null(MeanInterval.Of(7.0).Half);
        Assert.Equal(0, MeanInterval.Of().Count);
        Assert.Null(MeanInterval.Of(1, double.NaN).Half);
    }

    [Fact]
    public void Variance_and_values_give_the_same() =>
        Assert.Equal(MeanInterval.Of(1, 5), MeanInterval.OfVariance(3, 8, 2));
}
