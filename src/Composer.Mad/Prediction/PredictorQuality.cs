namespace Composer.Mad.Prediction;

/// <summary>How well a score predicts a truth.</summary>
/// <param name="Predictor">The score.</param>
/// <param name="Spearman">Rank correlation of the means over repetitions with the truth's.</param>
/// <param name="Kendall">Kendall's τ-b, likewise.</param>
/// <param name="Reliability">Of the score itself; null of one repetition.</param>
/// <param name="Corrected">
/// Spearman's ρ over √(reliability of the score's means · that of the truth's): what it would be were both free of noise (Spearman
/// 1904), which can exceed 1 by chance. Null where either reliability is unknown or 0.
/// </param>
/// <param name="AgainstOwn">Spearman's ρ less that of the searches' own score, over the same resamples.</param>
/// <param name="Best">The order that the score puts first, by its place among the orders.</param>
/// <param name="RegretOfBest">The truth of that order less the truth's best; in the truth's unit.</param>
/// <param name="RegretOfFive">The mean truth of the score's first five orders less the truth's best.</param>
public sealed record PredictorQuality(
    Predictor Predictor,
    Estimate Spearman,
    Estimate Kendall,
    Reliability? Reliability,
    double? Corrected,
    Estimate AgainstOwn,
    int Best,
    Estimate RegretOfBest,
    Estimate RegretOfFive);
