using Composer.Core;
using Composer.Mad.Prediction;
using Composer.Mad.Scoring;

namespace Composer.Mad.Tests.Prediction;

/// <summary>Scores whose relation to the truth is known, since they are made of it.</summary>
public sealed class PredictionStudyTests
{
    [Fact]
    public void Intervals_are_the_spread_of_the_resamples_around_the_value()
    {
        var ofDifference = Estimate.OfDifference(.5, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
        Assert.Equal(.5 + (1.959963984540054 * Math.Sqrt(2.5 / 9)), ofDifference.High!.Value, 12);
        Assert.Equal(1, ofDifference.Low!.Value + ofDifference.High.Value, 12);
        var ofCorrelation = Estimate.OfCorrelation(.9, [.8, .85, .9, .95], .01);
        Assert.True(.9 - ofCorrelation.Low > ofCorrelation.High - .9 && ofCorrelation.High < 1);
        var ofPercentiles = Estimate.OfPercentiles(0, [.. Enumerable.Range(1, 1000).Select(i => (double)i)]);
        Assert.Equal((0, 975), (ofPercentiles.Low!.Value, ofPercentiles.High!.Value));
        var whole = Estimate.OfCorrelation(1, [1, 1], .01);
        Assert.True(whole is { Low: > .99, High: 1 });
        Assert.All(
            [Estimate.OfDifference(1, []), Estimate.OfCorrelation(1, [], .01), Estimate.OfPercentiles(1, [])],
            e => Assert.Equal((1, null, null), (e.Value, e.Low, e.High)));
    }

    /// <summary>By hand: the truth's order is 0, 2, 1, 3 …; the score puts 1 first.</summary>
    [Fact]
    public void Regret_is_the_truth_of_what_is_put_first_above_the_best()
    {
        var truth = new RepeatedScores([[.9, 1.1], [3, 3], [2, 2], [4, 4], [5, 5], [6, 6]]);
        var study = PredictionStudy.Of([Own([[2], [1], [3], [4], [5], [6]])], truth, new Seed(1));
        var score = study.Scores[0];
        Assert.Equal(1, score.Best);
        Assert.Equal(2, score.RegretOfBest.Value, 12);
        Assert.Equal(((1.0 + 3 + 2 + 4 + 5) / 5) - 1, score.RegretOfFive.Value, 12);
        Assert.Equal(RankCorrelation.Spearman([2, 1, 3, 4, 5, 6], [1, 3, 2, 4, 5, 6]), score.Spearman.Value, 12);
        Assert.Equal(RankCorrelation.Kendall([2, 1, 3, 4, 5, 6], [1, 3, 2, 4, 5, 6]), score.Kendall.Value, 12);
        Assert.Equal((0, 0, 0), (score.AgainstOwn.Value, score.AgainstOwn.Low!.Value, score.AgainstOwn.High!.Value));
        Assert.Null(score.Reliability);
        Assert.Null(score.Corrected);
        Assert.NotNull(study.Truth);
    }

    [Fact]
    public void One_repetition_on_either_side_leaves_the_regret_without_an_interval()
    {
        double[][] values = [[1], [2], [3], [4]];
        var score = PredictionStudy.Of([Own(values)], new RepeatedScores(values), new Seed(1)).Scores[0];
        Assert.Equal((0, null), (score.RegretOfBest.Value, score.RegretOfBest.Low));
        Assert.Equal(1, score.Spearman.Value, 12);
    }

    /// <summary>ρ of the noisy means is far below that of what they measure, which the reliabilities give back.</summary>
    [Fact]
    public void Correction_for_noise_gives_back_what_the_noise_took()
    {
        var seed = new Seed((ulong)TestSeed.Of(11));
        var rng = new Rng(seed);
        double[] real = [.. Enumerable.Range(0, 400).Select(_ => rng.NextGaussian())];
        var study = PredictionStudy.Of([Own(Noisy(real, 1.2, 4, rng))], new RepeatedScores(Noisy(real, .8, 3, rng)), seed);
        var score = study.Scores[0];
        Assert.InRange(score.Spearman.Value, .55, .9);
        Assert.InRange(score.Corrected!.Value, .9, 1.1);
        Assert.InRange(score.Reliability!.Value.OfMean, .55, .85);
        Assert.True(score.Reliability.Value.OfMean > score.Reliability.Value.OfOne);
    }

    [Fact]
    public void Task_of_noise_alone_is_told_to_add_noise_and_one_that_knows_the_truth_to_help()
    {
        var seed = new Seed((ulong)TestSeed.Of(12));
        var rng = new Rng(seed);
        double[] real = [.. Enumerable.Range(0, 64).Select(_ => rng.NextGaussian())];
        double[] nothing = [.. real.Select(_ => 3 * rng.NextGaussian())];
        double[][][] tasks = [Noisy(real, .2, 3, rng), Noisy(real, .6, 3, rng), Noisy(nothing, .1, 3, rng)];
        var mean = Mean(tasks);
        List<Predictor> predictors = [Own(mean), Made(PredictorKind.MeanOfTasks, null, mean)];
        predictors.AddRange(
            Enumerable.Range(0, 3).Select(t => Made(PredictorKind.WithoutTask, $"task {t}", Mean([.. tasks.Where((_, i) => i != t)]))));
        var study = PredictionStudy.Of(predictors, new RepeatedScores(Noisy(real, .1, 3, rng)), seed);
        Assert.Equal(
            [InfluenceVerdict.Helps, InfluenceVerdict.AddsNoise],
            new[] { study.Influences[0].Verdict, study.Influences[2].Verdict });
        Assert.Equal(study.Scores[4].AgainstOwn, study.Influences[2].Change);
    }

    /// <summary>Of forty draws of 64 orders with known correlation, the intervals hold it as often as they say, less three.</summary>
    [Fact]
    public void Intervals_hold_what_they_say()
    {
        var seed = new Seed((ulong)TestSeed.Of(13));
        var (held, rounds) = (0, 40);
        for (var round = 0; round < rounds; round++)
        {
            var rng = new Rng(seed.Derive("round", round));
            double[] real = [.. Enumerable.Range(0, 64).Select(_ => rng.NextGaussian())];
            var study = PredictionStudy.Of([Own(Noisy(real, .7, 3, rng))], new RepeatedScores(Noisy(real, .7, 3, rng)), seed);

            // Pearson's 1/(1 + .49/3) of the means, as Spearman's of two normal variables: 6/π · asin(ρ/2).
            var expected = 6 / Math.PI * Math.Asin(1 / (1 + (.49 / 3)) / 2);
            held += study.Scores[0].Spearman is { Low: var low, High: var high } && low <= expected && expected <= high ? 1 : 0;
        }

        Assert.InRange(held, 35, rounds);
    }

    [Fact]
    public void Same_seed_gives_the_same_intervals_and_another_gives_others()
    {
        var rng = new Rng(new Seed(3));
        double[] real = [.. Enumerable.Range(0, 30).Select(_ => rng.NextGaussian())];
        var (own, truth) = (Own(Noisy(real, 1, 2, rng)), new RepeatedScores(Noisy(real, 1, 2, rng)));
        var first = PredictionStudy.Of([own], truth, new Seed(1)).Scores[0];
        Assert.Equal(first, PredictionStudy.Of([own], truth, new Seed(1)).Scores[0]);
        Assert.NotEqual(first.Spearman.Low, PredictionStudy.Of([own], truth, new Seed(2)).Scores[0].Spearman.Low);
    }

    [Fact]
    public void Scores_of_other_orders_or_without_a_number_are_refused()
    {
        var truth = new RepeatedScores([[1], [2], [3]]);
        Assert.Throws<ArgumentException>(() => PredictionStudy.Of([Own([[1], [2]])], truth, new Seed(1)));
        Assert.Throws<ArgumentException>(() => new RepeatedScores([[1], [double.NaN]]));
        Assert.Throws<ArgumentException>(() => new RepeatedScores([[1, 2], [1]]));
    }

    private static Predictor Own(double[][] scores) => Made(PredictorKind.OwnScore, null, scores);

    private static Predictor Made(PredictorKind kind, string? task, double[][] scores) =>
        new(kind, ScoreObjective.Loss, ScoreEpoch.Last, task, new RepeatedScores(scores));

    private static double[][] Noisy(double[] real, double noise, int repetitions, Rng rng) =>
        [.. real.Select(r => Enumerable.Range(0, repetitions).Select(_ => r + (noise * rng.NextGaussian())).ToArray())];

    private static double[][] Mean(double[][][] tasks) =>
        [.. tasks[0].Select((_, o) => tasks[0][0].Select((_, r) => tasks.Average(t => t[o][r])).ToArray())];
}
