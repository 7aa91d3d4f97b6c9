using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Strategies;

/// <summary>
/// Hill climbing: orders that differ in one layer from the best since the last start, in random order; when
/// all of them are tried, a new random start.
/// </summary>
/// <remarks>Where a climb stands is read off the trials, in order of number.</remarks>
public sealed class LocalSearch : ISearchStrategy
{
    private readonly int trials;

    /// <param name="trials">The budget, at least 1; a smaller space is searched whole.</param>
    public LocalSearch(int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        this.trials = trials;
    }

    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var space = study.Space;
        var current = Current(study);
        var random = new RandomCandidates(study);
        var candidates = new List<LayerSequence>();
        while (candidates.Count < count && random.Taken < Budget(study))
        {
            LayerSequence[] free = current is null ? [] : [.. Neighbours(space, current).Where(order => !random.IsTaken(order))];
            LayerSequence next;
            if (free.Length > 0)
            {
                next = free[new Rng(study.Seed.Derive("step", random.Taken)).NextInt(free.Length)];
                random.Take(next);
            }
            else
            {
                // Nothing is left around the best, or nothing has a score yet.
                current = null;
                next = random.Draw();
            }

            candidates.Add(next);
        }

        return candidates;
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, Budget(study));

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;

    private long Budget(Study study) => Math.Min(trials, study.Space.AllowedSize);

    /// <summary>The best since the last start: a start is what comes when everything around the best before was tried.</summary>
    private static LayerSequence? Current(Study study)
    {
        var taken = new HashSet<LayerSequence>();
        Trial? current = null;
        foreach (var trial in study.Trials)
        {
            var exhausted = current is not null && Neighbours(study.Space, current.Sequence).All(taken.Contains);
            taken.Add(trial.Sequence);
            if (trial.Score is { } score && (current is null || exhausted || score < current.Score))
            {
                current = trial;
            }
        }

        return current?.Sequence;
    }

    /// <summary>The orders that may be tried and in which one layer is another primitive.</summary>
    private static IEnumerable<LayerSequence> Neighbours(SearchSpace space, LayerSequence order)
    {
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var symbol in space.Primitives)
            {
                if (symbol != order[i])
                {
                    char[] changed = [.. order];
                    changed[i] = symbol;
                    var neighbour = LayerSequence.FromSymbols(changed);
                    if (space.Contains(neighbour))
                    {
                        yield return neighbour;
                    }
                }
            }
        }
    }
}
