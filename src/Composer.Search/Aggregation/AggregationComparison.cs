using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Primitives;

namespace Composer.Search.Aggregation;

/// <summary>Finished searches over the same orders that differ in their seeds: what each way to aggregate makes of them.</summary>
public static class AggregationComparison
{
    /// <summary>The five ways: N_0, N_1, N_(i−1), p100 and the least expected score.</summary>
    public static IReadOnlyList<(string Name, AggregationMethod Method, int Condition)> Ways { get; } =
    [
        ("N_0", AggregationMethod.ConditionOnSome, 0),
        ("N_1", AggregationMethod.ConditionOnSome, 1),
        ("N_(i-1)", AggregationMethod.ConditionOnAll, 0),
        ("p100", AggregationMethod.BestCandidate, 0),
        ("posterior", AggregationMethod.PosteriorMinimum, 0),
    ];

    /// <summary>Compares.</summary>
    /// <param name="searches">At least one, with at least one completed trial each.</param>
    /// <param name="clusters">Clusters of the K-means.</param>
    /// <param name="registry">The primitives, whose order breaks ties; A and M when null.</param>
    public static IReadOnlyList<ComparedWay> Of(
        IReadOnlyList<FinishedSearch> searches, int clusters, PrimitiveRegistry? registry = null) =>
    [
        .. Ways.Where(way => way.Condition < searches[0].Space.Layers).Select(way =>
        {
            var settings = new AggregationSettings(way.Method, way.Condition, clusters);
            LayerSequence[] orders =
                [.. searches.Select(s => TrialAggregator.Aggregate(s.Space, s.Seed, s.Trials, settings, registry).Layers)];
            return new ComparedWay(
                way.Name,
                orders,
                [.. orders.Select((order, i) => Regret(searches[i], order))],
                [.. orders.Select((order, i) => Mean(searches.Where((_, j) => j != i).Select(other => Regret(other, order))))]);
        }),
    ];

    /// <summary>How far an order's score lies above the best, in deviations of the search's scores; null when it was not tried.</summary>
    private static double? Regret(FinishedSearch search, LayerSequence order)
    {
        if (search.Trials.FirstOrDefault(trial => trial.Sequence == order)?.Score is not { } score)
        {
            return null;
        }

        double[] scores = [.. search.Trials.Select(trial => trial.Score!.Value)];
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Average(s => (s - mean) * (s - mean)));
        return deviation > 0 ? (score - scores.Min()) / deviation : 0;
    }

    private static double? Mean(IEnumerable<double?> regrets)
    {
        double[] known = [.. regrets.OfType<double>()];
        return known.Length > 0 ? known.Average() : null;
    }
}
