namespace Composer.Language.Pretraining;

/// <summary>One point of the training curve.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Loss">Mean over the steps since the last point, in nats.</param>
/// <param name="GradientNorm">Mean over the same steps, before clipping.</param>
/// <param name="LearningRate">Of the last of them.</param>
public sealed record CurvePoint(long Step, long Tokens, double Loss, double GradientNorm, double LearningRate);

/// <summary>One point of the validation curve.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Loss">Mean over every counted validation token, in nats.</param>
public sealed record ValidationPoint(long Step, long Tokens, double Loss);
