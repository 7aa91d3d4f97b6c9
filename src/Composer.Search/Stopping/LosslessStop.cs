namespace Composer.Search.Stopping;

/// <summary>
/// When a candidate cannot become the best any more, whatever its remaining tasks yield: a task's score is
/// never below 0, neither a loss nor one less an accuracy.
/// </summary>
/// <remarks>
/// That serves a search whose result is its best candidate and whose proposals do not depend on scores. A
/// K-means reads every score, and so does a surrogate: there nothing can be left out without a trace.
/// </remarks>
public static class LosslessStop
{
    /// <summary>Whether the weighted mean over all tasks, Σ wᵢsᵢ/Σ wᵢ, will certainly exceed the best score so far.</summary>
    /// <param name="finished">Scores and weights, above 0, of the tasks that are done, in the order in which the mean adds them.</param>
    /// <param name="weights">The sum of all tasks' weights, added in that order.</param>
    /// <param name="best">The best score so far.</param>
    public static bool CannotWin(IEnumerable<(double Score, double Weight)> finished, double weights, double best)
    {
        var sum = 0.0;
        foreach (var (score, weight) in finished)
        {
            if (!(score >= 0))
            {
                return false;
            }

            sum += weight * score;
        }

        // Adding what is not negative never makes a sum of doubles less, so neither does it the mean.
        return sum / weights > best;
    }
}
