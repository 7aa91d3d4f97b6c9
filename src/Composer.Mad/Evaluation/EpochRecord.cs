namespace Composer.Mad.Evaluation;

/// <summary>One point of a training's curve.</summary>
/// <param name="Epoch">Counts from 1.</param>
/// <param name="TrainingLoss">Mean of the batches' losses, each before its update, in nats.</param>
/// <param name="Test">What the test set says after the epoch; null where it was not scored.</param>
public sealed record EpochRecord(int Epoch, double TrainingLoss, TestMetrics? Test);
