using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Search.Acquisition;
using Composer.Search.Strategies;

namespace Composer.Search.Tests;

public class FrontTests
{
    [Fact]
    public void Nothing_on_the_front_is_beaten_and_everything_else_is()
    {
        var study = new Study(new SearchSpace(5, "AM"), new Seed(1));
        study = new RandomSearch(20).Run(study, 4, order => new Rng(new Seed(4).Derive(order.ToString())).NextDouble());
        var front = Front.Of(study.Completed, trial => trial.Sequence.CountOf('A'), trial => trial.Score!.Value);
        foreach (var trial in study.Trials)
        {
            var beaten = study.Trials.Any(other => other != trial
                && other.Sequence.CountOf('A') <= trial.Sequence.CountOf('A') && other.Score <= trial.Score);
            Assert.Equal(!beaten, front.Contains(trial));
        }
    }

    /// <summary>One tried point (½, 0) and the worst score 1: gains by the definition, EI integrated over cost.</summary>
    [Fact]
    public void Expected_gain_is_the_integral_over_cost()
    {
        var front = new FrontImprovement([(5, 0), (10, 1)], 10);
        double Ei(double best) => Math.Exp(LogExpectedImprovement.Of(.3, .4, best));
        Assert.Equal(Math.Log((.5 * Ei(1)) + (.6 * Ei(0))), front.Of(.3, .4, 0), 1e-12);
        Assert.Equal(Math.Log((.2 * Ei(1)) + (.6 * Ei(0))), front.Of(.3, .4, 3), 1e-12);
        Assert.Equal(Math.Log(.3 * Ei(0)), front.Of(.3, .4, 8), 1e-12);
        Assert.True(front.Of(.3, .41, 8) > front.Of(.3, .4, 8));
    }

    /// <summary>The score falls with every A well placed: each number of A has an order on the front.</summary>
    [Fact]
    public void Search_with_a_cost_finds_more_of_the_front()
    {
        static double Score(LayerSequence order) => order.Select((c, i) => c == 'A' ? -1.0 / (i + 1) : 0).Sum();
        var (both, one) = (0.0, 0.0);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            both += Area(new BayesianSearch(30, 10, order => order.CountOf('A')), seed);
            one += Area(new BayesianSearch(30, 10), seed);
        }

        Assert.True(both < one, $"{both} against {one}");

        static double Area(BayesianSearch strategy, ulong seed)
        {
            var study = strategy.Run(new Study(new SearchSpace(9, "AM"), new Seed(seed)), 2, Score);
            return Enumerable.Range(0, 10).Sum(a =>
                study.Completed.Where(t => t.Sequence.CountOf('A') <= a).Select(t => t.Score!.Value).DefaultIfEmpty(0).Min());
        }
    }

    /// <summary>The area that a drawn score adds below the front, up to 1.1 of the greatest cost, averaged over 40,000 draws.</summary>
    [Fact]
    public void Expected_gain_is_the_mean_of_what_draws_gain()
    {
        var rng = new Rng(new Seed(21));
        for (var repetition = 0; repetition < 12; repetition++)
        {
            (double Cost, double Score)[] observed =
                [.. Enumerable.Range(0, 1 + rng.NextInt(9)).Select(_ => (10 * rng.NextDouble(), rng.NextGaussian()))];
            var (mean, deviation, cost) = (rng.NextGaussian() - .5, .3 + rng.NextDouble(), 10 * rng.NextDouble());
            var reference = observed.Max(o => o.Score);
            double[] ends = [.. observed.Select(o => o.Cost).Where(c => c > cost).Append(cost).Append(11).Order()];
            var (sum, squares) = (0.0, 0.0);
            const int Draws = 40_000;
            for (var draw = 0; draw < Draws; draw++)
            {
                var score = mean + (deviation * rng.NextGaussian());
                var gain = 0.0;
                for (var i = 0; i + 1 < ends.Length; i++)
                {
                    var best = observed.Where(o => o.Cost <= ends[i]).Select(o => o.Score).Append(reference).Min();
                    gain += (ends[i + 1] - ends[i]) / 10 * Math.Max(0, best - score);
                }

                sum += gain;
                squares += gain * gain;
            }

            var error = Math.Sqrt(((squares / Draws) - (sum / Draws * sum / Draws)) / Draws);
            var expected = Math.Exp(new FrontImprovement(observed, 10).Of(mean, deviation, cost));
            Assert.True(Math.Abs(expected - (sum / Draws)) < (4 * error) + 1e-9, $"{expected}, drawn {sum / Draws} ± {error}");
        }
    }

    [Theory]
    [InlineData(SearchObjective.KvCache)]
    [InlineData(SearchObjective.Flops)]
    public void A_cost_that_is_asked_for_is_what_the_search_improves_beside_the_score(SearchObjective objective)
    {
        var settings = new SearchSettings
        {
            Layers = 5,
            Primitives = ["A", "M", "W", "Y"],
            Trials = 30,
            InitialTrials = 6,
            Objectives = [SearchObjective.Score, objective],
            Constraints = new() { Length = 300 },
        };
        var study = new Study(settings.Space(), new Seed(4));
        var front = settings.CreateStrategy(AggregationSettings.Default).Run(study, 3, Score).Orders();
        double Cost(LayerSequence order)
        {
            var costs = ArchitectureCosts.Of(order, settings.CandidateShape, 0);
            return objective == SearchObjective.Flops ? costs.TrainingFlopsPerToken(300) : costs.KvCacheBytes(300) / 300.0;
        }

        Assert.Equal(new BayesianSearch(30, 6, Cost).Run(study, 3, Score).Orders(), front);
        Assert.NotEqual(new BayesianSearch(30, 6).Run(study, 3, Score).Orders(), front);

        static double Score(LayerSequence order) =>
            order.Select((c, i) => "MYWA".IndexOf(c, StringComparison.Ordinal) * -1.0 / (i + 1)).Sum();
    }
}
