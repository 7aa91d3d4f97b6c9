using Composer.Architecture;
using Composer.Core;
using Composer.Search.Confirmation;

namespace Composer.Search.Tests.Confirmation;

public sealed class OrderConfirmationTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Order_that_is_worse_beyond_the_noise_gives_way_to_the_best_member()
    {
        var result = Decide(Runs("MM", 2.0, 2.1), Runs("AM", 1.5, 1.61), Runs("MA", 1.4, 1.5));
        Assert.Equal(("MA", ConfirmationVerdict.Worse, "MA"), (result.Taken.ToString(), result.Verdict, result.Best!.ToString()));
        Assert.Equal(.6, result.Difference!.Value, Tolerance);
    }

    [Fact]
    public void Order_that_is_worse_within_the_noise_stays()
    {
        // Residuals ±.0375 of two orders in two runs: σ² = 4·.0375²/1, noise σ√(2/2) = .075.
        var result = Decide(Runs("MM", 1.1, 1.05), Runs("AM", 1.0, 1.1));
        Assert.Equal((.025, .075), (Math.Round(result.Difference!.Value, 12), Math.Round(result.Noise!.Value, 12)));
        Assert.Equal(("MM", ConfirmationVerdict.WithinNoise), (result.Taken.ToString(), result.Verdict));
    }

    [Fact]
    public void The_best_of_all_is_taken_without_noise_having_a_say()
    {
        var result = Decide(Runs("MM", 1.0, 1.0), Runs("AM", 1.0, 1.0));
        Assert.Equal(("MM", ConfirmationVerdict.Best, 0.0), (result.Taken.ToString(), result.Verdict, result.Noise!.Value));
    }

    [Fact]
    public void Failed_runs_count_against_an_order()
    {
        var failed = new FreshRuns(LayerSequence.Parse("MM"), [1.0, null]);
        var result = Decide(failed, Runs("AM", 2, 2), Runs("MA", 1.9, 1.9));
        Assert.Equal(("MA", ConfirmationVerdict.Failed, true), (result.Taken.ToString(), result.Verdict, result.Difference is null));
        result = Decide(Runs("MM", 3, 3), failed with { Layers = LayerSequence.Parse("AM") }, Runs("MA", 2.9, 2.9));
        Assert.Equal("MA", result.Taken.ToString());
        result = Decide(Runs("MM", 3, 3), failed with { Layers = LayerSequence.Parse("AM") });
        Assert.Equal(("MM", ConfirmationVerdict.Best), (result.Taken.ToString(), result.Verdict));
        result = Decide(failed, failed with { Layers = LayerSequence.Parse("MA") });
        Assert.Equal(("MA", ConfirmationVerdict.Untold), (result.Taken.ToString(), result.Verdict));
        result = Decide(Runs("MM", double.NaN, 1), Runs("AM", 2, 2));
        Assert.Equal(("AM", ConfirmationVerdict.Failed), (result.Taken.ToString(), result.Verdict));
    }

    [Fact]
    public void Without_another_order_there_is_nothing_to_compare_with()
    {
        Assert.Throws<ArgumentException>(() => Decide(Runs("MM", 1, 2)));
        Assert.Throws<ArgumentException>(() => Decide(Runs("MM", 1, 2), Runs("AM", 1, 2), Runs("MM", 1, 2)));
    }

    /// <summary>What all orders share in a run, such as easy data, is no noise.</summary>
    [Fact]
    public void Noise_is_that_of_differences_and_counts_as_it_was_drawn()
    {
        const double Deviation = .02;
        const int Orders = 6, RunsOfEach = 3, Rounds = 400;
        var rng = new Rng(new Seed(5));
        var squares = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var byRun = Enumerable.Range(0, RunsOfEach).Select(_ => .5 * rng.NextGaussian()).ToArray();
            var runs = Enumerable.Range(0, Orders).Select(i => new FreshRuns(
                LayerSequence.FromSymbols(Convert.ToString(i + 8, 2).Select(c => c == '0' ? 'A' : 'M')),
                [.. byRun.Select(b => (double?)(i + b + Deviation * rng.NextGaussian()))])).ToArray();
            var noise = OrderConfirmation.Of(runs[0], runs[1..]).Noise!.Value;
            squares += noise * noise;
        }

        // E noise² = 2σ²/r; of a mean over 400 rounds with 10 degrees of freedom each the relative error is √(2/4000).
        Assert.Equal(2 * Deviation * Deviation / RunsOfEach, squares / Rounds, .1 * 2 * Deviation * Deviation / RunsOfEach);
    }

    [Fact]
    public void Whatever_the_scores_the_taken_order_is_at_most_the_noise_above_every_order()
    {
        var rng = new Rng(new Seed(11));
        for (var round = 0; round < 500; round++)
        {
            var spread = Math.Pow(10, -3 * rng.NextDouble());
            var runs = Enumerable.Range(0, 2 + rng.NextInt(5)).Select(i => new FreshRuns(
                LayerSequence.FromSymbols(Convert.ToString(i + 8, 2).Select(c => c == '0' ? 'A' : 'M')),
                [.. Enumerable.Range(0, 3).Select(_ => (double?)(spread * i * rng.NextDouble() + .05 * rng.NextGaussian()))])).ToArray();
            var result = OrderConfirmation.Of(runs[0], runs[1..]);
            var taken = runs.Single(r => r.Layers == result.Taken);
            Assert.All(runs, r => Assert.True(taken.Mean <= r.Mean + result.Noise + Tolerance, $"round {round}: {result}"));
        }
    }

    private static OrderConfirmation Decide(FreshRuns proposed, params FreshRuns[] members) =>
        OrderConfirmation.Of(proposed, members);

    private static FreshRuns Runs(string layers, params double[] scores) =>
        new(LayerSequence.Parse(layers), [.. scores.Select(s => (double?)s)]);
}
