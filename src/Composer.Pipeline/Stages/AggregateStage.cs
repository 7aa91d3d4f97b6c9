using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Core.Code;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages.Search;
using Composer.Search;
using Composer.Search.Aggregation;
using Composer.Search.Confirmation;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>
/// Makes one small order of a search's trials, in the coordinator itself; and, where the manifest says so, has it trained
/// with fresh seeds beside the best members of the cluster that it was made of, before it is believed.
/// </summary>
internal sealed class AggregateStage : Stage, ICountsEvaluations
{
    private readonly ExperimentManifest manifest;
    private readonly Stage search;
    private readonly Lazy<TextTask?> text;

    public AggregateStage(string name, ExperimentManifest manifest, Stage search, Workspace workspace)
        : base(name, StageKind.Aggregate, [search])
    {
        (this.manifest, this.search) = (manifest, search);
        text = new Lazy<TextTask?>(() => TextTask.Of(manifest, workspace));
    }

    public override string Description => Method + (Confirms ? ", confirmed" : "");

    public string EvaluationDescription => string.Create(
        CultureInfo.InvariantCulture,
        $"≤ {manifest.Aggregate.ConfirmMembers + 1} orders, {CountText.Of(manifest.Aggregate.ConfirmRuns, "fresh run")}");

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var key = Preimage.Of(Kind)
            .Add("code", StageCode.Aggregate(manifest, IsPosterior, Confirms))
            .AddAggregate(manifest.Aggregate)
            .AddSurrogate(manifest)
            .Add("input.search", results[search].Record.Output);
        if (Confirms)
        {
            if (!IsPosterior)
            {
                key.Add("seed", new Seed(manifest.Seed));
            }

            key.Add("hardware", HardwarePolicy.Cpu)
                .Add("aggregate.confirm", true)
                .Add("aggregate.confirm_members", manifest.Aggregate.ConfirmMembers)
                .Add("aggregate.confirm_runs", manifest.Aggregate.ConfirmRuns)
                .Add("search.replicates.seeds", FirstFreshRun)
                .AddShape("search.model", EvaluationPlan.Shape(manifest.Search.Model))
                .AddEvaluation(manifest, text.Value);
        }

