using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Strategies;

namespace Composer.Search.Tests.Strategies;

public class BayesianSearchTests
{
    /// <summary>The best order that it tries, in deviations above the minimum; random search for comparison.</summary>
    [Fact]
    public void Ten_layers_are_solved_from_most_seeds_and_far_better_than_at_random()
    {
        const int Seeds = 6;
        var (solved, regret, regretAtRandom) = (0, 0.0, 0.0);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var landscape = new LayerOrderLandscape(10, new Seed(seed));
            var mine = Regret(new BayesianSearch(60), landscape, seed);
            solved += mine < .1 ? 1 : 0;
            regret += mine / Seeds;
            regretAtRandom += Regret(new RandomSearch(60), landscape, seed) / Seeds;
        }

        Assert.True(solved >= 4, $"solved {solved} of {Seeds}");
        Assert.True(regret < .3 * regretAtRandom, $"regret {regret} against {regretAtRandom} at random");
    }

    [Fact]
    public void Third_primitive_needs_nothing_new()
    {
        var space = new SearchSpace(4, "AMS");
        var study = new BayesianSearch(30).Run(
            new Study(space, new Seed(3)), 2, order => order.Select((symbol, i) => symbol == "MSAM"[i] ? 0.0 : 1 + (.1 * i)).Sum());
        Assert.Equal("MSAM", study.Best!.Sequence.ToString());
    }

    [Fact]
    public void Space_beyond_enumeration_is_searched_too()
    {
        var space = new SearchSpace(24, "AM");
        var study = new BayesianSearch(40, 16).Run(
            new Study(space, new Seed(3)), 4, order => order.Select((symbol, i) => symbol == "AM"[i % 2] ? 0.0 : 1).Sum());
        Assert.Equal(40, study.Orders().Distinct().Count());
        Assert.True(study.Best!.Score < study.Completed.Take(16).Min(trial => trial.Score));
        Assert.True(study.Best.Score <= 3, $"{study.Best}");
    }

    [Fact]
    public void More_trials_continue_from_what_exists()
    {
        var landscape = new LayerOrderLandscape(7, new Seed(4));
        var shorter = new BayesianSearch(16, 6).Run(new Study(landscape.Space, new Seed(1)), 4, landscape.Value);
        var continued = new BayesianSearch(24, 6).Run(shorter, 4, landscape.Value);
        var longer = new BayesianSearch(24, 6).Run(new Study(landscape.Space, new Seed(1)), 4, landscape.Value);
        Assert.Equal(longer.Trials, continued.Trials);
        Assert.Equal(24, continued.Trials.Count);
    }

    private static double Regret(ISearchStrategy strategy, LayerOrderLandscape landscape, ulong seed)
    {
        var study = strategy.Run(
            new Study(landscape.Space, new Seed(seed)), 4, order => landscape.Observe(order, new Seed(seed)));
        var best = study.Trials.Min(trial => landscape.Value(trial.Sequence));
        return (best - landscape.Minimum) / landscape.Deviation;
    }
}
