using Composer.Architecture.Aggregation;
using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Aggregation;
using Composer.Search.Strategies;

namespace Composer.Search.Tests.Aggregation;

public class AggregationComparisonTests
{
    /// <summary>
    /// Six layers whole, noise of .2 deviations: all five ways beat a random order by far, on scores that they did not see.
    /// </summary>
    [Fact]
    public void All_five_ways_choose_well_under_other_seeds()
    {
        var landscape = new LayerOrderLandscape(6, new Seed(8));
        FinishedSearch[] searches = [.. Enumerable.Range(1, 4).Select(seed => Search(landscape, (ulong)seed))];
        var ways = AggregationComparison.Of(searches, new AggregateSettings());
        string[] names = ["N_0", "N_1", "N_(i-1)", "p100", "posterior"];
        Assert.Equal([.. names, .. names.Select(name => $"{name} confirmed")], ways.Select(way => way.Name));
        var chance = searches.Average(
            s => (s.Trials.Average(t => t.Score!.Value) - s.Trials.Min(t => t.Score!.Value)) / landscape.Deviation);
        Assert.All(ways, way =>
        {
            Assert.Equal(4, way.Orders.Count);
            Assert.InRange(way.MeanHeldOutRegret!.Value, 0, .6 * chance);
        });

        // The best is the best of its own search, by definition.
        Assert.All(ways.Single(way => way.Name == "p100").Regrets, regret => Assert.Equal(0, regret));
        Assert.True(ways.Single(way => way.Name == "posterior").MeanHeldOutRegret < .25 * chance);
    }

    [Fact]
    public void Surrogate_s_choice_may_be_an_order_that_was_not_tried_and_keeps_constraints()
    {
        var landscape = new LayerOrderLandscape(8, new Seed(2));
        var study = new RandomSearch(60).Run(new Study(landscape.Space, new Seed(2)), 60, landscape.Value);
        var settings = AggregationSettings.Default with { Method = AggregationMethod.PosteriorMinimum };
        var chosen = TrialAggregator.Aggregate(landscape.Space, new Seed(1), study.Completed, settings).Layers;
        Assert.True(landscape.Value(chosen) <= study.Best!.Score);
        Assert.Equal(chosen, TrialAggregator.Aggregate(landscape.Space, new Seed(1), study.Completed, settings).Layers);
    }

    private static FinishedSearch Search(LayerOrderLandscape landscape, ulong seed)
    {
        var study = new ExhaustiveSearch().Run(
            new Study(landscape.Space, new Seed(seed)), 64, order => landscape.Observe(order, new Seed(seed)));
        return new FinishedSearch(landscape.Space, new Seed(seed), study.Completed);
    }
}
