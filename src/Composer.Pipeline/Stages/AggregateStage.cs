using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages.Search;
using Composer.Search;
using Composer.Search.Aggregation;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>Makes one small order of a search's trials. Takes milliseconds, so the coordinator computes it itself.</summary>
internal sealed class AggregateStage(string name, ExperimentManifest manifest, Stage search)
    : Stage(name, StageKind.Aggregate, [search])
{
    public override string Description => manifest.Aggregate.Method switch
    {
        "p100" => "the best candidate",
        "posterior" => "the least expected score",
        "percentile" => string.Create(CultureInfo.InvariantCulture, $"the candidate at percentile {manifest.Aggregate.Percentile}"),
        "n-previous" => string.Create(CultureInfo.InvariantCulture, $"N_(i-1), best of {manifest.Aggregate.Clusters} clusters"),
        _ => string.Create(CultureInfo.InvariantCulture, $"N_{manifest.Aggregate.Condition}, best of {manifest.Aggregate.Clusters} clusters"),
    };

    public override Preimage BuildPreimage(IStageResults results, StageStore store) =>
        Preimage.Of(Kind)
            .Add("code", IsPosterior ? StageCode.AggregatePosterior : StageCode.Aggregate)
            .AddAggregate(manifest.Aggregate)
            .AddSurrogate(manifest)
            .Add("input.search", results[search].Record.Output)
            .Build();

    private bool IsPosterior => manifest.Aggregate.Method == "posterior";

    public override Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var trials = execution.Inputs[search].Read<SearchOutput>(SearchOutput.Name);
        Trial[] completed = [.. trials.Result.Select(number => SearchTrials.Of(trials.Trials[number]))];
        if (completed.Length == 0)
        {
            return Task.FromResult(StageOutcome.Failed("the search has no trial with a score to aggregate", failsAlike: true));
        }

        var settings = AggregatePlan.Settings(manifest.Aggregate);
        var result = IsPosterior
            ? TrialAggregator.Aggregate(SearchPlan.Space(manifest.Search), new Seed(manifest.Seed).Derive("aggregate"), completed, settings)
            : Aggregator.Aggregate([.. completed.Select(t => new ScoredCandidate(t.Sequence, t.Score!.Value))], settings);
        var output = new AggregateOutput
        {
            Architecture = result.Layers.ToString(),
            Notation = result.Layers.Notation,
            Clusters = [.. result.Clusters.Select(c => new ClusterOutput(c.Centroid, [.. c.Members.Select(m => m.Layers.ToString())]))],
            Positions =
            [
                .. result.Tallies.Select(t => new PositionOutput(
                    t.Chosen.ToString(),
                    [.. t.Votes.Select(v => new VoteOutput(v.Symbol.ToString(), v.Count, v.MeanScore))],
                    t.TieBreak)),
            ],
        };
        return Task.FromResult(StageOutcome.Done().With(AggregateOutput.Name, output));
    }

    public override string Summarize(StageResult result) => result.Read<AggregateOutput>(AggregateOutput.Name).Notation;
}
