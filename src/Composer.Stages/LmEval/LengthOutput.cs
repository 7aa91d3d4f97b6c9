using Composer.Language.Evaluation.Lengths;

namespace Composer.Stages.LmEval;

/// <summary>How a model's loss on held-out text goes on at windows longer than those of its training.</summary>
/// <param name="Trained">Tokens of a sequence in training.</param>
/// <param name="Tokens">The same ones at every length: a whole number of the longest windows.</param>
/// <param name="Windows">By their length, that of training first.</param>
/// <param name="Positions">Of the longest windows, from their beginning to their end.</param>
public sealed record LengthOutput(
    int Trained, long Tokens, IReadOnlyList<LengthWindow> Windows, IReadOnlyList<LengthPosition> Positions)
{
    /// <summary>As it was measured.</summary>
    internal static LengthOutput Of(LengthResult result) => new(
        result.Trained,
        result.Tokens,
        [.. result.Windows.Select(w => new LengthWindow(w.Length, w.Loss, w.Beyond, w.Difference, w.DifferenceError))],
        [.. result.Positions.Select(p => new LengthPosition(p.From, p.End, p.Loss))]);
}

/// <summary>The loss in windows of one length.</summary>
/// <param name="Length">Tokens of a window.</param>
/// <param name="Loss">Mean over every token, in nats.</param>
/// <param name="Beyond">The same over the tokens behind the length of training; null where there are none.</param>
/// <param name="Difference">How much more <paramref name="Loss"/> is than in windows of the length of training; null of those.</param>
/// <param name="DifferenceError">Standard error of that over the longest windows; null of those, and of a single window.</param>
public sealed record LengthWindow(int Length, double Loss, double? Beyond, double? Difference, double? DifferenceError);

/// <summary>The loss at some places of the longest windows.</summary>
/// <param name="From">The first place, from 0.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Loss">Mean over the windows' tokens there, in nats.</param>
public sealed record LengthPosition(int From, int End, double Loss);
