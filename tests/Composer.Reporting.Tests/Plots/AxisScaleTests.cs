using Composer.Core;
using Composer.Reporting.Plots;

namespace Composer.Reporting.Tests.Plots;

public sealed class AxisScaleTests
{
    [Theory]
    [InlineData(0, 10, 6, new double[] { 0, 2, 4, 6, 8, 10 })]
    [InlineData(0, 1, 6, new[] { 0, .2, .4, .6, .8, 1 })]
    [InlineData(-3, 3, 4, new double[] { -2, 0, 2 })]
    [InlineData(2.13, 2.21, 5, new[] { 2.14, 2.16, 2.18, 2.2 })]
    public void Linear_ticks_are_round_and_inside(double low, double high, int most, double[] expected) =>
        Assert.Equal(expected, new LinearScale(low, high).Ticks(most).Select(t => Math.Round(t, 9)));

    [Theory]
    [InlineData(1, 100, 7, new double[] { 1, 2, 5, 10, 20, 50, 100 })]
    [InlineData(1, 100, 6, new double[] { 1, 3, 10, 30, 100 })]
    [InlineData(1, 1e6, 7, new[] { 1, 10, 100, 1e3, 1e4, 1e5, 1e6 })]
    [InlineData(1, 1e6, 4, new[] { 1, 100, 1e4, 1e6 })]
    [InlineData(2, 8, 4, new double[] { 2, 4, 6, 8 })]
    public void Logarithmic_ticks_are_round_and_inside(double low, double high, int most, double[] expected) =>
        Assert.Equal(expected, new LogScale(low, high).Ticks(most).Select(t => Math.Round(t, 9)));

    [Fact]
    public void Ticks_of_any_axis_rise_lie_inside_and_are_not_too_many()
    {
        const ulong Seed = 5;
        var random = new Rng(new Seed(Seed));
        for (var i = 0; i < 2000; i++)
        {
            var low = random.NextGaussian() * Math.Pow(10, random.NextInt(-6, 12));
            var high = low + Math.Pow(10, random.NextInt(-3, 12) + random.NextDouble()) * Math.Max(1e-3, Math.Abs(low) * 1e-3);
            var most = random.NextInt(2, 10);
            Check(new LinearScale(low, high), most, i);
            if (low > 0)
            {
                Check(new LogScale(low, high), most, i);
            }
        }

        static void Check(IAxisScale scale, int most, int i)
        {
            var ticks = scale.Ticks(most);
            var text = $"seed {Seed}, case {i}: {string.Join(' ', ticks)} on [{scale.Lowest}, {scale.Highest}], at most {most}";
            Assert.True(ticks.Count <= most, text);
            Assert.True(ticks.Zip(ticks.Skip(1)).All(p => p.First < p.Second), text);
            Assert.True(ticks.All(t => scale.Map(t) is >= -1e-6 and <= 1 + 1e-6), text);
        }
    }

    [Fact]
    public void Scales_map_their_ends_to_0_and_1()
    {
        IAxisScale linear = new LinearScale(2, 6);
        IAxisScale logarithmic = new LogScale(1, 100);
        Assert.Equal((0, .25, 1), (linear.Map(2), linear.Map(3), linear.Map(6)));
        Assert.Equal((0, .5, 1), (logarithmic.Map(1), logarithmic.Map(10), logarithmic.Map(100)));
    }

    [Fact]
    public void Equal_values_and_no_values_still_make_an_axis()
    {
        var one = LinearScale.Covering([3, 3]);
        Assert.True(one.Lowest < 3 && one.Highest > 3);
        var zero = LinearScale.Covering([0]);
        Assert.True(zero.Lowest < 0 && zero.Highest > 0);
        Assert.Equal(1, LinearScale.Covering([double.NaN, double.PositiveInfinity]).Highest);
    }

    [Fact]
    public void An_axis_is_logarithmic_only_for_positive_values_far_apart()
    {
        Assert.IsType<LogScale>(AxisChoice.For([1, 50], 30));
        Assert.IsType<LinearScale>(AxisChoice.For([1, 20], 30));
        Assert.IsType<LinearScale>(AxisChoice.For([0, 50], 30));
        Assert.IsType<LinearScale>(AxisChoice.For([], 30));
    }

    [Fact]
    public void An_axis_without_extent_cannot_be_built()
    {
        Assert.Throws<ArgumentException>(() => new LinearScale(1, 1));
        Assert.Throws<ArgumentException>(() => new LinearScale(0, double.NaN));
        Assert.Throws<ArgumentException>(() => new LogScale(0, 1));
    }
}
