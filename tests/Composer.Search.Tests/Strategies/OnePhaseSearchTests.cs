using Composer.Architecture;
using Composer.Bench.Search;
using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Search.Tests.Strategies;

/// <summary>What every search in one phase keeps to.</summary>
public class OnePhaseSearchTests
{
    public static TheoryData<string> Names => ["one-shot", "random", "exhaustive"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole_space_is_searched_without_a_duplicate(string name)
    {
        var landscape = new LayerOrderLandscape(5, new Seed(1));
        var strategy = Strategy(name, 1000);
        var study = strategy.Run(new Study(landscape.Space, new Seed(1)), 3, landscape.Value);
        Assert.Equal(32, study.Orders().Distinct().Count());
        Assert.Equal(32, study.Trials.Count);
        Assert.True(strategy.Progress(study).IsDone);
        Assert.Equal(study.Completed, strategy.Result(study));
    }

    [Theory]
    [InlineData("one-shot", 8)]
    [InlineData("random", 8)]
    [InlineData("exhaustive", 64)]
    public void Budget_is_kept(string name, int trials)
    {
        var landscape = new LayerOrderLandscape(6, new Seed(1));
        var strategy = Strategy(name, 8);
        var study = strategy.Run(new Study(landscape.Space, new Seed(1)), 3, landscape.Value);
        Assert.Equal(trials, study.Trials.Count);
        Assert.Empty(strategy.Suggest(study, 5));
    }

    [Theory]
    [InlineData("one-shot")]
    [InlineData("random")]
    public void Seed_determines_the_trials(string name)
    {
        var landscape = new LayerOrderLandscape(7, new Seed(4));
        string[] Orders(ulong seed) =>
            Strategy(name, 20).Run(new Study(landscape.Space, new Seed(seed)), 4, landscape.Value).Orders();
        Assert.Equal(Orders(11), Orders(11));
        Assert.NotEqual(Orders(11), Orders(12));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Order_in_which_evaluations_end_changes_nothing(string name)
    {
        var landscape = new LayerOrderLandscape(7, new Seed(4));
        var study = new Study(landscape.Space, new Seed(5));
        var undisturbed = Strategy(name, 24).Run(study, 4, landscape.Value);
        var shuffled = Strategy(name, 24).Run(study, 4, landscape.Value, new Rng(new Seed(99)));
        Assert.Equal(undisturbed.Orders(), shuffled.Orders());
        Assert.Equal(undisturbed.Best, shuffled.Best);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Resumed_search_equals_one_never_stopped(string name)
    {
        var landscape = new LayerOrderLandscape(7, new Seed(4));
        var start = new Study(landscape.Space, new Seed(6));
        var undisturbed = Strategy(name, 24).Run(start, 4, landscape.Value);

        // Stopped in the fifth batch, one of its trials done; what is left is the trials alone.
        var strategy = Strategy(name, 24);
        var stopped = strategy.Run(start, 4, landscape.Value, batches: 4);
        stopped = stopped.Propose(strategy.Suggest(stopped, 4));
        var third = stopped.Pending[2];
        stopped = stopped.Complete(third.Number, landscape.Value(third.Sequence));
        var restored = new Study(landscape.Space, new Seed(6), stopped.Trials);
        Assert.Equal(undisturbed.Trials, Strategy(name, 24).Run(restored, 4, landscape.Value).Trials);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Asking_at_once_equals_asking_one_by_one(string name)
    {
        var landscape = new LayerOrderLandscape(7, new Seed(4));
        var strategy = Strategy(name, 40);
        var study = strategy.Run(new Study(landscape.Space, new Seed(6)), 4, landscape.Value, batches: 3);
        var atOnce = strategy.Suggest(study, 6);
        var oneByOne = new List<LayerSequence>();
        for (var i = 0; i < 6; i++)
        {
            var next = Assert.Single(strategy.Suggest(study, 1));
            oneByOne.Add(next);
            study = study.Propose([next]);
        }

        Assert.Equal(atOnce, oneByOne);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Banned_candidates_are_never_proposed_again(string name)
    {
        var landscape = new LayerOrderLandscape(4, new Seed(1));
        var strategy = Strategy(name, 1000);

        // Every order that begins with attention diverges.
        var study = new Study(landscape.Space, new Seed(1));
        while (true)
        {
            study = study.Propose(strategy.Suggest(study, 2));
            if (study.Pending.Count == 0)
            {
                break;
            }

            while (study.Pending.Count > 0)
            {
                var trial = study.Pending[0];
                study = study.Complete(trial.Number, trial.Sequence[0] == 'A' ? double.NaN : landscape.Value(trial.Sequence));
            }
        }

        Assert.Equal(16, study.Orders().Distinct().Count());
        Assert.Equal(8, study.Completed.Count);
        Assert.True(strategy.Progress(study).IsDone);
    }

    [Fact]
    public void Unknown_strategy_is_refused_by_name()
    {
        Assert.False(SettingNames.TryParse<SearchStrategy>("localsearch", out _, out var error));
        Assert.Contains("'local-search'", error, StringComparison.Ordinal);
        Assert.Equal(
            ["one-shot", "end-layer", "middle-layer", "exhaustive", "random", "local-search", "tpe"], SettingNames.All<SearchStrategy>());
    }

    private static ISearchStrategy Strategy(string name, int trials) =>
        SearchRun.Strategy(name, trials);
}
