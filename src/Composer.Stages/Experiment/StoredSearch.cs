using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Results;
using Composer.Search.Aggregation;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;
using Composer.Stages.Search;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Stages.Experiment;

/// <summary>A search whose trials the store has.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Output">Its trials.</param>
/// <param name="Savings">What it left out; null where that was not noted.</param>
/// <param name="Key">Of the stage: variants that differ behind the search alone share it.</param>
/// <param name="Searched">What it searched, and for whom.</param>
public sealed record StoredSearch(
    string Stage,
    SearchOutput Output,
    SearchSavings? Savings,
    [property: JsonIgnore] Digest Key,
    [property: JsonIgnore] SearchOfPoint Searched)
{
    /// <summary>What was made of it; null where nothing was.</summary>
    [JsonIgnore]
    public AggregateOutput? Aggregate { get; init; }

    /// <summary>The stage's name without the seed of a sweep: the same for searches that differ in nothing else.</summary>
    [JsonIgnore]
    public string WithoutSeed => Searched.NameWithoutSeed;

    /// <summary>The searches of an experiment that are in the store; those that are not are left out.</summary>
    public static IReadOnlyList<StoredSearch> Of(ResolvedExperiment experiment, StageGraph graph, StageStore store, Planner planner)
    {
        var plan = planner.Plan(graph).Where(p => p.Hit is not null).ToDictionary(p => p.Stage.Name, p => p.Hit!, StringComparer.Ordinal);
        return Of(experiment, name => plan.GetValueOrDefault(name), store);
    }

    /// <summary>The searches of an experiment as a run of it left them, whatever code computed them.</summary>
    /// <param name="experiment">With the settings of the run.</param>
    /// <param name="run">What became of the run's stages.</param>
    /// <param name="store">Where the run was.</param>
    public static IReadOnlyList<StoredSearch> Of(ResolvedExperiment experiment, IReadOnlyList<RunStage> run, StageStore store)
    {
        var keys = run.Where(s => s.Key is not null).ToDictionary(s => s.Name, s => s.Key!.Value, StringComparer.Ordinal);
        return Of(experiment, name => keys.TryGetValue(name, out var key) ? store.RecordOf(key) : null, store);
    }

    /// <summary>For <see cref="AggregationComparison"/>.</summary>
    public FinishedSearch Finished() => new(
        Searched.Manifest.Search.Space(),
        new Seed(Searched.Manifest.Seed).Derive("aggregate"),
        [.. Output.Result.Select(number => SearchTrials.Of(Output.Trials[number]))])
    {
        Fresh = FreshRunsOf(Aggregate),
    };

    private static Dictionary<LayerSequence, FreshRuns> FreshRunsOf(AggregateOutput? aggregate) =>
        (aggregate?.Confirmation?.Orders ?? []).Concat(aggregate?.Readings.Select(r => r.Order) ?? [])
            .Where(order => order.Runs.Count > 0)
            .DistinctBy(order => order.Layers)
            .ToDictionary(order => order.Layers, order => new FreshRuns(order.Layers, order.Runs));

    private static IReadOnlyList<StoredSearch> Of(ResolvedExperiment experiment, Func<string, StageRecord?> find, StageStore store) =>
    [
        .. SearchOfPoint.All(experiment)
            .Select(search => (search, Record: find(search.Name)))
            .Where(found => found.Record is not null)
            .Select(found => (found.search, Result: new StageResult(found.Record!, store)))
            .Select(found => new StoredSearch(
                found.search.Name,
                found.Result.Read<SearchOutput>(SearchOutput.Name),
                found.Result.ReadBeside<SearchSavings>(SearchSavings.Name),
                found.Result.Record.Key,
                found.search)
            {
                Aggregate = find(found.search.Aggregate) is { } aggregate
                    ? new StageResult(aggregate, store).Read<AggregateOutput>(AggregateOutput.Name)
                    : null,
            }),
    ];
}
