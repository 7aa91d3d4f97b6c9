using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Planning;
using Composer.Search;
using Composer.Search.Aggregation;
using Composer.Store;

namespace Composer.Pipeline.Stages.Search;

/// <summary>A search whose trials the store has.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Output">Its trials.</param>
/// <param name="Savings">What it left out; null where that was not noted.</param>
public sealed record StoredSearch(string Stage, SearchOutput Output, SearchSavings? Savings)
{
    /// <summary>The searches of an experiment that are in the store; those that are not are left out.</summary>
    public static IReadOnlyList<StoredSearch> Of(ExperimentGraph graph, StageStore store, Planner planner) =>
    [
        .. planner.Plan(graph)
            .Where(planned => planned.Stage.Kind == StageKind.Search && planned.Hit is not null)
            .Select(planned =>
            {
                var result = new StageResult(planned.Hit!, store);
                return new StoredSearch(
                    planned.Stage.Name,
                    result.Read<SearchOutput>(SearchOutput.Name),
                    result.ReadBeside<SearchSavings>(SearchSavings.Name));
            }),
    ];

    /// <summary>For <see cref="AggregationComparison"/>.</summary>
    public FinishedSearch Finished(ExperimentManifest manifest) => new(
        SearchPlan.Space(manifest.Search),
        new Seed(manifest.Seed).Derive("aggregate"),
        [.. Output.Result.Select(number => SearchTrials.Of(Output.Trials[number]))]);
}
