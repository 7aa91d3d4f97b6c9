using Composer.Mad.Scoring;

namespace Composer.Bench.Signal;

/// <summary>How well a score tells orders apart, against how much it changes with the seed.</summary>
/// <param name="Name">A task's name, or <c>all</c> for the mean over tasks.</param>
/// <param name="Spearman">Rank correlation of the same orders over two seeds, the mean over the pairs of seeds.</param>
/// <param name="Kendall">Kendall's τ-b, likewise.</param>
/// <param name="BetweenOrders">Standard deviation over the orders, each averaged over the seeds.</param>
/// <param name="BetweenSeeds">
/// Standard deviation of what the orders' and the seeds' own means leave: what a change of the seed does to
/// the comparison of two orders.
/// </param>
internal sealed record SignalStrength(
    string Name, double Spearman, double Kendall, double BetweenOrders, double BetweenSeeds)
{
    /// <param name="name">What was scored.</param>
    /// <param name="scores">[seeds][orders], at least two of each.</param>
    internal static SignalStrength Of(string name, double[][] scores)
    {
        var (spearman, kendall, pairs) = (0.0, 0.0, 0);
        for (var a = 0; a < scores.Length; a++)
        {
            for (var b = 0; b < a; b++)
            {
                spearman += RankCorrelation.Spearman(scores[a], scores[b]);
                kendall += RankCorrelation.Kendall(scores[a], scores[b]);
                pairs++;
            }
        }

        var orders = scores[0].Length;
        double[] seedMeans = [.. scores.Select(s => s.Average())];
        double[] orderMeans = [.. Enumerable.Range(0, orders).Select(o => scores.Average(s => s[o]))];
        var mean = orderMeans.Average();
        var between = orderMeans.Sum(m => (m - mean) * (m - mean)) / (orders - 1);
        var rest = 0.0;
        for (var s = 0; s < scores.Length; s++)
        {
            for (var o = 0; o < orders; o++)
            {
                var residual = scores[s][o] - seedMeans[s] - orderMeans[o] + mean;
                rest += residual * residual;
            }
        }

        rest /= (scores.Length - 1.0) * (orders - 1);
        return new SignalStrength(name, spearman / pairs, kendall / pairs, Math.Sqrt(between), Math.Sqrt(rest));
    }
}
