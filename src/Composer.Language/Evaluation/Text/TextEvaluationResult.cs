namespace Composer.Language.Evaluation.Text;

/// <summary>One epoch of a candidate's training on text.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainingLoss">Mean over the epoch's counted tokens, in nats, as they were trained on.</param>
/// <param name="ValidationLoss">After the epoch, mean over every counted validation token, in nats.</param>
public sealed record TextEpoch(int Epoch, double TrainingLoss, double ValidationLoss);

/// <summary>A candidate's training on text.</summary>
/// <param name="Epochs">The epochs that were finished.</param>
/// <param name="Finite">Whether every update and every validation loss was; training stops before an update that is not.</param>
public sealed record TextEvaluationResult(IReadOnlyList<TextEpoch> Epochs, bool Finite);
