using Composer.Bench.Measuring;

namespace Composer.Bench.Tests.Measuring;

public sealed class RepeatedFigureTests
{
    [Fact]
    public void Median_is_the_middle_round_whatever_a_disturbed_one_says()
    {
        Assert.Equal(new RepeatedFigure(0.79, 0.12, 0.81, 0.78), RepeatedFigure.Of([0.81, 0.12, 0.79], 0.78));
        Assert.Equal(new RepeatedFigure(2.5, 1, 7, null), RepeatedFigure.Of([3, 1, 7, 2], null));
    }

    [Fact]
    public void A_goal_is_reached_by_the_median_and_not_by_the_best_round()
    {
        Assert.True(RepeatedFigure.Of([0.78], 0.78).Reached);
        Assert.False(RepeatedFigure.Of([0.77, 0.9, 0.77], 0.78).Reached);
        Assert.Null(RepeatedFigure.Of([0.77], null).Reached);
    }

    [Fact]
    public void Ratios_are_taken_round_by_round()
    {
        // The second round was twice as slow for both: its ratio is like the others'.
        var figure = RepeatedFigure.OfRatios([190, 95, 200], [100, 50, 100], 1.9);
        Assert.Equal(new RepeatedFigure(1.9, 1.9, 2, 1.9), figure);
        Assert.True(figure.Reached);
    }

    [Fact]
    public void Nothing_measured_has_no_median() => Assert.Throws<ArgumentOutOfRangeException>(() => RepeatedFigure.Of([], 1));
}
