using Composer.Architecture;

namespace Composer.Search.Strategies;

/// <summary>Tries orders that a user suggests, then goes on as another strategy does; they count as its trials.</summary>
/// <param name="suggested">Orders of the space, each once.</param>
/// <param name="then">What comes after them.</param>
public sealed class SuggestedFirst(IReadOnlyList<LayerSequence> suggested, ISearchStrategy then) : ISearchStrategy
{
    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var taken = study.Trials.Select(trial => trial.Sequence).ToHashSet();
        LayerSequence[] first = [.. suggested.Where(order => !taken.Contains(order)).Take(count)];
        return first.Length == count ? first : [.. first, .. then.Suggest(study.Propose(first), count - first.Length)];
    }

    public SearchProgress Progress(Study study)
    {
        var progress = then.Progress(study);
        return progress with { IsDone = progress.IsDone && suggested.All(order => study.Trials.Any(trial => trial.Sequence == order)) };
    }

    public IReadOnlyList<Trial> Result(Study study) => then.Result(study);
}
