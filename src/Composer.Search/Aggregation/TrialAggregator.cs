using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Search.Acquisition;
using Composer.Search.Surrogates;

namespace Composer.Search.Aggregation;

/// <summary>
/// Makes one order of a search's trials: as <see cref="Aggregator"/> does, or by a surrogate: the order of
/// the least expected score among all that may be tried.
/// </summary>
public static class TrialAggregator
{
    /// <summary>Aggregates.</summary>
    /// <param name="space">
    /// Where the surrogate looks for the least score; layers in which all trials agree stay as they are. Its constraint holds for
    /// the order that is made, too: what a vote for each layer makes may break what every member keeps, such as a greatest number of
    /// layers of a primitive, and the best member of the best cluster takes its place then.
    /// </param>
    /// <param name="seed">Of the surrogate's search in large spaces.</param>
    /// <param name="trials">Completed trials, at least one, whole orders of the space all.</param>
    /// <param name="settings">How.</param>
    /// <param name="registry">The primitives, whose order breaks ties; A and M when null.</param>
    public static AggregationResult Aggregate(
        SearchSpace space,
        Seed seed,
        IReadOnlyList<Trial> trials,
        AggregationSettings settings,
        PrimitiveRegistry? registry = null)
    {
        ScoredCandidate[] candidates = [.. trials.Select(trial => new ScoredCandidate(trial.Sequence, trial.Score!.Value))];
        if (settings.Method != AggregationMethod.PosteriorMinimum)
        {
            var voted = Aggregator.Aggregate(candidates, settings, registry);
            return space.Layers != voted.Layers.Count || space.Contains(voted.Layers)
                ? voted
                : voted with { Layers = voted.Best.Members[0].Layers };
        }

        var best = Aggregator.Aggregate(candidates, settings with { Method = AggregationMethod.BestCandidate }, registry);
        return best with { Layers = Minimum(space, seed, trials) ?? best.Layers };
    }

    /// <summary>The order of the least posterior mean; null when all trials are one order.</summary>
    private static LayerSequence? Minimum(SearchSpace space, Seed seed, IReadOnlyList<Trial> trials)
    {
        if (VaryingLayers.Of(space, trials) is not { } varying)
        {
            return null;
        }

        var surrogate = Surrogate.Fit(varying.Space, seed.Derive("posterior"), varying.Trials);
        var point = AcquisitionMaximizer.Best(
            varying.Space, surrogate.Process, [], (mean, _, _) => -mean, seed.Derive("minimum"), threads: 1);
        return point is null ? null : varying.Whole(point);
    }
}
