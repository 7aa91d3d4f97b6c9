namespace Composer.Training.Optimization;

/// <summary>
/// Linear warm-up, a constant trunk, linear decay (warm-up–stable–decay; Composer, section 11).
/// </summary>
/// <remarks>
/// With W steps of warm-up, S of trunk and D of decay: (s + 1) / W for s &lt; W; 1 for s &lt; W + S; then
/// 1 − (s + 1 − (W + S)) / D, and 0 once that is used up. Until step W + S the factor depends on W alone:
/// that is what lets a larger budget continue from a trunk's checkpoint.
/// </remarks>
public sealed record TrapezoidalSchedule : ILearningRateSchedule
{
    /// <param name="warmupSteps">W, at least 0.</param>
    /// <param name="stableSteps">S, at least 0.</param>
    /// <param name="decaySteps">D, at least 0.</param>
    public TrapezoidalSchedule(long warmupSteps, long stableSteps, long decaySteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(stableSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(decaySteps);
        (WarmupSteps, StableSteps, DecaySteps) = (warmupSteps, stableSteps, decaySteps);
    }

    /// <summary>W: the rate grows.</summary>
    public long WarmupSteps { get; }

    /// <summary>S: the rate is constant.</summary>
    public long StableSteps { get; }

    /// <summary>D: the rate falls to 0.</summary>
    public long DecaySteps { get; }

    /// <summary>The first step whose rate is below the peak again: W + S.</summary>
    public long DecayStart => WarmupSteps + StableSteps;

    /// <summary>
    /// The schedule of a run of a known length: S = total + 1 − W − D, so that the last step, total − 1, still
    /// has the rate 1 / D instead of a wasted 0.
    /// </summary>
    /// <param name="totalSteps">At least W + D − 1.</param>
    /// <param name="warmupSteps">W, at least 0.</param>
    /// <param name="decaySteps">D, at least 1.</param>
    public static TrapezoidalSchedule Over(long totalSteps, long warmupSteps, long decaySteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(decaySteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, warmupSteps + decaySteps - 1);
        return new TrapezoidalSchedule(warmupSteps, totalSteps + 1 - warmupSteps - decaySteps, decaySteps);
    }

    public double FactorAt(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < WarmupSteps)
        {
            return (step + 1.0) / WarmupSteps;
        }

        if (step < DecayStart)
        {
            return 1.0;
        }

        var decayed = step + 1.0 - DecayStart;
        return decayed >= DecaySteps ? 0.0 : 1.0 - (decayed / DecaySteps);
    }
}
