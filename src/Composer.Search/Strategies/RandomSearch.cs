using Composer.Architecture;

namespace Composer.Search.Strategies;

/// <summary>Uniformly random orders, without replacement.</summary>
/// <param name="trials">The budget; a smaller space is searched whole.</param>
public sealed class RandomSearch(int trials) : ISearchStrategy
{
    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var candidates = new RandomCandidates(study);
        while (candidates.Drawn.Count < count && study.Trials.Count + candidates.Drawn.Count < Budget(study))
        {
            candidates.Draw();
        }

        return candidates.Drawn;
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, Budget(study));

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;

    private long Budget(Study study) => Math.Min(trials, study.Space.Size);
}
