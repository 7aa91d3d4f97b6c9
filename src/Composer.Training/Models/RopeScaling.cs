namespace Composer.Training.Models;

/// <summary>
/// Llama 3's scaling of rotary frequencies: those whose wave is longer than the original window allows are divided by the
/// factor, short waves stay, those between are mixed (transformers' <c>rope_type</c> "llama3").
/// </summary>
/// <param name="Factor">By how much longer texts may be; above 0.</param>
/// <param name="LowFactor">Waves longer than the original length over this are divided; above 0.</param>
/// <param name="HighFactor">Waves shorter than the original length over this stay; above <paramref name="LowFactor"/>.</param>
/// <param name="OriginalLength">Tokens of the window before the scaling.</param>
/// <remarks>An immutable value. It stands beside theta, not among the options of a primitive: see decision 0024.</remarks>
public sealed record RopeScaling(double Factor, double LowFactor, double HighFactor, int OriginalLength)
{
    /// <summary>Whether all numbers are in their ranges.</summary>
    public bool IsValid =>
        double.IsFinite(Factor) && Factor > 0 && double.IsFinite(HighFactor) && LowFactor > 0 && HighFactor > LowFactor && OriginalLength > 0;

    /// <summary>A frequency in radians a position, slowed down.</summary>
    public double Scale(double frequency)
    {
        var waves = OriginalLength * frequency / (2 * Math.PI);
        if (waves > HighFactor)
        {
            return frequency;
        }

        if (waves < LowFactor)
        {
            return frequency / Factor;
        }

        var share = (waves - LowFactor) / (HighFactor - LowFactor);
        return ((1 - share) * frequency / Factor) + (share * frequency);
    }
}
