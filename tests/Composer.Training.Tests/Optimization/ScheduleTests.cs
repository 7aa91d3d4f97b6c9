using Composer.Training.Optimization;

namespace Composer.Training.Tests.Optimization;

public class ScheduleTests
{
    [Fact]
    public void Constant_is_the_peak_at_every_step()
    {
        var schedule = new ConstantSchedule();
        Assert.Equal(1.0, schedule.FactorAt(0));
        Assert.Equal(1.0, schedule.FactorAt(long.MaxValue));
    }

    [Fact]
    public void Cosine_falls_from_one_through_a_half_to_zero_after_the_last_step()
    {
        var schedule = new CosineSchedule(8);
        Assert.Equal(1.0, schedule.FactorAt(0));
        Assert.Equal(0.5, schedule.FactorAt(4), 15);
        Assert.Equal((1 - Math.Sqrt(0.5)) / 2, schedule.FactorAt(6), 15);
        Assert.True(schedule.FactorAt(7) > 0);
        Assert.Equal(0.0, schedule.FactorAt(8));
        Assert.Equal(0.0, schedule.FactorAt(1_000));
    }

    [Fact]
    public void Cosine_warms_up_linearly_and_decays_over_what_is_left()
    {
        var schedule = new CosineSchedule(totalSteps: 12, warmupSteps: 4);
        Assert.Equal([0.25, 0.5, 0.75, 1.0, 1.0], Enumerable.Range(0, 5).Select(s => schedule.FactorAt(s)));
        Assert.Equal(0.5, schedule.FactorAt(8), 15);
    }

    [Fact]
    public void Trapezoid_follows_its_three_formulas()
    {
        var schedule = new TrapezoidalSchedule(warmupSteps: 2, stableSteps: 3, decaySteps: 4);
        double[] expected = [0.5, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(s => schedule.FactorAt(s)));
    }

    [Fact]
    public void Trapezoid_over_a_run_ends_on_one_step_of_the_smallest_rate()
    {
        var schedule = TrapezoidalSchedule.Over(totalSteps: 10, warmupSteps: 2, decaySteps: 4);
        Assert.Equal(5, schedule.StableSteps);
        Assert.Equal(0.25, schedule.FactorAt(9));
        Assert.Equal(0.0, schedule.FactorAt(10));
    }

    [Fact]
    public void Trapezoids_of_two_budgets_agree_until_the_shorter_one_decays()
    {
        var shorter = new TrapezoidalSchedule(3, 5, 4);
        var longer = new TrapezoidalSchedule(3, 50, 9);
        for (var step = 0L; step < shorter.DecayStart; step++)
        {
            Assert.Equal(shorter.FactorAt(step), longer.FactorAt(step));
        }

        Assert.NotEqual(shorter.FactorAt(shorter.DecayStart), longer.FactorAt(shorter.DecayStart));
    }

    [Fact]
    public void Schedules_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrapezoidalSchedule(-1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrapezoidalSchedule.Over(4, 3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(5).FactorAt(-1));
    }
}
