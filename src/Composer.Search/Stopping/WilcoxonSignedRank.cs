namespace Composer.Search.Stopping;

/// <summary>Wilcoxon's signed-rank test (1945) for paired observations, exact for any number of pairs.</summary>
public static class WilcoxonSignedRank
{
    /// <summary>
    /// The probability that differences of either sign with equal chance have a sum of positive ranks as great
    /// as these, or greater: small when they lean to the positive. Zeros are left out; ties share their mean
    /// rank, and the distribution is that of the ranks as they are. 1 without differences.
    /// </summary>
    public static double UpperTail(IEnumerable<double> differences)
    {
        double[] ordered = [.. differences.Where(d => d != 0).OrderBy(Math.Abs)];
        if (ordered.Length == 0)
        {
            return 1;
        }

        // Twice the mean rank of ties is whole.
        var ranks = new int[ordered.Length];
        for (var first = 0; first < ordered.Length;)
        {
            var end = first + 1;
            while (end < ordered.Length && Math.Abs(ordered[end]) == Math.Abs(ordered[first]))
            {
                end++;
            }

            Array.Fill(ranks, first + 1 + end, first, end - first);
            first = end;
        }

        var observed = ranks.Where((_, i) => ordered[i] > 0).Sum();
        var probabilities = new double[ranks.Sum() + 1];
        probabilities[0] = 1;
        foreach (var rank in ranks)
        {
            for (var sum = probabilities.Length - 1; sum >= 0; sum--)
            {
                probabilities[sum] = 0.5 * (probabilities[sum] + (sum >= rank ? probabilities[sum - rank] : 0));
            }
        }

        return Math.Min(1, probabilities.AsSpan(observed).ToArray().Sum());
    }
}
