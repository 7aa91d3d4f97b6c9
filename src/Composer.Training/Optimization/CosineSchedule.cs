namespace Composer.Training.Optimization;

/// <summary>
/// One half cosine from 1 down to 0, step by step (Loshchilov and Hutter 2017, without restarts).
/// </summary>
/// <remarks>
/// With S steps of which the first W warm up: (s + 1) / W for s &lt; W, else ½ (1 + cos(π (s − W) / (S − W))).
/// So without warm-up step 0 has the whole rate; 0 would be reached at step S, one after the last, and
/// stays from there on.
/// </remarks>
public sealed record CosineSchedule : ILearningRateSchedule
{
    /// <param name="totalSteps">S, at least 1.</param>
    /// <param name="warmupSteps">W, in 0 … S − 1.</param>
    public CosineSchedule(long totalSteps, long warmupSteps = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(warmupSteps, totalSteps);
        (TotalSteps, WarmupSteps) = (totalSteps, warmupSteps);
    }

    /// <summary>Steps from the first to the last, warm-up included.</summary>
    public long TotalSteps { get; }

    /// <summary>Steps of linear growth at the start.</summary>
    public long WarmupSteps { get; }

    public double FactorAt(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < WarmupSteps)
        {
            return (step + 1.0) / WarmupSteps;
        }

        if (step >= TotalSteps)
        {
            return 0.0;
        }

        return 0.5 * (1.0 + Math.Cos(Math.PI * (step - WarmupSteps) / (TotalSteps - WarmupSteps)));
    }
}
