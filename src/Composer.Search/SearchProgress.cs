using Composer.Architecture;

namespace Composer.Search;

/// <summary>How far a search has come.</summary>
/// <param name="Phase">The phase it is in, from 1.</param>
/// <param name="Phases">Phases in all; 1 unless the search is incremental.</param>
/// <param name="PhaseFinished">Trials of this phase that are complete or failed.</param>
/// <param name="PhaseTrials">Trials that this phase will have.</param>
/// <param name="Finished">Trials of all phases that are complete or failed.</param>
/// <param name="Trials">Trials that the search will have.</param>
/// <param name="Fixed">The order that the phases before have settled on; null in the first.</param>
/// <param name="IsDone">Whether nothing is left to evaluate.</param>
public sealed record SearchProgress(
    int Phase,
    int Phases,
    int PhaseFinished,
    long PhaseTrials,
    int Finished,
    long Trials,
    LayerSequence? Fixed,
    bool IsDone)
{
    internal static SearchProgress OnePhase(Study study, long trials)
    {
        var finished = study.Trials.Count - study.Pending.Count;
        return new SearchProgress(
            1, 1, finished, trials, finished, trials, Fixed: null, IsDone: study.Pending.Count == 0 && finished >= trials);
    }
}
