using Composer.Architecture;
using Composer.Mad.Scoring;
using Composer.Search.Confirmation;

namespace Composer.Pipeline.Stages.Search;

/// <summary>More runs of candidates, with other data and other initial parameters, and nothing left out.</summary>
internal sealed class FreshScores(EvaluationRequests requests, CandidateEvaluator evaluator)
{
    /// <summary>What a candidate scores in some runs, all of them one job of the agents.</summary>
    /// <param name="layers">The candidate.</param>
    /// <param name="first">The number of the first run; 0 is the one that a search begins with.</param>
    /// <param name="runs">How many.</param>
    /// <param name="cancellation">Ends the trainings.</param>
    public async Task<FreshRuns> ScoresAsync(LayerSequence layers, int first, int runs, CancellationToken cancellation)
    {
        EvaluationRequest[] wanted = [.. Requests(layers, first, runs)];
        var trials = await evaluator.EvaluateAsync(layers, wanted, cancellation).ConfigureAwait(false);
        return new FreshRuns(layers,
        [
            .. trials.GroupBy(trial => trial.Repetition / requests.Repetitions)
                .OrderBy(run => run.Key)
                .Select(run => CandidateScore.Of(run, requests.Rule).Value),
        ]);
    }

    /// <summary>The trainings behind <see cref="ScoresAsync"/>.</summary>
    public IEnumerable<EvaluationRequest> Requests(LayerSequence layers, int first, int runs) =>
        Enumerable.Range(first, runs).SelectMany(run => requests.Of(layers, run));
}
