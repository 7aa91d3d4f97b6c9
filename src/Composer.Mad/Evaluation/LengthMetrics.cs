namespace Composer.Mad.Evaluation;

/// <summary>How well a trained candidate does on test samples of one length.</summary>
/// <param name="Length">Positions of a sample; the first of a result is the length of training.</param>
/// <param name="Test">On them.</param>
public sealed record LengthMetrics(int Length, TestMetrics Test);
