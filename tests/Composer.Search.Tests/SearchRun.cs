using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Search.Tests;

/// <summary>Runs searches by the protocol of <see cref="Study"/>, evaluations ending in any order.</summary>
internal static class SearchRun
{
    /// <summary>The strategy of a name, as a manifest asks for it.</summary>
    public static ISearchStrategy Strategy(string name, int trials, int stepLayers = 4) =>
        new SearchSettings
        {
            Strategy = (SearchStrategy)SettingNames.Find(typeof(SearchStrategy), name)!,
            Trials = trials,
            StepLayers = stepLayers,
        }
            .CreateStrategy(AggregationSettings.Default);

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
