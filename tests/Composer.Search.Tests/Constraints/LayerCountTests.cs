using System.Collections.Immutable;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Search.Aggregation;
using Composer.Search.Constraints;

namespace Composer.Search.Tests.Constraints;

/// <summary>At least and at most so many layers of a primitive.</summary>
public sealed class LayerCountTests
{
    private static readonly ImmutableSortedDictionary<char, double> Any = ImmutableSortedDictionary<char, double>.Empty;

    /// <summary>All 7,776 orders, one by one.</summary>
    [Fact]
    public void Allowed_orders_are_those_with_these_counts()
    {
        var settings = Settings("ACEGMS", 5) with
        {
            Constraints = new() { LeastLayers = Bounds("A1"), MostLayers = Bounds("S2 E1 G0") },
        };
        var space = new SearchSpace(5, "ACEGMS", settings.Constraints.For(settings.Model));
        var whole = new SearchSpace(5, "ACEGMS");
        Assert.Equal(whole.Allowed().Count(Allows), space.AllowedSize);
        Assert.All(whole.Allowed(), order => Assert.Equal(Allows(order), space.Contains(order)));

        static bool Allows(LayerSequence order) =>
            order.CountOf('A') >= 1 && order.CountOf('S') <= 2 && order.CountOf('E') <= 1 && order.CountOf('G') == 0;
    }

