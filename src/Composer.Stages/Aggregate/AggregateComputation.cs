using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Core.Code;
using Composer.Pipeline.Jobs;
using Composer.Search;
using Composer.Search.Aggregation;
using Composer.Search.Confirmation;
using Composer.Stages.Evaluate;
using Composer.Stages.Search;

namespace Composer.Stages.Aggregate;

/// <summary>Votes, or asks the surrogate; and confirms with fresh runs.</summary>
internal static class AggregateComputation
{
    /// <summary>Trials of which a surrogate is fitted in a moment.</summary>
    private const int MostModelled = 200;

    [CodeRoot("aggregate")]
    public static async Task<JobOutcome> ComputeAsync(AggregateInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var trials = tools.Read<SearchOutput>(inputs.Input.Search);
        Trial[] completed = [.. trials.Result.Select(number => SearchTrials.Of(trials.Trials[number]))];
        if (completed.Length == 0)
        {
            return JobOutcome.Failed("the search has no trial with a score to aggregate", failsAlike: true);
        }

        var ways = WaysOf(inputs, trials, completed);
        var result = Aggregated(inputs, completed, inputs.Aggregate.Voting);
        (AggregationWay Way, LayerSequence Order)[] readings =
        [
            .. ways.Select(way => (way, way == AggregationWay.Of(inputs.Aggregate)
                ? result.Layers
                : Aggregated(inputs, completed, way.Settings(inputs.Aggregate.Clusters)).Layers)),
        ];
        var runs = inputs.Confirmation is { } settings
            ? await RunAsync(result, [.. readings.Select(r => r.Order)], inputs, settings, tools, cancellation).ConfigureAwait(false)
            : new Dictionary<LayerSequence, (FreshRuns Runs, IReadOnlyList<Digest> Evaluations)>();
        var fresh = runs.ToDictionary(r => r.Key, r => r.Value.Runs);
        var confirmation = Confirmed(result.Layers);
        return JobOutcome.Done().With(AggregateOutput.Name, new AggregateOutput
        {
            Architecture = confirmation?.Taken ?? result.Layers,
            Notation = (confirmation?.Taken ?? result.Layers).Notation,
            Clusters = [.. result.Clusters.Select(c => new ClusterOutput(c.Centroid, [.. c.Members.Select(m => m.Layers)]))],
            Positions =
            [
                .. result.Tallies.Select(t => new PositionOutput(
                    t.Chosen.ToString(),
                    [.. t.Votes.Select(v => new VoteOutput(v.Symbol.ToString(), v.Count, v.MeanScore))],
                    t.TieBreak)),
            ],
            Confirmation = confirmation is null
                ? null
                : new ConfirmationOutput(
                    confirmation.Verdict,
                    confirmation.Noise,
                    confirmation.Difference,
                    [.. Beside(result.Layers).Prepend(result.Layers).Select(Output)]),
            Readings =
            [
                .. readings.Select(r => Confirmed(r.Order) is { } confirmed
                    ? new ReadingOutput(r.Way.Name, IsChosen(r.Way), Output(r.Order), confirmed.Taken, confirmed.Verdict)
                    : new ReadingOutput(r.Way.Name, IsChosen(r.Way), Output(r.Order), null, null)),
            ],
        });

        bool IsChosen(AggregationWay way) => way == AggregationWay.Of(inputs.Aggregate);

        IReadOnlyList<LayerSequence> Beside(LayerSequence order) =>
            ClusterConfirmation.MembersBeside(result.Best, order, inputs.Aggregate.ConfirmMembers);

        OrderConfirmation? Confirmed(LayerSequence order) =>
            ClusterConfirmation.Of(result.Best, order, inputs.Aggregate.ConfirmMembers, fresh);

        ConfirmedOrderOutput Output(LayerSequence order)
        {
            var ranked = result.Clusters.SelectMany(c => c.Members).ToArray();
            var place = Array.FindIndex(ranked, candidate => candidate.Layers == order);
            var ran = runs.TryGetValue(order, out var run);
            return new ConfirmedOrderOutput(
                order,
                place < 0 ? null : place + 1,
                place < 0 ? null : ranked[place].Score,
                ran ? run.Runs.Scores : [],
                ran ? run.Runs.Mean : null,
                ran ? run.Evaluations : []);
        }
    }

    /// <summary>
    /// The ways whose readings are told: all that an order of this length can have, and the manifest's. A surrogate of many trials takes
    /// longer than it is worth where nothing depends on it; and where candidates were stopped, the others' votes have no scores to read.
    /// </summary>
    private static AggregationWay[] WaysOf(AggregateInputs inputs, SearchOutput trials, Trial[] completed)
    {
        var chosen = AggregationWay.Of(inputs.Aggregate);
        return trials.Trials.Any(t => t.Stopped == StopReason.Lossless)
            ? [chosen]
            : [.. AggregationComparison.Ways
                .Where(way => way.Condition < completed[0].Sequence.Count)
                .Where(way => way.Method != AggregationMethod.PosteriorMinimum || completed.Length <= MostModelled)
                .Append(chosen)
                .Distinct()];
    }

    private static AggregationResult Aggregated(AggregateInputs inputs, IReadOnlyList<Trial> trials, AggregationSettings settings) =>
        TrialAggregator.Aggregate(inputs.Search.Space(), inputs.Seed.Derive("aggregate"), trials, settings);

    /// <summary>
    /// The fresh runs of the proposed order and the best members of the best cluster, and of the other readings' orders where they are
    /// wanted, each order once; none where the order is the only one in its cluster.
    /// </summary>
    [CodePart("aggregation", "confirmation")]
    private static async Task<IReadOnlyDictionary<LayerSequence, (FreshRuns Runs, IReadOnlyList<Digest> Evaluations)>> RunAsync(
        AggregationResult result,
        IReadOnlyList<LayerSequence> readings,
        AggregateInputs inputs,
        FreshRunSettings settings,
        JobTools tools,
        CancellationToken cancellation)
    {
        var aggregate = inputs.Aggregate;
        var members = ClusterConfirmation.MembersBeside(result.Best, result.Layers, aggregate.ConfirmMembers);
        LayerSequence[] orders = members.Count == 0
            ? []
            : [.. members.Prepend(result.Layers).Concat(aggregate.ConfirmReadings ? readings : []).Distinct()];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var trainer = new CandidateTrainer(tools) { Progressed = new ConfirmationProgress(tools.Report, orders.Length).Evaluating };
        var fresh = new FreshRunScores(
            new CandidateTrainings(settings.Evaluate, settings.Model, inputs.Seed, settings.Input?.Text), trainer);
        var running = orders.Select(order => fresh.ScoresAsync(order, settings.FirstRun, aggregate.ConfirmRuns, stop.Token)).ToArray();
        try
        {
            await Task.WhenAll(running).ConfigureAwait(false);
        }
        catch
        {
            await CandidateTrainer.SettleAsync(stop, running).ConfigureAwait(false);
            throw;
        }

        return running.ToDictionary(r => r.Result.Runs.Layers, r => r.Result);
    }
}
