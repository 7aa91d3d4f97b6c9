namespace Composer.Mad.Evaluation;

/// <summary>How well a candidate does on a test set.</summary>
/// <param name="Loss">Mean cross-entropy over the counted targets, in nats.</param>
/// <param name="Accuracy">Share of the counted targets that were predicted.</param>
/// <param name="MacroRecall">
/// That share for each token among the counted targets, and its mean over those tokens: what mad-lab calls
/// accuracy.
/// </param>
public sealed record TestMetrics(double Loss, double Accuracy, double MacroRecall);
