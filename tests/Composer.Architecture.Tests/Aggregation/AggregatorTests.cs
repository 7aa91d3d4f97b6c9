using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Architecture.Tests.Aggregation;

public sealed class AggregatorTests
{
    private static readonly AggregationSettings All = new(AggregationMethod.ConditionOnAll, 0, 1);
    private static readonly AggregationSettings Best = new(AggregationMethod.BestCandidate, 0, 2);

    [Fact]
    public void Unconditioned_votes_may_give_an_order_that_no_member_has()
    {
        // Majorities: A 2 of 3, M 2 of 3, M 2 of 3.
        var result = Aggregator.Aggregate(Candidates(("AMA", 1), ("AAM", 2), ("MMM", 3)), Some(0));
        Assert.Equal("AMM", result.Layers.ToString());
        Assert.All(result.Tallies, t => Assert.Equal(3, t.Voters));
        Assert.All(result.Tallies, t => Assert.Equal(TieBreak.None, t.TieBreak));
    }

    [Fact]
    public void Vote_that_no_member_has_gives_way_to_the_best_member_where_only_members_count()
    {
        ScoredCandidate[] candidates = Candidates(("AMA", 1), ("AAM", 2), ("MMM", 3));
        var result = Aggregator.Aggregate(candidates, Some(0) with { MembersOnly = true });
        Assert.Equal(("AMA", "AMM"), (result.Layers.ToString(), string.Concat(result.Tallies.Select(t => t.Chosen))));
        Assert.Equal(
            "AMA",
            Aggregator.Aggregate(Candidates(("AMA", 1), ("AAM", 2), ("MAM", 3)), Some(1) with { MembersOnly = true }).Layers.ToString());
    }

    [Fact]
    public void Votes_conditioned_on_all_layers_before_give_a_member()
    {
        // A: AMA, AAM. Then M against A at one vote each: AMA has the lower score. Then AMA alone votes.
        var result = Aggregator.Aggregate(Candidates(("AMA", 1), ("AAM", 2), ("MMM", 3)), All);
        Assert.Equal("AMA", result.Layers.ToString());
        Assert.Equal([3, 2, 1], result.Tallies.Select(t => t.Voters));
        Assert.Equal([TieBreak.None, TieBreak.MeanScore, TieBreak.None], result.Tallies.Select(t => t.TieBreak));
    }

    [Fact]
    public void Votes_conditioned_on_one_layer_forget_the_earlier_ones()
    {
        // A has 3 of 5; after A, A has 2 of 3. With A at position 1 vote AAM, MAA and AAA; with AA before, AAM and AAA.
        var candidates = Candidates(("AAM", 1), ("AMA", 2), ("MAA", 4), ("MMM", 9), ("AAA", 3));
        var one = Aggregator.Aggregate(candidates, Some(1));
        Assert.Equal([5, 3, 3], one.Tallies.Select(t => t.Voters));
        Assert.Equal("AAA", one.Layers.ToString());
        var all = Aggregator.Aggregate(candidates, All);
        Assert.Equal([5, 3, 2], all.Tallies.Select(t => t.Voters));
        Assert.Equal("AAM", all.Layers.ToString());
    }

    [Fact]
    public void Only_the_best_cluster_votes()
    {
        var result = Aggregator.Aggregate(Candidates(("AM", 1.0), ("AA", 1.1), ("MM", 5.0), ("MA", 5.1)), Some(0, clusters: 2));
        Assert.Equal(["AM", "AA"], result.Best.Members.Select(m => m.Layers.ToString()));
        Assert.Equal(2, result.Clusters.Count);
        Assert.Equal(1.05, result.Best.Centroid, 12);
        Assert.Equal("AM", result.Layers.ToString());
        Assert.Equal(TieBreak.MeanScore, result.Tallies[1].TieBreak);
    }

    [Fact]
    public void Equal_scores_all_vote_and_the_registry_decides_ties()
    {
        var result = Aggregator.Aggregate(Candidates(("MA", 2), ("AM", 2)), AggregationSettings.Default);
        Assert.Single(result.Clusters);
        Assert.Equal("AA", result.Layers.ToString());
        Assert.All(result.Tallies, t => Assert.Equal(TieBreak.RegistryOrder, t.TieBreak));
    }

    [Fact]
    public void The_best_candidate_is_taken_as_it_is()
    {
        Assert.Equal("MA", Aggregator.Aggregate(Candidates(("AM", 2), ("MA", 1), ("AA", 3)), Best).Layers.ToString());
        Assert.Equal("AM", Aggregator.Aggregate(Candidates(("MA", 1), ("AM", 1)), Best).Layers.ToString());
    }

