namespace Composer.Pipeline.Estimates;

/// <summary>How long something will take.</summary>
/// <param name="Seconds">Probably.</param>
/// <param name="Least">With the fastest rate that was measured.</param>
/// <param name="Most">With the slowest.</param>
public readonly record struct Estimate(double Seconds, double Least, double Most)
{
    public static Estimate None => default;

    public static Estimate operator +(Estimate a, Estimate b) => new(a.Seconds + b.Seconds, a.Least + b.Least, a.Most + b.Most);

    /// <summary>A share of it, or several at once.</summary>
    public static Estimate operator *(double share, Estimate of) => new(share * of.Seconds, share * of.Least, share * of.Most);
}
