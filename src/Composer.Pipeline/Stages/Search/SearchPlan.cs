using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Search;

namespace Composer.Pipeline.Stages.Search;

/// <summary>What <c>[search]</c> asks for, in the terms of the strategies, and which of its fields they read.</summary>
internal static class SearchPlan
{
    private const string Exhaustive = "exhaustive";
    private const string Random = "random";

    public static SearchSpace Space(SearchSection search) => new(search.Layers, search.Primitives.Select(p => p[0]));

    /// <summary>Incremental searches aggregate between their phases, as <c>[aggregate]</c> says.</summary>
    public static ISearchStrategy Strategy(SearchSection search, AggregateSection aggregate) =>
        new SearchSettings(search.Strategy, search.Trials, search.InitialTrials, search.StepLayers)
            .CreateStrategy(AggregatePlan.Settings(aggregate));

    /// <summary>Candidates proposed at once: all of them where no score is waited for.</summary>
    public static int BatchOf(SearchSection search) => search.Strategy is Exhaustive or Random ? int.MaxValue : search.Batch;

    /// <summary>The fields that this strategy reads, and no other.</summary>
    public static void AddFields(Preimage.Builder key, SearchSection search, AggregateSection aggregate)
    {
        if (search.Strategy == Exhaustive)
        {
            return;
        }

        key.Add("search.trials", search.Trials);
        if (search.Strategy == Random)
        {
            return;
        }

        key.Add("search.initial_trials", search.InitialTrials).Add("search.batch", search.Batch);
        if (IsIncremental(search))
        {
            key.Add("search.step_layers", search.StepLayers).AddAggregate(aggregate);
        }
    }

    public static bool IsIncremental(SearchSection search) => search.Strategy is "end-layer" or "middle-layer";
}
