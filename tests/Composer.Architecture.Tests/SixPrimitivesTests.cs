using System.Numerics;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Primitives;
using Composer.Architecture.Tests.Widths;
using Composer.Core;

namespace Composer.Architecture.Tests;

/// <summary>Aggregation, stacking and stretching of orders of six primitives, drawn at random.</summary>
public class SixPrimitivesTests
{
    private const string Symbols = "ACEGMS";

    private static readonly ModelShape Shape = new(64, 4, 2, 128);

    /// <summary>Those that are there, and a stand-in for each that is not.</summary>
    private static readonly PrimitiveRegistry Registry = Symbols.Aggregate(
        PrimitiveRegistry.Default,
        (registry, symbol) => registry.TryGet(symbol, out _) ? registry : registry.With(new GrainedPrimitive(symbol, 1, symbol != 'E')));

    /// <summary>Whole copies in front, then of each group its share, rounded up: no more than is asked for but for that.</summary>
    [Fact]
    public void Stacking_copies_whole_orders_and_then_a_share_of_each_group()
    {
        foreach (var (small, target, s) in Cases())
        {
            var result = Extrapolator.Extrapolate(small, ExtrapolationMethod.Stack, Shape, target, registry: Registry);
            var (whole, text) = ((int)s.Floor, result.Layers.ToString());
            Assert.StartsWith(string.Concat(Enumerable.Repeat(small.ToString(), whole)), text, StringComparison.Ordinal);
            Assert.Equal(
                string.Concat(small.Groups.Select(g => new string(g.Symbol, Times(s.Fraction, g.Count)))), text[(whole * small.Count)..]);
            AssertSize(result, small, target);
        }
    }

    [Fact]
    public void Stretching_keeps_the_order_of_groups_and_multiplies_each()
    {
        foreach (var (small, target, s) in Cases())
        {
            var result = Extrapolator.Extrapolate(small, ExtrapolationMethod.Stretch, Shape, target, registry: Registry);
            Assert.Equal(string.Concat(small.Groups.Select(g => new string(g.Symbol, Times(s, g.Count)))), result.Layers.ToString());
            AssertSize(result, small, target);
            Assert.All(Symbols, symbol => Assert.True(result.Layers.CountOf(symbol) >= (int)(s * small.CountOf(symbol)).Floor));
        }
    }

    /// <summary>Coarse scores, so that votes and their means tie: then registry order decides, layer by layer.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void A_vote_goes_to_the_most_then_to_the_better_mean_then_by_registry_order(int condition)
    {
        var (rng, ties) = (new Rng(new Seed(31)), 0);
        for (var repetition = 0; repetition < 60; repetition++)
        {
            ScoredCandidate[] candidates =
                [.. Enumerable.Range(0, 12).Select(_ => new ScoredCandidate(Draw(rng, 5), rng.NextInt(3) / 2.0))];
            var result = Aggregator.Aggregate(
                candidates, new AggregationSettings(AggregationMethod.ConditionOnSome, condition, Clusters: 2), Registry);
            var members = result.Clusters[0].Members;
            var chosen = "";
            for (var i = 0; i < 5; i++)
            {
                var agreeing = members.Where(m => Enumerable.Range(Math.Max(0, i - condition), Math.Min(condition, i))
                    .All(j => m.Layers[j] == chosen[j])).ToList();
                var ranked = Symbols
                    .Select(symbol => (Symbol: symbol, Votes: agreeing.Where(m => m.Layers[i] == symbol).ToList()))
                    .Where(v => v.Votes.Count > 0)
                    .OrderByDescending(v => v.Votes.Count)
                    .ThenBy(v => v.Votes.Average(m => m.Score))
                    .ThenBy(v => Registry.PlaceOf(v.Symbol))
                    .ToList();
                chosen += ranked[0].Symbol;
                ties += ranked.Count > 1 && ranked[0].Votes.Count == ranked[1].Votes.Count ? 1 : 0;
            }

            Assert.Equal(chosen, result.Layers.ToString());
        }

        Assert.True(ties > 20, $"{ties} ties");
    }

    private static IEnumerable<(LayerSequence Small, long Target, Rational Scale)> Cases()
    {
        var rng = new Rng(new Seed(5));
        for (var repetition = 0; repetition < 60; repetition++)
        {
            var small = Draw(rng, 2 + rng.NextInt(8));
            var parameters = ArchitectureCosts.Of(small, Shape, 0, Registry).LayerParameters;
            var target = parameters + 1 + (long)(5 * rng.NextDouble() * parameters);
            yield return (small, target, new Rational(target, parameters));
        }
    }

    private static void AssertSize(ExtrapolationResult result, LayerSequence small, long target)
    {
        var most = small.Groups.Sum(g => Registry[g.Symbol].Parameters(Shape));
        Assert.InRange(result.LayerParameters, target, target + most);
        Assert.Equal(ArchitectureCosts.Of(result.Layers, Shape, 0, Registry).LayerParameters, result.LayerParameters);
    }

    private static int Times(Rational share, int count) => (int)(BigInteger)(share * count).Ceiling;

    private static LayerSequence Draw(Rng rng, int layers) =>
        LayerSequence.FromSymbols(Enumerable.Range(0, layers).Select(_ => Symbols[rng.NextInt(Symbols.Length)]));
}
