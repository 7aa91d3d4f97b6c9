using Composer.Architecture.Aggregation;
using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Aggregation;
using Composer.Search.Confirmation;
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

    /// <summary>
    /// One attention is best wherever it is, none is worst: every position votes for M. The other seeds see that, and so does a truth.
    /// </summary>
    [Fact]
    public void Confirmed_ways_are_chosen_by_other_seeds_and_judged_by_those_that_are_left()
    {
        FinishedSearch[] searches = [.. Enumerable.Range(1, 4).Select(seed => Valley((ulong)seed))];
        var truth = searches[0].Trials.ToDictionary(t => t.Sequence, t => (double)Math.Abs(t.Sequence.Count(c => c == 'A') - 1));
        var settings = new AggregateSettings();
        var ways = AggregationComparison.Of(searches, settings, truth);
        var (vote, confirmed) = (ways.Single(w => w.Name == "N_0"), ways.Single(w => w.Name == "N_0 confirmed"));
        Assert.All(vote.Orders, order => Assert.Equal("MMMM", order!.ToString()));
        Assert.All(vote.TruthRegrets, regret => Assert.Equal(1, regret));
        Assert.All(confirmed.Orders, order => Assert.Equal(1, order!.Count(c => c == 'A')));
        Assert.All(confirmed.TruthRegrets, regret => Assert.Equal(0, regret));
        Assert.All(confirmed.HeldOutRegrets, regret => Assert.InRange(regret!.Value, 0, .2));
        Assert.True(vote.MeanHeldOutRegret > 2);

        // Two of the three others confirm; what is left is one search, whose regret it is.
        Assert.Equal(2, AggregationComparison.OthersThatConfirm(4, settings));
        Assert.Equal(searches[3].RegretOf(confirmed.Orders[0]!), confirmed.HeldOutRegrets[0]);
        Assert.False(AggregationComparison.HasFreshRuns(searches, settings));
    }

    [Fact]
    public void Fresh_runs_of_the_aggregations_confirm_where_every_way_has_them()
    {
        FinishedSearch[] searches = [.. Enumerable.Range(1, 2).Select(seed => Valley((ulong)seed))];
        FinishedSearch[] run =
        [
            .. searches.Select(s => s with
            {
                // In these runs the vote is the best after all.
                Fresh = s.Trials.ToDictionary(
                    t => t.Sequence, t => new FreshRuns(t.Sequence, t.Sequence.Contains('A') ? [1, 1.1] : [.5, .6])),
            }),
        ];
        Assert.True(AggregationComparison.HasFreshRuns(run, new AggregateSettings()));
        var confirmed = AggregationComparison.Of(run, new AggregateSettings()).Single(w => w.Name == "N_0 confirmed");
        Assert.All(confirmed.Orders, order => Assert.Equal("MMMM", order!.ToString()));
        Assert.Equal(run[1].RegretOf(confirmed.Orders[0]!), confirmed.HeldOutRegrets[0]);
    }

    /// <summary>As many clusters as orders: the best is alone in its own, and taken as it comes.</summary>
    [Fact]
    public void Order_alone_in_its_cluster_is_taken_as_it_comes_and_one_search_confirms_no_other()
    {
        FinishedSearch[] searches = [Valley(1), Valley(2), Valley(3)];
        var ways = AggregationComparison.Of(searches, new AggregateSettings { Clusters = 1000 });
        Assert.Equal(ways.Single(w => w.Name == "p100").Orders, ways.Single(w => w.Name == "p100 confirmed").Orders);
        Assert.All(
            AggregationComparison.Of([searches[0]], new AggregateSettings()).Skip(5),
            w => Assert.Equal((null, null), (w.Orders[0], w.MeanHeldOutRegret)));
    }

    [Theory]
    [InlineData("N_0", AggregationMethod.ConditionOnSome, 0)]
    [InlineData("N_1", AggregationMethod.ConditionOnSome, 1)]
    [InlineData("N_7", AggregationMethod.ConditionOnSome, 7)]
    [InlineData("N_(i-1)", AggregationMethod.ConditionOnAll, 3)]
    [InlineData("p100", AggregationMethod.BestCandidate, 3)]
    [InlineData("posterior", AggregationMethod.PosteriorMinimum, 3)]
    [InlineData("percentile 100", AggregationMethod.Percentile, 0)]
    public void A_manifest_s_way_has_the_name_that_it_has_in_tables(string name, AggregationMethod method, int condition) =>
        Assert.Equal(name, AggregationWay.Of(new AggregateSettings { Method = method, Condition = condition, Percentile = 100 }).Name);

    private static FinishedSearch Valley(ulong seed)
    {
        var space = new SearchSpace(4, ['A', 'M']);
        var study = new ExhaustiveSearch().Run(new Study(space, new Seed(seed)), 16, order =>
        {
            var attentions = order.Count(c => c == 'A');
            var luck = new Rng(new Seed(seed).Derive(order.ToString())).NextDouble();
            return attentions == 0 ? 2 : 1 + (.1 * (attentions - 1)) + (.01 * luck);
        });
        return new FinishedSearch(space, new Seed(seed), study.Completed);
    }

    private static FinishedSearch Search(LayerOrderLandscape landscape, ulong seed)
    {
        var study = new ExhaustiveSearch().Run(
            new Study(landscape.Space, new Seed(seed)), 64, order => landscape.Observe(order, new Seed(seed)));
        return new FinishedSearch(landscape.Space, new Seed(seed), study.Completed);
    }
}