        return key.Build();
    }

    [CodeRoot("aggregate")]
    public override async Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var trials = execution.Inputs[search].Read<SearchOutput>(SearchOutput.Name);
        Trial[] completed = [.. trials.Result.Select(number => SearchTrials.Of(trials.Trials[number]))];
        if (completed.Length == 0)
        {
            return StageOutcome.Failed("the search has no trial with a score to aggregate", failsAlike: true);
        }

        var settings = AggregatePlan.Settings(manifest.Aggregate);
        ScoredCandidate[] candidates = [.. completed.Select(t => new ScoredCandidate(t.Sequence, t.Score!.Value))];
        var result = IsPosterior
            ? ByPosterior(completed, settings)
            : Aggregator.Aggregate(candidates, settings);
        var (taken, confirmation) = Confirms
            ? await ConfirmAsync(result, execution, cancellation).ConfigureAwait(false)
            : (result.Layers, null);
        return StageOutcome.Done().With(AggregateOutput.Name, new AggregateOutput
        {
            Architecture = taken.ToString(),
            Notation = taken.Notation,
            Clusters = [.. result.Clusters.Select(c => new ClusterOutput(c.Centroid, [.. c.Members.Select(m => m.Layers.ToString())]))],
            Positions =
            [
                .. result.Tallies.Select(t => new PositionOutput(
                    t.Chosen.ToString(),
                    [.. t.Votes.Select(v => new VoteOutput(v.Symbol.ToString(), v.Count, v.MeanScore))],
                    t.TieBreak)),
            ],
            Confirmation = confirmation,
        });
    }

    public override IEnumerable<Digest> KeysBehind(StageResult result) =>
        result.Read<AggregateOutput>(AggregateOutput.Name).Confirmation is { } confirmation
            ? confirmation.Orders.SelectMany(o => o.Evaluations).Distinct().Select(Digest.Parse)
            : [];

    public (int Present, int All)? CountEvaluations(StageStore store, StageResult? hit)
    {
        // Which orders, only the search's trials tell.
        var keys = hit is null ? [] : KeysBehind(hit).ToArray();
        return keys.Length == 0 ? null : (keys.Count(store.Contains), keys.Length);
    }

    public override string Summarize(StageResult result)
    {
        var output = result.Read<AggregateOutput>(AggregateOutput.Name);
        return output.Confirmation is { } confirmation ? $"{output.Notation}   {ConfirmationText.Of(confirmation, output.Clusters)}" : output.Notation;
    }

    private string Method => manifest.Aggregate.Method switch
    {
        "p100" => "the best candidate",
        "posterior" => "the least expected score",
        "percentile" => string.Create(CultureInfo.InvariantCulture, $"the candidate at percentile {manifest.Aggregate.Percentile}"),
        "n-previous" => string.Create(CultureInfo.InvariantCulture, $"N_(i-1), best of {manifest.Aggregate.Clusters} clusters"),
        _ => string.Create(CultureInfo.InvariantCulture, $"N_{manifest.Aggregate.Condition}, best of {manifest.Aggregate.Clusters} clusters"),
    };

    private bool IsPosterior => manifest.Aggregate.Method == "posterior";

    private bool Confirms => AggregatePlan.Confirms(manifest.Aggregate);

    /// <summary>The first run of a candidate that the search has not used.</summary>
    private int FirstFreshRun => manifest.Search.Replicates.Top > 0 ? Math.Max(1, manifest.Search.Replicates.Seeds) : 1;

    [CodePart("aggregation", "posterior")]
    private AggregationResult ByPosterior(Trial[] completed, AggregationSettings settings) =>
        TrialAggregator.Aggregate(SearchPlan.Space(manifest.Search), new Seed(manifest.Seed).Derive("aggregate"), completed, settings);

    [CodePart("aggregation", "confirmation")]
    private async Task<(LayerSequence Taken, ConfirmationOutput? Output)> ConfirmAsync(
        AggregationResult result, StageExecution execution, CancellationToken cancellation)
    {
        var runs = manifest.Aggregate.ConfirmRuns;
        LayerSequence[] members = [.. result.Best.Members.Select(m => m.Layers).Where(m => m != result.Layers).Take(manifest.Aggregate.ConfirmMembers)];
        if (members.Length == 0)
        {
            // The order is the only one in its cluster.
            return (result.Layers, null);
        }

        LayerSequence[] orders = [result.Layers, .. members];
        var requests = new EvaluationRequests(manifest, text.Value);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var evaluator = new CandidateEvaluator(requests, execution) { Progressed = new ConfirmationProgress(execution, orders.Length).Evaluating };
        var fresh = new FreshScores(requests, evaluator);
        var running = orders.Select(order => fresh.ScoresAsync(order, FirstFreshRun, runs, stop.Token)).ToArray();
        try
        {
            await Task.WhenAll(running).ConfigureAwait(false);
        }
        catch
        {
            await CandidateEvaluator.SettleAsync(stop, running).ConfigureAwait(false);
            throw;
        }

        var scores = running.ToDictionary(r => r.Result.Layers, r => r.Result);
        var confirmation = OrderConfirmation.Of(scores[result.Layers], [.. members.Select(m => scores[m])]);
        var ranked = result.Clusters.SelectMany(c => c.Members).ToArray();
        return (confirmation.Taken, new ConfirmationOutput(confirmation.Verdict, confirmation.Noise, confirmation.Difference, [.. orders.Select(Output)]));

        ConfirmedOrderOutput Output(LayerSequence order)
        {
            var place = Array.FindIndex(ranked, candidate => candidate.Layers == order);
            return new ConfirmedOrderOutput(
                order.ToString(),
                place < 0 ? null : place + 1,
                place < 0 ? null : ranked[place].Score,
                scores[order].Scores,
                scores[order].Mean,
                [.. fresh.Requests(order, FirstFreshRun, runs).Select(r => r.Preimage.Key.ToString())]);
        }
    }
}
