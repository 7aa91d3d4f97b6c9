using Composer.Search.Surrogates;

namespace Composer.Search.Acquisition;

/// <summary>Finds the best of all orders of a space, as if it had scored each.</summary>
/// <remarks>
/// The mean of a candidate is cheap, its deviation is not. A score never falls as the deviation rises, so
/// that the prior's deviation of 1 gives a bound from the mean alone; the deviation is computed for those
/// alone whose bound reaches the best score so far.
/// </remarks>
internal sealed class ExhaustiveMaximizer
{
    private const int Chunk = 64 * GaussianProcess.Block;
    private const int Promising = 4 * GaussianProcess.Block;

    private readonly SearchSpace space;
    private readonly GaussianProcess process;
    private readonly AcquisitionScore score;
    private readonly int size;
    private readonly bool[] isTaken;

    /// <summary>What the score of each order cannot exceed; no number where it must not come out.</summary>
    private readonly double[] bounds;

    private ExhaustiveMaximizer(
        SearchSpace space, GaussianProcess process, IEnumerable<byte[]> taken, AcquisitionScore score)
    {
        (this.space, this.process, this.score) = (space, process, score);
        size = (int)space.Size;
        bounds = new double[size];
        isTaken = new bool[size];
        foreach (var digits in taken)
        {
            isTaken[Index(digits)] = true;
        }
    }

    /// <summary>The order of the highest score, of equals the first; null when none is left.</summary>
    public static byte[]? Best(
        SearchSpace space, GaussianProcess process, IEnumerable<byte[]> taken, AcquisitionScore score, int threads)
    {
        var (index, _) = new ExhaustiveMaximizer(space, process, taken, score).Best(threads);
        return index < 0 ? null : space.DigitsOf(index);
    }

    private (int Index, double Score) Best(int threads)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var chunks = (size + Chunk - 1) / Chunk;
        Parallel.For(0, chunks, options, chunk => Bound(chunk * Chunk, Math.Min(size, (chunk + 1) * Chunk)));

        // The most promising first, so that most others need no deviation.
        var best = BestOf(MostPromising());
        if (best.Index < 0)
        {
            return best;
        }

        var found = new (int Index, double Score)[chunks];
        Parallel.For(0, chunks, options, chunk =>
            found[chunk] = BestOf(Reaching(best.Score, chunk * Chunk, Math.Min(size, (chunk + 1) * Chunk))));
        return found.Aggregate(best, Better);
    }

    private void Bound(int first, int end)
    {
        var layers = space.Layers;
        var candidates = new byte[GaussianProcess.Block * layers];
        Span<double> mean = stackalloc double[GaussianProcess.Block];
        for (var start = first; start < end; start += GaussianProcess.Block)
        {
            var count = Math.Min(GaussianProcess.Block, end - start);
            for (var i = 0; i < count; i++)
            {
                space.Digits(start + i, candidates.AsSpan(i * layers, layers));
            }

            process.PredictMean(candidates.AsSpan(0, count * layers), count, mean);
            for (var i = 0; i < count; i++)
            {
                var digits = candidates.AsSpan(i * layers, layers);
                bounds[start + i] = isTaken[start + i] || !space.Allows(digits) ? double.NaN : score(mean[i], 1, digits);
            }
        }
    }

    private IEnumerable<int> MostPromising()
    {
        var queue = new PriorityQueue<int, double>();
        for (var i = 0; i < size; i++)
        {
            if (double.IsNaN(bounds[i]))
            {
                continue;
            }

            if (queue.Count < Promising)
            {
                queue.Enqueue(i, bounds[i]);
            }
            else
            {
                queue.EnqueueDequeue(i, bounds[i]);
            }
        }

        return queue.UnorderedItems.Select(item => item.Element).Order();
    }

    private IEnumerable<int> Reaching(double least, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (bounds[i] >= least)
            {
                yield return i;
            }
        }
    }

    private (int Index, double Score) BestOf(IEnumerable<int> indices)
    {
        var best = (Index: -1, Score: double.NegativeInfinity);
        var layers = space.Layers;
        var candidates = new byte[GaussianProcess.Block * layers];
        Span<double> mean = stackalloc double[GaussianProcess.Block];
        Span<double> variance = stackalloc double[GaussianProcess.Block];
        foreach (var block in indices.Chunk(GaussianProcess.Block))
        {
            for (var i = 0; i < block.Length; i++)
            {
                space.Digits(block[i], candidates.AsSpan(i * layers, layers));
            }

            process.Predict(candidates.AsSpan(0, block.Length * layers), block.Length, mean, variance);
            for (var i = 0; i < block.Length; i++)
            {
                best = Better(best, (block[i], score(mean[i], Math.Sqrt(variance[i]), candidates.AsSpan(i * layers, layers))));
            }
        }

        return best;
    }

    private static (int Index, double Score) Better((int Index, double Score) a, (int Index, double Score) b) =>
        b.Index >= 0 && (a.Index < 0 || b.Score > a.Score || (b.Score == a.Score && b.Index < a.Index)) ? b : a;

    private int Index(byte[] digits)
    {
        var index = 0;
        foreach (var digit in digits)
        {
            index = (index * space.Primitives.Length) + digit;
        }

        return index;
    }
}
