using System.Collections.Immutable;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Search;
using Composer.Search.Constraints;

namespace Composer.Pipeline.Stages.Search;

/// <summary>What <c>[search]</c> asks for, in the terms of the strategies, and which of its fields they read.</summary>
internal static class SearchPlan
{
    private const string Exhaustive = "exhaustive";
    private const string Random = "random";
    private const string LocalSearch = "local-search";
    private const string OneShot = "one-shot";
    private const string KvCacheObjective = "kv-cache";

    public static SearchSpace Space(SearchSection search) =>
        new(search.Layers, search.Primitives.Select(p => p[0]), Constraint(search) is { IsEmpty: false } constraint ? constraint : null);

    /// <summary>The study that the search begins with.</summary>
    public static Study Study(ExperimentManifest manifest) => new(Space(manifest.Search), new Seed(manifest.Seed).Derive("search"));

    /// <summary>Incremental searches aggregate between their phases, as <c>[aggregate]</c> says.</summary>
    public static ISearchStrategy Strategy(SearchSection search, AggregateSection aggregate) =>
        new SearchSettings(
            search.Strategy,
            search.Trials,
            search.InitialTrials,
            search.StepLayers,
            search.ShorterLastStep,
            [.. search.Suggest.Select(order => LayerSequence.Parse(order))],
            HasFront(search) ? order => KvCache(search, order) : null,
            Environment.ProcessorCount)
            .CreateStrategy(AggregatePlan.BetweenPhases(aggregate));

    public static Replication Replication(SearchSection search) => new(search.Replicates.Top, search.Replicates.Seeds);

    /// <summary>Whether the front of score and KV cache is what the search improves.</summary>
    public static bool HasFront(SearchSection search) => search.Objectives.Contains(KvCacheObjective);

    /// <summary>Bytes per token of a candidate, in bf16, in a sequence as long as the constraints say.</summary>
    public static double KvCache(SearchSection search, LayerSequence order) =>
        ArchitectureCosts.Of(order, EvaluationPlan.Shape(search.Model), vocabulary: 0).KvCacheBytes(search.Constraints.Length) / (double)search.Constraints.Length;

    /// <summary>Whether candidates are proposed without regard to scores.</summary>
    public static bool IsBlind(SearchSection search) => search.Strategy is Exhaustive or Random;

    /// <summary>Candidates proposed at once: all of them where no score is waited for.</summary>
    public static int BatchOf(ExperimentManifest manifest) =>
        IsBlind(manifest.Search) && !StoppingPlan.Of(manifest).ComparesCandidates ? int.MaxValue : manifest.Search.Batch;

    /// <summary>The fields that this strategy reads, and no other.</summary>
    public static void AddFields(Preimage.Builder key, SearchSection search, AggregateSection aggregate)
    {
        AddConstraints(key, search);
        if (search.Replicates.Top > 0)
        {
            key.Add("search.replicates.top", search.Replicates.Top).Add("search.replicates.seeds", search.Replicates.Seeds);
        }

        if (search.Suggest.Count > 0)
        {
            key.Add("search.suggest", search.Suggest.Select(order => LayerSequence.Parse(order).ToString()));
        }

        if (search.Strategy == Exhaustive)
        {
            return;
        }

        key.Add("search.trials", search.Trials);
        if (search.Strategy == Random)
        {
            return;
        }

        key.Add("search.batch", search.Batch);
        if (search.Strategy == LocalSearch)
        {
            return;
        }

        key.Add("search.initial_trials", search.InitialTrials);
        if (search.Strategy == OneShot && HasFront(search))
        {
            key.Add("search.objectives", search.Objectives);
        }

        if (IsIncremental(search))
        {
            key.Add("search.step_layers", search.StepLayers).AddAggregate(aggregate).Add("aggregate.confirm", AggregatePlan.Confirms(aggregate));
            if (search.Layers % search.StepLayers != 0)
            {
                key.Add("search.shorter_last_step", search.ShorterLastStep);
            }
        }
    }

    public static void AddConstraints(Preimage.Builder key, SearchSection search)
    {
        var constraints = search.Constraints;
        Add("max_parameters", constraints.MaxParameters);
        Add("max_kv_cache", constraints.MaxKvCache);
        Add("max_flops", constraints.MaxFlops);
        if (constraints.MaxFlops is not null)
        {
            key.Add("search.constraints.length", constraints.Length);
        }

        foreach (var (symbol, share) in constraints.MinShare)
        {
            key.Add($"search.constraints.min_share.{symbol}", share);
        }

        foreach (var (symbol, share) in constraints.MaxShare)
        {
            key.Add($"search.constraints.max_share.{symbol}", share);
        }

        void Add(string name, double? value)
        {
            if (value is { } given)
            {
                key.Add($"search.constraints.{name}", given);
            }
        }
    }

    private static CostConstraint Constraint(SearchSection search)
    {
        var constraints = search.Constraints;
        return new CostConstraint(
            EvaluationPlan.Shape(search.Model),
            Vocabulary: 0,
            constraints.Length,
            (long?)constraints.MaxParameters,
            (long?)constraints.MaxFlops,
            (long?)constraints.MaxKvCache,
            constraints.MinShare.ToImmutableSortedDictionary(share => share.Key[0], share => share.Value),
            constraints.MaxShare.ToImmutableSortedDictionary(share => share.Key[0], share => share.Value));
    }

    public static bool IsIncremental(SearchSection search) => search.Strategy is "end-layer" or "middle-layer";
}
