namespace Composer.Search.Stopping;

/// <summary>What the final score of a candidate would probably have been that was stopped on the way.</summary>
/// <param name="Mean">The prediction.</param>
/// <param name="Variance">How far off such predictions have been.</param>
public sealed record PrunedScore(double Mean, double Variance)
{
    /// <summary>Candidates that must be known to their end before one is predicted.</summary>
    public const int LeastKnown = 3;

    /// <summary>
    /// Predicts that a candidate would have risen or fallen from here on as others did on the mean; the
    /// variance is theirs around it. Null when too few are known.
    /// </summary>
    /// <param name="partial">The candidate's score so far.</param>
    /// <param name="known">Of candidates that were evaluated to the end: score at that point, and final score.</param>
    public static PrunedScore? Of(double partial, IReadOnlyList<(double Partial, double Final)> known)
    {
        if (known.Count < LeastKnown)
        {
            return null;
        }

        double[] changes = [.. known.Select(k => k.Final - k.Partial)];
        var mean = changes.Average();
        return new PrunedScore(partial + mean, changes.Sum(c => (c - mean) * (c - mean)) / (changes.Length - 1));
    }
}
