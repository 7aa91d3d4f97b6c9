using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Strategies;

/// <summary>
/// Draws orders that a study does not have and its space allows. Each draw has the seed of its trial's
/// number, so that it depends on what is taken and on nothing that was drawn before it for another reason.
/// </summary>
internal sealed class RandomCandidates(Study study)
{
    private readonly SearchSpace space = study.Space;
    private readonly HashSet<LayerSequence> taken = study.Trials.Select(trial => trial.Sequence).ToHashSet();

    /// <summary>Trials of the study and candidates that were drawn or taken since.</summary>
    public int Taken => taken.Count;

    /// <summary>Whether an order is a trial or was drawn or taken since.</summary>
    public bool IsTaken(LayerSequence candidate) => taken.Contains(candidate);

    /// <summary>One more; some allowed order must be left.</summary>
    public LayerSequence Draw()
    {
        var rng = new Rng(study.Seed.Derive("trial", taken.Count));
        var candidate = taken.Count <= space.AllowedSize / 2 ? ByRejection(rng) : ByRank(rng);
        taken.Add(candidate);
        return candidate;
    }

    /// <summary>A candidate that was chosen otherwise will not be drawn.</summary>
    public void Take(LayerSequence candidate) => taken.Add(candidate);

    private LayerSequence ByRejection(Rng rng)
    {
        Span<byte> digits = stackalloc byte[space.Layers];
        while (true)
        {
            space.Draw(rng, digits);
            var candidate = space.FromDigits(digits);
            if (!taken.Contains(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>More than half of what is allowed is taken, so it is little enough to count.</summary>
    private LayerSequence ByRank(Rng rng)
    {
        var rank = rng.NextInt(checked((int)(space.AllowedSize - taken.Count)));
        foreach (var candidate in space.Allowed())
        {
            if (!taken.Contains(candidate) && rank-- == 0)
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("No order is left to draw.");
    }
}
