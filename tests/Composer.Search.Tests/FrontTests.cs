using Composer.Architecture;
using Composer.Core;
using Composer.Search.Acquisition;
using Composer.Search.Strategies;

namespace Composer.Search.Tests;

public class FrontTests
{
    [Fact]
    public void Nothing_on_the_front_is_beaten_and_everything_else_is()
    {
        var study = new Study(new SearchSpace(5, "AM"), new Seed(1));
        study = new RandomSearch(20).Run(study, 4, order => new Rng(new Seed(4).Derive(order.ToString())).NextDouble());
        var front = Front.Of(study.Completed, trial => trial.Sequence.CountOf('A'), trial => trial.Score!.Value);
        foreach (var trial in study.Trials)
        {
            var beaten = study.Trials.Any(other => other != trial
                && other.Sequence.CountOf('A') <= trial.Sequence.CountOf('A') && other.Score <= trial.Score);
            Assert.Equal(!beaten, front.Contains(trial));
        }
    }

    /// <summary>One tried point (½, 0) and the worst score 1: gains by the definition, EI integrated over cost.</summary>
    [Fact]
    public void Expected_gain_is_the_integral_over_cost()
    {
        var front = new FrontImprovement([(5, 0), (10, 1)], 10);
        double Ei(double best) => Math.Exp(LogExpectedImprovement.Of(.3, .4, best));
        Assert.Equal(Math.Log((.5 * Ei(1)) + (.6 * Ei(0))), front.Of(.3, .4, 0), 1e-12);
        Assert.Equal(Math.Log((.2 * Ei(1)) + (.6 * Ei(0))), front.Of(.3, .4, 3), 1e-12);
        Assert.Equal(Math.Log(.3 * Ei(0)), front.Of(.3, .4, 8), 1e-12);
        Assert.True(front.Of(.3, .41, 8) > front.Of(.3, .4, 8));
    }

    /// <summary>The score falls with every A well placed: each number of A has an order on the front.</summary>
    [Fact]
    public void Search_with_a_cost_finds_more_of_the_front()
    {
        static double Score(LayerSequence order) => order.Select((c, i) => c == 'A' ? -1.0 / (i + 1) : 0).Sum();
        var (both, one) = (0.0, 0.0);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            both += Area(new BayesianSearch(30, 10, order => order.CountOf('A')), seed);
            one += Area(new BayesianSearch(30, 10), seed);
        }

        Assert.True(both < one, $"{both} against {one}");

        static double Area(BayesianSearch strategy, ulong seed)
        {
            var study = strategy.Run(new Study(new SearchSpace(9, "AM"), new Seed(seed)), 2, Score);
            return Enumerable.Range(0, 10).Sum(a =>
                study.Completed.Where(t => t.Sequence.CountOf('A') <= a).Select(t => t.Score!.Value).DefaultIfEmpty(0).Min());
        }
    }
}
