namespace Composer.Language.Evaluation.Lengths;

/// <summary>How a model's loss on held-out text goes on at windows longer than those of its training.</summary>
/// <param name="Trained">Tokens of a sequence in training.</param>
/// <param name="Tokens">The same ones at every length: a whole number of the longest windows.</param>
/// <param name="Windows">By their length, that of training first.</param>
/// <param name="Positions">Of the longest windows, from their beginning to their end.</param>
public sealed record LengthResult(
    int Trained, long Tokens, IReadOnlyList<WindowLoss> Windows, IReadOnlyList<PositionLoss> Positions);
