namespace Composer.Mad.Evaluation;

/// <summary>Where a training stands, reported after each epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs planned.</param>
/// <param name="TrainedTokens">Training tokens done.</param>
/// <param name="PlannedTokens">Training tokens planned.</param>
/// <param name="Latest">The epoch's record.</param>
public readonly record struct EvaluationProgress(
    int Epoch, int Epochs, long TrainedTokens, long PlannedTokens, EpochRecord Latest);
