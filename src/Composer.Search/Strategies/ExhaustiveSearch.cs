using Composer.Architecture;

namespace Composer.Search.Strategies;

/// <summary>Every order of the space once, in lexical order.</summary>
public sealed class ExhaustiveSearch : ISearchStrategy
{
    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var taken = study.Trials.Select(trial => trial.Sequence).ToHashSet();
        var candidates = new List<LayerSequence>();
        for (long index = 0; index < study.Space.Size && candidates.Count < count; index++)
        {
            var candidate = study.Space.At(index);
            if (!taken.Contains(candidate))
            {
                candidates.Add(candidate);
            }
        }

        return candidates;
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, study.Space.Size);

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;
}
