namespace Composer.Language.Evaluation.Lengths;

/// <summary>A model's loss at some places of the longest windows.</summary>
/// <param name="From">The first place, from 0: how many tokens of its window a prediction there sees, less one.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Loss">Mean over the windows' tokens there, in nats.</param>
public sealed record PositionLoss(int From, int End, double Loss);
