using System.Collections.Immutable;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Search.Constraints;

namespace Composer.Search.Tests.Constraints;

public class CostConstraintTests
{
    private static readonly ModelShape Shape = new(32, 4, 4, 48);
    private static readonly ImmutableSortedDictionary<char, double> None = ImmutableSortedDictionary<char, double>.Empty;
    private static readonly CostConstraint Free = new(Shape, 0, 128, null, null, null, None, None);

    public static TheoryData<string> Strategies => ["exhaustive", "random", "one-shot", "local-search", "tpe", "end-layer", "middle-layer"];

    /// <summary>What is let through is what the costs say, order by order, and nothing else is counted or drawn.</summary>
    [Fact]
    public void Allowed_orders_are_exactly_those_within_the_bounds()
    {
        var whole = new SearchSpace(7, "AM");
        ArchitectureCosts Costs(LayerSequence order) => ArchitectureCosts.Of(order, Shape, 0);
        var half = Costs(LayerSequence.Parse("3A+4M"));
        foreach (var (constraint, allows) in new (CostConstraint, Func<LayerSequence, bool>)[]
        {
            (Free with { MostParameters = half.TotalParameters }, o => Costs(o).TotalParameters <= half.TotalParameters),
            (
                Free with { MostFlops = half.TrainingFlopsPerToken(128) },
                o => Costs(o).TrainingFlopsPerToken(128) <= half.TrainingFlopsPerToken(128)),
            (Free with { MostKvCache = half.KvCacheBytesPerToken() }, o => o.CountOf('A') <= 3),
            (Free with { LeastShares = None.Add('A', 2.0 / 7), MostShares = None.Add('M', 4.0 / 7) }, o => o.CountOf('A') >= 3),
        })
        {
            var space = new SearchSpace(7, "AM", constraint);
            string[] expected = [.. whole.Allowed().Where(allows).Select(o => o.ToString()).Order(StringComparer.Ordinal)];
            Assert.Equal(expected, space.Allowed().Select(o => o.ToString()).Order(StringComparer.Ordinal));
            Assert.Equal(expected.Length, space.AllowedSize);
            Assert.All(whole.Allowed(), order => Assert.Equal(allows(order), space.Contains(order)));
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Every_strategy_keeps_them_and_stops_when_nothing_is_left(string name)
    {
        // Of 4 layers exactly one M: four orders.
        var constraint = Free with { LeastShares = None.Add('A', .75), MostShares = None.Add('A', .75) };
        var strategy = SearchRun.Strategy(name, 50, stepLayers: 2);
        var study = strategy.Run(
            new Study(new SearchSpace(4, "AM", constraint), new Seed(3)), 3, order => order.ToString().IndexOf('M') + 1);
        Trial[] whole = [.. study.Trials.Where(trial => trial.Sequence.Count == 4)];
        Assert.NotEmpty(whole);
        Assert.All(whole, trial => Assert.Equal(1, trial.Sequence.CountOf('M')));
        if (!name.EndsWith("layer", StringComparison.Ordinal))
        {
            Assert.Equal(4, whole.Length);
        }
    }

    /// <summary>χ² over the 15 orders of two A among six layers, 14 degrees of freedom: 36 is beyond .999.</summary>
    [Fact]
    public void Draws_are_uniform_among_what_is_allowed()
    {
        var space = new SearchSpace(6, "AM", Free with { LeastShares = None.Add('A', 1.0 / 3), MostShares = None.Add('A', 1.0 / 3) });
        var rng = new Rng(new Seed(9));
        var counts = new Dictionary<string, int>();
        var digits = new byte[6];
        for (var i = 0; i < 3000; i++)
        {
            space.Draw(rng, digits);
            var order = space.FromDigits(digits).ToString();
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(15, counts.Count);
        Assert.True(counts.Values.Sum(c => (c - 200.0) * (c - 200) / 200) < 36);
    }

    [Fact]
    public void Three_primitives_are_counted_apart()
    {
        var space = new SearchSpace(5, "AMS", Free with { MostShares = None.Add('S', .2), LeastShares = None.Add('M', .4) });
        Assert.Equal(
            new SearchSpace(5, "AMS").Allowed().Count(o => o.CountOf('S') <= 1 && o.CountOf('M') >= 2), space.AllowedSize);
    }
}
