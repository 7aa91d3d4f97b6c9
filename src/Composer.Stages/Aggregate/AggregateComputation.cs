using Composer.Architecture;
using Composer.Architecture.Aggregation;
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
    [CodeRoot("aggregate")]
    public static async Task<JobOutcome> ComputeAsync(AggregateInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var trials = tools.Read<SearchOutput>(inputs.Input.Search);
        Trial[] completed = [.. trials.Result.Select(number => SearchTrials.Of(trials.Trials[number]))];
        if (completed.Length == 0)
        {
            return JobOutcome.Failed("the search has no trial with a score to aggregate", failsAlike: true);
        }

        var result = inputs.Search is { } space
            ? BySurrogate(space, inputs, completed)
            : Aggregator.Aggregate([.. completed.Select(t => new ScoredCandidate(t.Sequence, t.Score!.Value))], inputs.Aggregate.Voting);
        var (taken, confirmation) = inputs.Confirmation is { } settings
            ? await ConfirmAsync(result, inputs, settings, tools, cancellation).ConfigureAwait(false)
            : (result.Layers, null);
        return JobOutcome.Done().With(AggregateOutput.Name, new AggregateOutput
        {
            Architecture = taken,
            Notation = taken.Notation,
            Clusters = [.. result.Clusters.Select(c => new ClusterOutput(c.Centroid, [.. c.Members.Select(m => m.Layers)]))],
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

    [CodePart("aggregation", "surrogate")]
    private static AggregationResult BySurrogate(SearchedSpace space, AggregateInputs inputs, IReadOnlyList<Trial> trials) =>
        TrialAggregator.Aggregate(space.Space(), inputs.Seed!.Value.Derive("aggregate"), trials, inputs.Aggregate.Voting);

    [CodePart("aggregation", "confirmation")]
    private static async Task<(LayerSequence Taken, ConfirmationOutput? Output)> ConfirmAsync(
        AggregationResult result, AggregateInputs inputs, FreshRunSettings settings, JobTools tools, CancellationToken cancellation)
    {
        var aggregate = inputs.Aggregate;
        LayerSequence[] members =
        [
            .. result.Best.Members.Select(m => m.Layers).Where(m => m != result.Layers).Take(aggregate.ConfirmMembers),
        ];
        if (members.Length == 0)
        {
            // The order is the only one in its cluster.
            return (result.Layers, null);
        }

        LayerSequence[] orders = [result.Layers, .. members];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var trainer = new CandidateTrainer(tools) { Progressed = new ConfirmationProgress(tools.Report, orders.Length).Evaluating };
        var fresh = new FreshRunScores(
            new CandidateTrainings(settings.Evaluate, settings.Model, inputs.Seed!.Value, settings.Input?.Text), trainer);
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

        var scores = running.ToDictionary(r => r.Result.Runs.Layers, r => r.Result);
        var confirmation = OrderConfirmation.Of(scores[result.Layers].Runs, [.. members.Select(m => scores[m].Runs)]);
        var ranked = result.Clusters.SelectMany(c => c.Members).ToArray();
        return (
            confirmation.Taken,
            new ConfirmationOutput(confirmation.Verdict, confirmation.Noise, confirmation.Difference, [.. orders.Select(Output)]));

        ConfirmedOrderOutput Output(LayerSequence order)
        {
            var place = Array.FindIndex(ranked, candidate => candidate.Layers == order);
            return new ConfirmedOrderOutput(
                order,
                place < 0 ? null : place + 1,
                place < 0 ? null : ranked[place].Score,
                scores[order].Runs.Scores,
                scores[order].Runs.Mean,
                scores[order].Evaluations);
        }
    }
}
