namespace Composer.Language.Evaluation.Lengths;

/// <summary>A model's loss on held-out text that it is given in windows of one length.</summary>
/// <param name="Length">Tokens of a window.</param>
/// <param name="Loss">Mean over every token, in nats.</param>
/// <param name="Beyond">
/// The same over the tokens whose place in their window lies beyond the length of training; null where none does.
/// </param>
/// <param name="Difference">How much more <paramref name="Loss"/> is than in windows of the length of training; null of those.</param>
/// <param name="DifferenceError">
/// Standard error of that difference over the longest windows, each a pair; null of those, and of a single window.
/// </param>
public sealed record WindowLoss(int Length, double Loss, double? Beyond, double? Difference, double? DifferenceError);
