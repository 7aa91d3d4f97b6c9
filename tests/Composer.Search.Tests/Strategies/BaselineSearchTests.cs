using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Strategies;

namespace Composer.Search.Tests.Strategies;

public class BaselineSearchTests
{
    public static TheoryData<string> Strategies => ["local-search", "tpe"];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Finds_better_orders_than_chance(string name)
    {
        var (mine, chance) = (0.0, 0.0);
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var landscape = new LayerOrderLandscape(10, new Seed(seed));
            mine += Best(Create(name, 60), landscape, seed);
            chance += Best(new RandomSearch(60), landscape, seed);
        }

        Assert.True(mine < chance, $"{mine} against {chance}");
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Searches_a_small_space_whole_and_stops(string name)
    {
        var space = new SearchSpace(3, "AMS");
        var study = Create(name, 100).Run(new Study(space, new Seed(2)), 4, order => order.CountOf('S'));
        Assert.Equal(space.Allowed().Select(order => order.ToString()).Order(), study.Orders().Order());
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Asking_for_several_is_asking_one_by_one(string name)
    {
        var landscape = new LayerOrderLandscape(8, new Seed(3));
        var strategy = Create(name, 40);
        var study = strategy.Run(new Study(landscape.Space, new Seed(3)), 4, landscape.Value, batches: 5);
        var together = strategy.Suggest(study, 3);
        for (var i = 0; i < 3; i++)
        {
            var one = strategy.Suggest(study, 1);
            Assert.Equal(together[i], Assert.Single(one));
            study = study.Propose(one);
        }
    }

    /// <summary>Every step of a climb is next to the best before it until nothing is left around that.</summary>
    [Fact]
    public void Local_search_looks_around_the_best_so_far()
    {
        var space = new SearchSpace(6, "AM");
        var study = new LocalSearch(12).Run(new Study(space, new Seed(5)), 1, order => order.CountOf('A'));
        for (var i = 1; i < study.Trials.Count && study.Trials.Take(i).Min(trial => trial.Score) > 0; i++)
        {
            var best = study.Trials.Take(i).MinBy(trial => trial.Score)!.Sequence;
            Assert.Equal(1, best.Zip(study.Trials[i].Sequence).Count(pair => pair.First != pair.Second));
        }
    }

    private static ISearchStrategy Create(string name, int trials) =>
        SearchRun.Strategy(name, trials);

    private static double Best(ISearchStrategy strategy, LayerOrderLandscape landscape, ulong seed) =>
        landscape.Report(strategy.Run(new Study(landscape.Space, new Seed(seed)), 1, landscape.Value).Best!.Score!.Value);
}
