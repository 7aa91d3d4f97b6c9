using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Strategies;

/// <summary>
/// Draws orders that a study does not have. Each draw has the seed of its trial's number, so that it
/// depends on what is taken and on nothing that was drawn before it for another reason.
/// </summary>
internal sealed class RandomCandidates(Study study)
{
    private readonly SearchSpace space = study.Space;
    private readonly HashSet<LayerSequence> taken = study.Trials.Select(trial => trial.Sequence).ToHashSet();
    private readonly List<LayerSequence> drawn = [];

    public IReadOnlyList<LayerSequence> Drawn => drawn;

    /// <summary>One more; the space must not be exhausted.</summary>
    public void Draw()
    {
        var rng = new Rng(study.Seed.Derive("trial", study.Trials.Count + drawn.Count));
        var candidate = taken.Count <= space.Size / 2 ? ByRejection(rng) : ByRank(rng);
        taken.Add(candidate);
        drawn.Add(candidate);
    }

    internal static void Fill(Rng rng, SearchSpace space, Span<byte> digits)
    {
        foreach (ref var digit in digits)
        {
            digit = (byte)rng.NextInt(space.Primitives.Length);
        }
    }

    private LayerSequence ByRejection(Rng rng)
    {
        Span<byte> digits = stackalloc byte[space.Layers];
        while (true)
        {
            Fill(rng, space, digits);
            var candidate = space.FromDigits(digits);
            if (!taken.Contains(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>More than half of the space is taken, so it is small enough to count.</summary>
    private LayerSequence ByRank(Rng rng)
    {
        var rank = rng.NextInt(checked((int)(space.Size - taken.Count)));
        for (long index = 0; ; index++)
        {
            var candidate = space.At(index);
            if (!taken.Contains(candidate) && rank-- == 0)
            {
                return candidate;
            }
        }
    }
}
