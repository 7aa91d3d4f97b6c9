using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages.Search;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>Makes one small order of a search's trials. Takes milliseconds, so the coordinator computes it itself.</summary>
internal sealed class AggregateStage(string name, ExperimentManifest manifest, Stage search)
    : Stage(name, StageKind.Aggregate, [search])
{
    public override string Description => manifest.Aggregate.Method switch
    {
        "p100" => "the best candidate",
        "percentile" => string.Create(CultureInfo.InvariantCulture, $"the candidate at percentile {manifest.Aggregate.Percentile}"),
        "n-previous" => string.Create(CultureInfo.InvariantCulture, $"N_(i-1), best of {manifest.Aggregate.Clusters} clusters"),
        _ => string.Create(CultureInfo.InvariantCulture, $"N_{manifest.Aggregate.Condition}, best of {manifest.Aggregate.Clusters} clusters"),
    };

    public override Preimage BuildPreimage(IStageResults results, StageStore store) =>
        Preimage.Of(Kind)
            .Add("code", StageCode.Aggregate)
            .AddAggregate(manifest.Aggregate)
            .Add("input.search", results[search].Record.Output)
            .Build();

    public override Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var trials = execution.Inputs[search].Read<SearchOutput>(SearchOutput.Name);
        var candidates = trials.Result
            .Select(number => trials.Trials[number])
            .Select(t => new ScoredCandidate(LayerSequence.Parse(t.Layers), t.Score!.Value))
            .ToArray();
        if (candidates.Length == 0)
        {
            return Task.FromResult(StageOutcome.Failed("the search has no trial with a score to aggregate"));
        }

        var result = Aggregator.Aggregate(candidates, AggregatePlan.Settings(manifest.Aggregate));
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
