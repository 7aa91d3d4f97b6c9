namespace Composer.Language.Pretraining;

/// <summary>Where a pre-training stands; for people, not part of the result.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="TotalSteps">Of so many.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Loss">Of the last step, in nats.</param>
/// <param name="GradientNorm">Of the last step.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="ValidationLoss">The newest, or null before the first.</param>
/// <param name="TokensPerSecond">Since this process began to train.</param>
/// <param name="SecondsLeft">At that speed.</param>
public sealed record PretrainProgress(
    long Step,
    long TotalSteps,
    long Tokens,
    double Loss,
    double GradientNorm,
    double LearningRate,
    double? ValidationLoss,
    double TokensPerSecond,
    double SecondsLeft);
