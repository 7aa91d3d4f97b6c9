using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Tests;

/// <summary>Runs searches by the protocol of <see cref="Study"/>, evaluations ending in any order.</summary>
internal static class SearchRun
{
    /// <param name="strategy">What proposes.</param>
    /// <param name="study">What it is run on.</param>
    /// <param name="batch">Trials that are evaluated at once.</param>
    /// <param name="score">Of an order.</param>
    /// <param name="finish">Orders a batch's trials as their evaluations end; null for as proposed.</param>
    /// <param name="batches">Stops after so many.</param>
    public static Study Run(
        this ISearchStrategy strategy,
        Study study,
        int batch,
        Func<LayerSequence, double> score,
        Rng? finish = null,
        int batches = int.MaxValue)
    {
        for (var i = 0; i < batches; i++)
        {
            if (study.Pending.Count == 0)
            {
                study = study.Propose(strategy.Suggest(study, batch));
            }

            if (study.Pending.Count == 0)
            {
                break;
            }

            Trial[] pending = [.. study.Pending];
            finish?.Shuffle<Trial>(pending);
            study = pending.Aggregate(study, (now, trial) => now.Complete(trial.Number, score(trial.Sequence)));
        }

        return study;
    }

    public static string[] Orders(this Study study) => [.. study.Trials.Select(trial => trial.Sequence.ToString())];
}
