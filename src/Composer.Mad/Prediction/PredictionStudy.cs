using Composer.Core;
using Composer.Mad.Scoring;

namespace Composer.Mad.Prediction;

/// <summary>Which scores of small searches predict a truth measured on the same orders, and how surely that is known.</summary>
/// <param name="Orders">How many orders.</param>
/// <param name="Truth">The truth's own reliability; null of one repetition.</param>
/// <param name="Deviation">Standard deviation of the truth's means over the orders, in the truth's unit.</param>
/// <param name="Scores">One entry a predictor, the searches' own score first.</param>
/// <param name="Influences">What each task does to each mean over tasks; none of fewer than three tasks.</param>
/// <remarks>
/// The intervals of correlations come of <see cref="Resamples"/> resamples with replacement of the orders, of the truth's repetitions
/// and of the predictors', the same draws for every predictor; those of regrets of the repetitions alone, for regret is of these very
/// orders. z-scores and ranks stay those among all orders. Immutable; a function of scores and seed.
/// </remarks>
public sealed record PredictionStudy(
    int Orders,
    Reliability? Truth,
    double Deviation,
    IReadOnlyList<PredictorQuality> Scores,
    IReadOnlyList<TaskInfluence> Influences)
{
    /// <summary>How often orders and repetitions are drawn anew.</summary>
    public const int Resamples = 1000;

    private const int First = 5;

    /// <summary>Studies.</summary>
    /// <param name="predictors">The searches' own score first; all of the same orders and repetitions.</param>
    /// <param name="truth">Of the same orders, in the same order.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <exception cref="ArgumentException">Orders or repetitions differ, or the first is not the own score.</exception>
    public static PredictionStudy Of(IReadOnlyList<Predictor> predictors, RepeatedScores truth, Seed seed)
    {
        var own = predictors[0].Scores;
        if (predictors[0].Kind != PredictorKind.OwnScore
            || predictors.Any(p => p.Scores.Orders != truth.Orders || p.Scores.Repetitions != own.Repetitions))
        {
            throw new ArgumentException("The own score comes first, and all are of the same orders and repetitions.", nameof(predictors));
        }

        var (means, reliability) = (truth.Means(), truth.Reliability());
        var (resampled, repeated) = (
            Draws(own, truth, new Rng(seed.Derive("resampled")), orders: true),
            Draws(own, truth, new Rng(seed.Derive("repeated")), orders: false));
        var rows = new Row[predictors.Count];
        Parallel.For(0, rows.Length, i => rows[i] = RowOf(predictors[i].Scores, means, resampled, repeated));
        return new PredictionStudy(
            truth.Orders,
            reliability,
            DeviationOf(means),
            [.. predictors.Select((predictor, i) => Quality(predictor, rows[i], rows[0], means, reliability))],
            [.. InfluencesOf(predictors, rows)]);
    }

    private static PredictorQuality Quality(Predictor predictor, Row row, Row own, double[] truth, Reliability? ofTruth)
    {
        var (ofScore, n) = (predictor.Scores.Reliability(), (double)truth.Length);
        return new PredictorQuality(
            predictor,
            Estimate.OfCorrelation(row.Spearman, row.Spearmans, 12 / (n * ((n * n) - 1))),
            Estimate.OfCorrelation(row.Kendall, row.Kendalls, 4 / (n * (n - 1))),
            ofScore,
            ofScore is { OfMean: > 0 and var x } && ofTruth is { OfMean: > 0 and var y } ? row.Spearman / Math.Sqrt(x * y) : null,
            Estimate.OfDifference(row.Spearman - own.Spearman, [.. row.Spearmans.Zip(own.Spearmans, (a, b) => a - b)]),
            FirstOf(row.Means)[0],
            Estimate.OfPercentiles(Regrets(row.Means, truth).Best, row.RegretsOfBest),
            Estimate.OfPercentiles(Regrets(row.Means, truth).Five, row.RegretsOfFive));
    }

    private static IEnumerable<TaskInfluence> InfluencesOf(IReadOnlyList<Predictor> predictors, Row[] rows) =>
        from without in predictors.Select((predictor, i) => (Predictor: predictor, Row: rows[i]))
        where without.Predictor.Kind == PredictorKind.WithoutTask
        from all in predictors.Select((predictor, i) => (Predictor: predictor, Row: rows[i]))
        where all.Predictor.Kind == PredictorKind.MeanOfTasks
            && (all.Predictor.Objective, all.Predictor.Epoch) == (without.Predictor.Objective, without.Predictor.Epoch)
        select new TaskInfluence(
            without.Predictor.Task!,
            without.Predictor.Objective,
            without.Predictor.Epoch,
            Estimate.OfDifference(
                without.Row.Spearman - all.Row.Spearman, [.. without.Row.Spearmans.Zip(all.Row.Spearmans, (a, b) => a - b)]));

    private static Row RowOf(RepeatedScores scores, double[] truth, Draw[] resampled, Draw[] repeated)
    {
        var means = scores.Means();
        var (spearmans, kendalls) = (new double[resampled.Length], new double[resampled.Length]);
        for (var i = 0; i < resampled.Length; i++)
        {
            var drawn = scores.Means(resampled[i].Orders, resampled[i].Repetitions);
            spearmans[i] = RankCorrelation.Spearman(drawn, resampled[i].Truth);
            kendalls[i] = RankCorrelation.Kendall(drawn, resampled[i].Truth);
        }

        var regrets = Array.ConvertAll(repeated, draw => Regrets(scores.Means(draw.Orders, draw.Repetitions), draw.Truth));
        return new Row(
            means,
            RankCorrelation.Spearman(means, truth),
            RankCorrelation.Kendall(means, truth),
            spearmans,
            kendalls,
            Array.ConvertAll(regrets, r => r.Best),
            Array.ConvertAll(regrets, r => r.Five));
    }

    /// <summary>None where neither side has repetitions and the orders stay as they are.</summary>
    private static Draw[] Draws(RepeatedScores scores, RepeatedScores truth, Rng rng, bool orders)
    {
        if (!orders && scores.Repetitions == 1 && truth.Repetitions == 1)
        {
            return [];
        }

        var draws = new Draw[Resamples];
        for (var i = 0; i < draws.Length; i++)
        {
            int[] drawn = orders ? Drawn(truth.Orders) : [.. Enumerable.Range(0, truth.Orders)];
            var ofTruth = truth.Means(drawn, Drawn(truth.Repetitions));
            draws[i] = new Draw(drawn, Drawn(scores.Repetitions), ofTruth);
        }

        return draws;

        int[] Drawn(int count) => [.. Enumerable.Range(0, count).Select(_ => rng.NextInt(count))];
    }

    private static (double Best, double Five) Regrets(double[] scores, double[] truth)
    {
        var (first, best) = (FirstOf(scores), truth.Min());
        return (truth[first[0]] - best, first.Average(order => truth[order]) - best);
    }

    /// <summary>The orders of the least scores, the least first.</summary>
    private static int[] FirstOf(double[] scores) =>
        [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i]).ThenBy(i => i).Take(First)];

    private static double DeviationOf(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    /// <summary>Which orders and repetitions one resample has, and the truth of them.</summary>
    private sealed record Draw(int[] Orders, int[] Repetitions, double[] Truth);

    /// <summary>What is computed of one predictor, at all and in each resample.</summary>
    private sealed record Row(
        double[] Means,
        double Spearman,
        double Kendall,
        double[] Spearmans,
        double[] Kendalls,
        double[] RegretsOfBest,
        double[] RegretsOfFive);
}
