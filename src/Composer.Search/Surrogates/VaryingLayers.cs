using Composer.Architecture;
using Composer.Search.Constraints;

namespace Composer.Search.Surrogates;

/// <summary>
/// Trials without the layers in which they all agree, as those that an incremental search had fixed: a
/// surrogate would learn nothing of these.
/// </summary>
/// <param name="Positions">The layers that vary, from 0 at the input.</param>
/// <param name="Pattern">One of the whole orders.</param>
/// <param name="Space">Of the layers that vary, as far as whole orders with them may be tried.</param>
/// <param name="Trials">The trials, of these layers alone.</param>
internal sealed record VaryingLayers(int[] Positions, LayerSequence Pattern, SearchSpace Space, IReadOnlyList<Trial> Trials)
{
    /// <summary>Null when there are no trials or all are one order.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or a trial is not complete.</exception>
    public static VaryingLayers? Of(SearchSpace space, IReadOnlyList<Trial> trials)
    {
        if (trials.Count == 0)
        {
            return null;
        }

        var pattern = trials[0].Sequence;
        if (trials.Any(trial => trial.Sequence.Count != pattern.Count || trial.Status != TrialStatus.Complete))
        {
            throw new ArgumentException("Only completed trials of one length can be analysed together.", nameof(trials));
        }

        int[] varying = [.. Enumerable.Range(0, pattern.Count).Where(i => trials.Any(trial => trial.Sequence[i] != pattern[i]))];
        if (varying.Length == 0)
        {
            return null;
        }

        var fixedLayers = string.Concat(Enumerable.Range(0, pattern.Count).Except(varying).Select(i => pattern[i]));
        var constraint = space.Constraint is { } whole && space.Layers == pattern.Count
            ? new CompletionConstraint(whole, fixedLayers, Missing: 0)
            : null;
        return new VaryingLayers(
            varying,
            pattern,
            new SearchSpace(varying.Length, space.Primitives, constraint),
            [.. trials.Select(trial => trial with { Sequence = LayerSequence.FromSymbols(varying.Select(i => trial.Sequence[i])) })]);
    }

    /// <summary>The whole order in which these, one digit a layer, are the varying layers.</summary>
    public LayerSequence Whole(ReadOnlySpan<byte> digits)
    {
        char[] symbols = [.. Pattern];
        for (var i = 0; i < Positions.Length; i++)
        {
            symbols[Positions[i]] = Space.Primitives[digits[i]];
        }

        return LayerSequence.FromSymbols(symbols);
    }
}