    /// <summary>Random bounds on costs, shares and counts; every way to choose what is missing is tried beside.</summary>
    [Fact]
    public void What_can_be_completed_is_what_some_choice_completes()
    {
        const string Symbols = "AMWY";
        var shape = new ModelShape(16, 2, 1, 8).CompletedFor(Symbols, OptionDefaults.InSearch);
        var rng = new Rng(new Seed(12));
        var answers = new int[2];
        for (var repetition = 0; repetition < 300; repetition++)
        {
            var layers = 2 + rng.NextInt(6);
            var typical = ArchitectureCosts.Of(LayerSequence.FromSymbols(Drawn(layers)), shape, 0);
            var constraint = new CostConstraint(
                shape,
                0,
                9,
                rng.NextInt(2) == 0 ? typical.TotalParameters : null,
                rng.NextInt(2) == 0 ? typical.TrainingFlopsPerToken(9) : null,
                rng.NextInt(2) == 0 ? typical.KvCacheBytes(9) / 9 : null,
                rng.NextInt(3) == 0 ? Any.Add(Symbols[rng.NextInt(4)], rng.NextInt(4) / 4.0) : Any,
                rng.NextInt(3) == 0 ? Any.Add(Symbols[rng.NextInt(4)], rng.NextInt(5) / 4.0) : Any)
            {
                LeastLayers = rng.NextInt(2) == 0 ? Counts(3) : ImmutableSortedDictionary<char, int>.Empty,
                MostLayers = rng.NextInt(2) == 0 ? Counts(4) : ImmutableSortedDictionary<char, int>.Empty,
            };
            var begun = rng.NextInt(layers + 1);
            var drawn = Drawn(begun);
            int[] counts = [.. Symbols.Select(symbol => drawn.Count(c => c == symbol))];
            var some = Completions(counts, layers - counts.Sum()).Any(all => constraint.Allows(Symbols, all));
            Assert.Equal(some, constraint.Completes(Symbols, counts, layers - counts.Sum()));
            answers[some ? 1 : 0]++;
        }

        Assert.All(answers, count => Assert.True(count > 30, $"{answers[0]} and {answers[1]}"));

        ImmutableSortedDictionary<char, int> Counts(int below) =>
            ImmutableSortedDictionary<char, int>.Empty.Add(Symbols[rng.NextInt(4)], rng.NextInt(below));
        string Drawn(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => Symbols[rng.NextInt(4)]));
    }

    /// <summary>Every layer votes for W alone, and no order may have two.</summary>
    [Theory]
    [InlineData("end-layer")]
    [InlineData("middle-layer")]
    public void Steps_keep_them_where_a_vote_by_layer_would_not(string strategy)
    {
        var settings = Settings("AMWY", 6) with
        {
            Strategy = (SearchStrategy)SettingNames.Find(typeof(SearchStrategy), strategy)!,
            StepLayers = 2,
            Trials = 16,
            Constraints = new() { LeastLayers = Bounds("Y1"), MostLayers = Bounds("W1 A2") },
        };
        var study = settings.CreateStrategy(AggregationSettings.Default)
            .Run(settings.Study(new Seed(3)), 4, order => order.Contains('W') ? 0 : 1 + (.01 * order.CountOf('A')));
        Trial[] whole = [.. study.Trials.Where(trial => trial.Sequence.Count == 6)];
        Assert.NotEmpty(whole);
        Assert.All(whole, trial => Assert.True(settings.Space().Contains(trial.Sequence), trial.Sequence.ToString()));
        Assert.Contains(study.Trials, trial => trial.Sequence.Count == 2 && trial.Sequence[0] == 'W');
        Assert.Contains(study.Trials, trial => trial.Sequence.Count == 2 && trial.Sequence[1] == 'W');
    }

    /// <summary>Of WA and AW a vote by layer makes WW where each place prefers it.</summary>
    [Theory]
    [InlineData(AggregationMethod.ConditionOnSome)]
    [InlineData(AggregationMethod.PosteriorMinimum)]
    public void What_is_made_of_the_trials_keeps_them(AggregationMethod method)
    {
        var settings = Settings("AMW", 2) with { Constraints = new() { MostLayers = Bounds("W1") } };
        string[] orders = ["WA", "AW", "WM", "MW", "AA", "MM"];
        Trial[] trials =
            [.. orders.Select((order, i) => new Trial(i, LayerSequence.FromSymbols(order)).Complete(order.Contains('W') ? i / 100.0 : 1))];
        var voting = new AggregationSettings(method, Condition: 0, Clusters: 2);
        Assert.Single(Aggregated(settings), symbol => symbol == 'W');
        if (method == AggregationMethod.ConditionOnSome)
        {
            Assert.Equal("WW", Aggregated(settings with { Constraints = new() }));
            Assert.Equal("WA", Aggregated(settings));
        }

        string Aggregated(SearchSettings of) =>
            TrialAggregator.Aggregate(of.Space(), new Seed(1), trials, voting).Layers.ToString();
    }

    [Theory]
    [InlineData("one-shot")]
    [InlineData("random")]
    [InlineData("local-search")]
    [InlineData("tpe")]
    [InlineData("exhaustive")]
    public void Every_strategy_keeps_them(string strategy)
    {
        var settings = Settings("AMWY", 4) with
        {
            Strategy = (SearchStrategy)SettingNames.Find(typeof(SearchStrategy), strategy)!,
            Trials = 40,
            Constraints = new() { LeastLayers = Bounds("M1"), MostLayers = Bounds("W1 Y1 A1") },
        };
        var study = settings.CreateStrategy(AggregationSettings.Default)
            .Run(settings.Study(new Seed(3)), 4, order => order.Select((c, i) => c * (i + 1)).Sum());
        Assert.Equal(Math.Min(strategy == "exhaustive" ? int.MaxValue : 40, settings.Space().AllowedSize), study.Trials.Count);
        Assert.All(study.Trials, trial => Assert.True(settings.Space().Contains(trial.Sequence)));
    }

    [Theory]
    [InlineData("A3", "A2", "constraints.least_layers asks for 3 of 'A', most_layers allows 2.")]
    [InlineData("A3 M2", "", "constraints.least_layers asks for 5 layers together, a candidate has 4.")]
    [InlineData("", "A1 M1 W1", "constraints.most_layers allows 3 layers together, a candidate has 4.")]
    [InlineData("", "S1", "constraints.most_layers names 'S', which is none of the search's primitives.")]
    [InlineData("B1", "", "constraints.least_layers names 'B', which is none of the search's primitives.")]
    public void Numbers_that_cannot_be_are_told(string least, string most, string message)
    {
        var settings = Settings("AMW", 4) with { Constraints = new() { LeastLayers = Bounds(least), MostLayers = Bounds(most) } };
        Assert.Equal(message, Assert.Single(settings.Validate()).Message);
    }

    [Fact]
    public void Numbers_that_break_another_bound_are_told()
    {
        var settings = Settings("AMWY", 4) with { Constraints = new() { LeastLayers = Bounds("A2"), MaxKvCache = 0 } };
        Assert.Equal("no order keeps 'constraints'.", Assert.Single(settings.Validate()).Message);
    }

    [Fact]
    public void More_mixtures_than_can_be_held_are_refused()
    {
        var settings = Settings("AMWY", 64) with { Constraints = new() { MostLayers = Bounds("A2") } };
        Assert.Empty(settings.Validate());
        Assert.True(AllowedCounts.NumberOf(64, 4) < AllowedCounts.Most && AllowedCounts.NumberOf(64, 7) > AllowedCounts.Most);
        Assert.Equal(462, AllowedCounts.NumberOf(6, 6));
    }

    private static SearchSettings Settings(string primitives, int layers) => new()
    {
        Layers = layers,
        Primitives = [.. primitives.Select(symbol => symbol.ToString())],
        Model = new ModelShape(16, 2, 1, 8),
    };

    private static ValueMap<int> Bounds(string bounds) => new(bounds.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(bound => KeyValuePair.Create(bound[..1], bound[1] - '0')));

    private static IEnumerable<int[]> Completions(int[] counts, int missing)
    {
        if (missing == 0)
        {
            yield return counts;
            yield break;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            int[] more = [.. counts];
            more[i]++;
            foreach (var completed in Completions(more, missing - 1))
            {
                yield return completed;
            }
        }
    }
}
