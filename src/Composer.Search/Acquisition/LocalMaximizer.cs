using Composer.Core;
using Composer.Search.Surrogates;

namespace Composer.Search.Acquisition;

/// <summary>
/// Looks for the highest score where a space is too large to score whole: from random points, from the
/// orders one exchanged layer away from the best five observations and two away from the best, the best
/// twenty climb, each time to the best order one exchange away.
/// </summary>
internal sealed class LocalMaximizer
{
    private const int RandomPoints = 1024;
    private const int BestObservations = 5;
    private const int Climbers = 20;

    private readonly SearchSpace space;
    private readonly GaussianProcess process;
    private readonly AcquisitionScore score;
    private readonly HashSet<string> taken;

    public LocalMaximizer(SearchSpace space, GaussianProcess process, IEnumerable<byte[]> taken, AcquisitionScore score)
    {
        this.space = space;
        this.process = process;
        this.score = score;
        this.taken = taken.Select(Key).ToHashSet(StringComparer.Ordinal);
    }

    public byte[]? Best(Rng rng)
    {
        var (bestPoint, bestScore) = ((byte[]?)null, double.NegativeInfinity);
        foreach (var start in BestScored(Starts(rng), Climbers, double.NegativeInfinity))
        {
            var (point, value) = Climb(start.Point, start.Score);
            if (bestPoint is null || value > bestScore)
            {
                (bestPoint, bestScore) = (point, value);
            }
        }

        return bestPoint;
    }

    private (byte[] Point, double Score) Climb(byte[] point, double value)
    {
        while (BestScored(Neighbours(point), 1, value) is [var better] && better.Score > value)
        {
            (point, value) = better;
        }

        return (point, value);
    }

    private IEnumerable<byte[]> Starts(Rng rng)
    {
        for (var i = 0; i < RandomPoints; i++)
        {
            var point = new byte[space.Layers];
            space.Draw(rng, point);
            yield return point;
        }

        var observed = process.Observed;
        var means = new double[observed.Count];
        process.PredictMean(observed, means);
        byte[][] best = [.. Enumerable.Range(0, means.Length).OrderBy(i => means[i]).Take(BestObservations).Select(i => observed[i])];
        foreach (var neighbour in best.SelectMany(Neighbours))
        {
            yield return neighbour;
        }

        foreach (var neighbour in Neighbours(best[0]).SelectMany(Neighbours))
        {
            yield return neighbour;
        }
    }

    /// <summary>The orders in which one layer is another primitive.</summary>
    private IEnumerable<byte[]> Neighbours(byte[] point)
    {
        for (var i = 0; i < point.Length; i++)
        {
            for (byte digit = 0; digit < space.Primitives.Length; digit++)
            {
                if (digit != point[i])
                {
                    byte[] neighbour = [.. point];
                    neighbour[i] = digit;
                    yield return neighbour;
                }
            }
        }
    }

    /// <summary>
    /// Of the points that are not taken the best few, best first, as far as they reach a score; of equals the
    /// first. As in <see cref="ExhaustiveMaximizer"/>, a point's deviation is computed only if its mean alone
    /// does not rule it out.
    /// </summary>
    private List<(byte[] Point, double Score)> BestScored(IEnumerable<byte[]> points, int count, double least)
    {
        byte[][] free =
        [
            .. points.Where(point => space.Allows(point) && !taken.Contains(Key(point))).DistinctBy(Key, StringComparer.Ordinal),
        ];
        var mean = new double[free.Length];
        process.PredictMean(free, mean);
        double[] bounds = [.. free.Select((point, i) => score(mean[i], 1, point))];
        int[] promising = [.. Enumerable.Range(0, free.Length).OrderByDescending(i => bounds[i])];
        var found = new List<(int Index, double Score)>();
        Span<double> blockMean = stackalloc double[GaussianProcess.Block];
        Span<double> variance = stackalloc double[GaussianProcess.Block];
        foreach (var block in promising.Chunk(GaussianProcess.Block))
        {
            var enough = found.Count < count ? least : Math.Max(least, found[count - 1].Score);
            int[] reaching = [.. block.Where(i => bounds[i] >= enough)];
            if (reaching.Length == 0)
            {
                break;
            }

            process.Predict([.. reaching.Select(i => free[i])], blockMean, variance);
            for (var k = 0; k < reaching.Length; k++)
            {
                found.Add((reaching[k], score(blockMean[k], Math.Sqrt(variance[k]), free[reaching[k]])));
            }

            found = [.. found.OrderByDescending(f => f.Score).ThenBy(f => f.Index).Take(count)];
        }

        return [.. found.Select(f => (free[f.Index], f.Score))];
    }

    private static string Key(byte[] point) => Convert.ToHexString(point);
}
