using Composer.Architecture;

namespace Composer.Search.Strategies;

/// <summary>Uniformly random orders, without replacement.</summary>
/// <param name="trials">The budget; a smaller space is searched whole.</param>
public sealed class RandomSearch(int trials) : ISearchStrategy
{
    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var random = new RandomCandidates(study);
        var candidates = new List<LayerSequence>();
        while (candidates.Count < count && random.Taken < Budget(study))
        {
            candidates.Add(random.Draw());
        }

        return candidates;
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, Budget(study));

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;

    private long Budget(Study study) => Math.Min(trials, study.Space.AllowedSize);
}
