using Composer.Search.Surrogates;

namespace Composer.Search.Acquisition;

/// <summary>Scores every order of a space.</summary>
internal static class ExhaustiveMaximizer
{
    private const int BlocksOfChunk = 64;

    public static byte[]? Best(
        SearchSpace space, GaussianProcess process, IEnumerable<byte[]> taken, AcquisitionScore score)
    {
        var size = (int)space.Size;
        var isTaken = new bool[size];
        foreach (var digits in taken)
        {
            isTaken[Index(space, digits)] = true;
        }

        const int Chunk = BlocksOfChunk * GaussianProcess.Block;
        var best = new (int Index, double Score)[(size + Chunk - 1) / Chunk];
        Parallel.For(0, best.Length, chunk =>
            best[chunk] = BestOfRange(space, process, isTaken, score, chunk * Chunk, Math.Min(size, (chunk + 1) * Chunk)));

        var (index, _) = best.Aggregate((a, b) => a.Index < 0 || (b.Index >= 0 && b.Score > a.Score) ? b : a);
        if (index < 0)
        {
            return null;
        }

        var found = new byte[space.Layers];
        space.Digits(index, found);
        return found;
    }

    private static (int Index, double Score) BestOfRange(
        SearchSpace space, GaussianProcess process, bool[] isTaken, AcquisitionScore score, int first, int end)
    {
        var (bestIndex, bestScore) = (-1, double.NegativeInfinity);
        var candidates = new byte[GaussianProcess.Block * space.Layers];
        Span<double> mean = stackalloc double[GaussianProcess.Block];
        Span<double> variance = stackalloc double[GaussianProcess.Block];
        for (var start = first; start < end; start += GaussianProcess.Block)
        {
            var count = Math.Min(GaussianProcess.Block, end - start);
            for (var i = 0; i < count; i++)
            {
                space.Digits(start + i, candidates.AsSpan(i * space.Layers, space.Layers));
            }

            process.Predict(candidates.AsSpan(0, count * space.Layers), count, mean, variance);
            for (var i = 0; i < count; i++)
            {
                if (isTaken[start + i])
                {
                    continue;
                }

                var value = score(mean[i], Math.Sqrt(variance[i]));
                if (bestIndex < 0 || value > bestScore)
                {
                    (bestIndex, bestScore) = (start + i, value);
                }
            }
        }

        return (bestIndex, bestScore);
    }

    private static int Index(SearchSpace space, byte[] digits)
    {
        var index = 0;
        foreach (var digit in digits)
        {
            index = (index * space.Primitives.Length) + digit;
        }

        return index;
    }
}
