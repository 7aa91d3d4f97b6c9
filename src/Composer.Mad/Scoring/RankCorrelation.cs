namespace Composer.Mad.Scoring;

/// <summary>How far two scorings of the same things agree on their order.</summary>
public static class RankCorrelation
{
    /// <summary>
    /// Spearman's ρ: Pearson's correlation of the ranks, tied values sharing the mean of theirs. 0 where one
    /// side is constant: it orders nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ or are below 2.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        var (a, b) = (Ranks(x), Ranks(y));
        var mean = (x.Length + 1) / 2.0;
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            xy += (a[i] - mean) * (b[i] - mean);
            xx += (a[i] - mean) * (a[i] - mean);
            yy += (b[i] - mean) * (b[i] - mean);
        }

        return xx == 0 || yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }

    /// <summary>
    /// Kendall's τ-b: concordant less discordant pairs over √(pairs untied in x · pairs untied in y). 0 where
    /// one side is constant.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ or are below 2.</exception>
    public static double Kendall(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        var (agreement, untiedX, untiedY) = (0L, 0L, 0L);
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (x[i].CompareTo(x[j]), y[i].CompareTo(y[j]));
                agreement += a * b;
                untiedX += a * a;
                untiedY += b * b;
            }
        }

        return untiedX == 0 || untiedY == 0 ? 0 : agreement / Math.Sqrt((double)untiedX * untiedY);
    }

    /// <summary>Ranks from 1, tied values sharing the mean of theirs.</summary>
    internal static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    private static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length || x.Length < 2)
        {
            throw new ArgumentException($"Two scorings of the same two or more things are needed, not {x.Length} and {y.Length}.");
        }
    }
}
