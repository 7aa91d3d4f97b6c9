using Composer.Architecture;

namespace Composer.Search.Strategies;

/// <summary>Every order of the space that may be tried once, in lexical order unless there is a constraint.</summary>
public sealed class ExhaustiveSearch : ISearchStrategy
{
    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var taken = study.Trials.Select(trial => trial.Sequence).ToHashSet();
        var candidates = new List<LayerSequence>();
        foreach (var candidate in study.Space.Allowed())
        {
            if (candidates.Count >= count)
            {
                break;
            }

            if (!taken.Contains(candidate))
            {
                candidates.Add(candidate);
            }
        }

        return candidates;
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, study.Space.AllowedSize);

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;
}
