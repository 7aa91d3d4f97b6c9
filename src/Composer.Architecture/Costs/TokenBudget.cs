namespace Composer.Architecture.Costs;

/// <summary>Training budgets: floating-point operations ↔ tokens.</summary>
public static class TokenBudget
{
    /// <summary>How many whole tokens a FLOP budget trains.</summary>
    /// <param name="flops">The budget, positive and finite.</param>
    /// <param name="flopsPerToken">As <see cref="ArchitectureCosts.TrainingFlopsPerToken"/> counts them.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not positive or not finite.</exception>
    /// <exception cref="OverflowException">More tokens than 63 bits count.</exception>
    public static long TokensFor(double flops, long flopsPerToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(flopsPerToken, 1);
        if (!double.IsFinite(flops) || flops <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(flops), flops, "A budget is positive and finite.");
        }

        return checked((long)Math.Floor(flops / flopsPerToken));
    }

    /// <summary>What training on so many tokens costs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not positive.</exception>
    public static double FlopsFor(long tokens, long flopsPerToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(flopsPerToken, 1);
        return (double)tokens * flopsPerToken;
    }
}