    [Theory]
    [InlineData(100, "MA")]
    [InlineData(75, "AM")]
    [InlineData(50, "AA")]
    [InlineData(30, "AA")]
    [InlineData(0, "MM")]
    public void A_percentile_counts_from_the_worst_score_to_the_best(double percentile, string expected)
    {
        var candidates = Candidates(("AA", 3), ("MA", 1), ("MM", 9), ("AM", 2));
        var settings = new AggregationSettings(AggregationMethod.Percentile, 0, 2, percentile);
        Assert.Equal(expected, Aggregator.Aggregate(candidates, settings).Layers.ToString());
    }

    [Fact]
    public void A_percentile_outside_0_to_100_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Aggregator.Aggregate(Candidates(("A", 1)), new AggregationSettings(AggregationMethod.Percentile, 0, 1, 101)));

    [Fact]
    public void Replicates_of_an_order_count_once_with_their_mean()
    {
        var result = Aggregator.Aggregate(Candidates(("AM", 1), ("MA", 1.5), ("AM", 4), ("AM", 4)), Best);
        Assert.Equal("MA", result.Layers.ToString());
        Assert.Equal(2, result.Clusters.Sum(c => c.Members.Count));
        Assert.Equal(3.0, result.Clusters[^1].Centroid);
    }

    [Fact]
    public void Somebody_always_votes_and_the_candidates_order_does_not_matter()
    {
        var seed = new Seed(55);
        var rng = new Rng(seed);
        for (var trial = 0; trial < 300; trial++)
        {
            var length = rng.NextInt(1, 9);
            var candidates = Enumerable.Range(0, rng.NextInt(1, 25))
                .Select(_ => new ScoredCandidate(Random(rng, length), rng.NextInt(8) / 3.0))
                .ToArray();
            foreach (var settings in Enumerable.Range(0, length + 1).Select(c => Some(c, rng.NextInt(1, 4))).Append(All))
            {
                var result = Aggregator.Aggregate(candidates, settings);
                var where = $"seed {seed.Value}, trial {trial}, {settings}";
                Assert.True(result.Tallies.Count == length && result.Tallies.All(t => t.Voters > 0), where);
                Assert.True(
                    settings.Method != AggregationMethod.ConditionOnAll
                    || result.Best.Members.Any(m => m.Layers == result.Layers),
                    where);
                var shuffled = candidates.ToArray();
                rng.Shuffle<ScoredCandidate>(shuffled);
                Assert.True(Aggregator.Aggregate(shuffled, settings).Layers == result.Layers, where);
            }
        }
    }

    [Fact]
    public void Conditioning_on_as_many_layers_as_there_are_is_conditioning_on_all()
    {
        var rng = new Rng(new Seed(56));
        for (var trial = 0; trial < 50; trial++)
        {
            var candidates = Enumerable.Range(0, 12)
                .Select(_ => new ScoredCandidate(Random(rng, 6), rng.NextDouble()))
                .ToArray();
            Assert.Equal(
                Aggregator.Aggregate(candidates, All).Layers,
                Aggregator.Aggregate(candidates, Some(6)).Layers);
        }
    }

    [Fact]
    public void Candidates_that_cannot_vote_together_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Aggregator.Aggregate([], Some(0)));
        Assert.Throws<ArgumentException>(() => Aggregator.Aggregate(Candidates(("A", 1), ("AM", 1)), Some(0)));
        Assert.Throws<ArgumentException>(() => Aggregator.Aggregate(Candidates(("A", double.NaN)), Some(0)));
        Assert.Throws<KeyNotFoundException>(() => Aggregator.Aggregate(Candidates(("Z", 1)), Some(0)));
    }

    [Fact]
    public void A_methods_name_reads_back()
    {
        Assert.All(
            Enum.GetValues<AggregationMethod>(),
            m => Assert.True(SettingNames.TryParse<AggregationMethod>(SettingNames.Of(m), out var read, out _) && read == m));
        Assert.Equal(["n-c", "n-previous", "p100", "percentile", "posterior"], SettingNames.All<AggregationMethod>());
        Assert.False(SettingNames.TryParse<AggregationMethod>("n-prevous", out _, out var error));
        Assert.Contains("'n-previous'", error, StringComparison.Ordinal);
    }

    private static AggregationSettings Some(int condition, int clusters = 1) =>
        new(AggregationMethod.ConditionOnSome, condition, clusters);

    private static ScoredCandidate[] Candidates(params (string Layers, double Score)[] candidates) =>
        [.. candidates.Select(c => new ScoredCandidate(LayerSequence.Parse(c.Layers), c.Score))];

    private static LayerSequence Random(Rng rng, int length) =>
        LayerSequence.FromSymbols(Enumerable.Range(0, length).Select(_ => "AM"[rng.NextInt(2)]));
}
