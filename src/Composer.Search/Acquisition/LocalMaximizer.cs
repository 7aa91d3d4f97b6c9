using Composer.Core;
using Composer.Search.Strategies;
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
        foreach (var start in Scored(Starts(rng)).OrderByDescending(point => point.Score).Take(Climbers))
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
        while (true)
        {
            var best = (Point: point, Score: value);
            foreach (var neighbour in Scored(Neighbours(point)))
            {
                best = neighbour.Score > best.Score ? neighbour : best;
            }

            if (best.Point == point)
            {
                return best;
            }

            (point, value) = best;
        }
    }

    private IEnumerable<byte[]> Starts(Rng rng)
    {
        for (var i = 0; i < RandomPoints; i++)
        {
            var point = new byte[space.Layers];
            RandomCandidates.Fill(rng, space, point);
            yield return point;
        }

        var observed = process.Observed;
        var means = new double[observed.Count];
        process.Predict(observed, means, new double[observed.Count]);
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

    /// <summary>The points that are not taken, each once, with their scores.</summary>
    private (byte[] Point, double Score)[] Scored(IEnumerable<byte[]> points)
    {
        byte[][] free = [.. points.Where(point => !taken.Contains(Key(point))).DistinctBy(Key, StringComparer.Ordinal)];
        var mean = new double[free.Length];
        var variance = new double[free.Length];
        process.Predict(free, mean, variance);
        return [.. free.Select((point, i) => (point, score(mean[i], Math.Sqrt(variance[i]))))];
    }

    private static string Key(byte[] point) => Convert.ToHexString(point);
}
