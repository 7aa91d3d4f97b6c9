using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Search.Confirmation;

namespace Composer.Stages.Evaluate;

/// <summary>More runs of candidates, with other data and other initial parameters, and nothing left out.</summary>
internal sealed class FreshRunScores(CandidateTrainings trainings, CandidateTrainer trainer)
{
    /// <summary>What a candidate scores in some runs, all of them one job of the agents.</summary>
    /// <param name="layers">The candidate.</param>
    /// <param name="first">The number of the first run; 0 is the one that a search begins with.</param>
    /// <param name="runs">How many.</param>
    /// <param name="cancellation">Ends the trainings.</param>
    public async Task<(FreshRuns Runs, IReadOnlyList<Digest> Evaluations)> ScoresAsync(
        LayerSequence layers, int first, int runs, CancellationToken cancellation)
    {
        CandidateTraining[] wanted = [.. Enumerable.Range(first, runs).SelectMany(run => trainings.Of(layers, run))];
        var trained = await trainer.TrainAsync(layers, wanted, cancellation).ConfigureAwait(false);
        return (
            new FreshRuns(layers,
            [
                .. trained.GroupBy(t => t.Training.Repetition / trainings.Repetitions)
                    .OrderBy(run => run.Key)
                    .Select(run => CandidateScore.Of(run.Select(t => t.Trial), trainings.Rule).Value),
            ]),
            [.. trained.Select(t => t.Key)]);
    }
}
