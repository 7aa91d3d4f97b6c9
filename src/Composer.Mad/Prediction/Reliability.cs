namespace Composer.Mad.Prediction;

/// <summary>How far a score would order the same things alike a second time.</summary>
/// <param name="OfOne">Spearman's ρ between two repetitions, the mean over their pairs.</param>
/// <param name="OfMean">
/// The same between the means of r repetitions and of r others, rρ/(1 + (r − 1)ρ) (Spearman and Brown 1910); 0 where ρ is not
/// above 0.
/// </param>
public readonly record struct Reliability(double OfOne, double OfMean)
{
    internal static Reliability Of(double ofOne, int repetitions) =>
        new(ofOne, ofOne > 0 ? repetitions * ofOne / (1 + ((repetitions - 1) * ofOne)) : 0);
}
