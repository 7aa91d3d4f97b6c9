using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Planning;
using Composer.Search;
using Composer.Search.Aggregation;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages.Search;

/// <summary>A search whose trials the store has.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Output">Its trials.</param>
/// <param name="Savings">What it left out; null where that was not noted.</param>
/// <param name="Key">Of the stage: variants that differ behind the search alone share it.</param>
/// <param name="Manifest">The experiment at its point of the sweep, in its variant.</param>
public sealed record StoredSearch(
    string Stage,
    SearchOutput Output,
    SearchSavings? Savings,
    [property: JsonIgnore] Digest Key,
    [property: JsonIgnore] ExperimentManifest Manifest)
{
    private const string SeedSetting = "seed=";

    /// <summary>The stage's name without the seed of a sweep: the same for searches that differ in nothing else.</summary>
    [JsonIgnore]
    public string WithoutSeed
    {
        get
        {
            var slash = Stage.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || !Stage[..slash].Contains('=', StringComparison.Ordinal))
            {
                return Stage;
            }

            var others = Stage[..slash].Split(", ").Where(setting => !setting.StartsWith(SeedSetting, StringComparison.Ordinal)).ToArray();
            return others.Length == 0 ? Stage[(slash + 1)..] : string.Join(", ", others) + Stage[slash..];
        }
    }

    /// <summary>The searches of an experiment that are in the store; those that are not are left out.</summary>
    public static IReadOnlyList<StoredSearch> Of(ExperimentGraph graph, StageStore store, Planner planner) =>
    [
        .. planner.Plan(graph).Where(planned => planned.Hit is not null)
            .Select(planned => (Search: planned.Stage as SearchStage, Record: planned.Hit!))
            .Where(found => found.Search is not null)
            .Select(found => Of(found.Search!, found.Record, store)),
    ];

    /// <summary>The searches of an experiment as a run of it left them, whatever code computed them.</summary>
    /// <param name="graph">The experiment, with the settings of the run.</param>
    /// <param name="run">What became of the run's stages.</param>
    /// <param name="store">Where the run was.</param>
    public static IReadOnlyList<StoredSearch> Of(ExperimentGraph graph, IReadOnlyList<RunStage> run, StageStore store) =>
    [
        .. from search in graph.Stages.OfType<SearchStage>()
           join stage in run on search.Name equals stage.Name
           let record = stage.Key is { } key ? store.RecordOf(key) : null
           where record is not null
           select Of(search, record, store),
    ];

    /// <summary>For <see cref="AggregationComparison"/>.</summary>
    public FinishedSearch Finished() => new(
        SearchPlan.Space(Manifest.Search),
        new Seed(Manifest.Seed).Derive("aggregate"),
        [.. Output.Result.Select(number => SearchTrials.Of(Output.Trials[number]))]);

    private static StoredSearch Of(SearchStage search, StageRecord record, StageStore store)
    {
        var result = new StageResult(record, store);
        return new StoredSearch(
            search.Name,
            result.Read<SearchOutput>(SearchOutput.Name),
            result.ReadBeside<SearchSavings>(SearchSavings.Name),
            record.Key,
            search.Manifest);
    }
}
