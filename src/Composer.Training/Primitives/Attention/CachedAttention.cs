using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// A few queries against a long cache, a block of keys at a time: the maximum and the sum of each softmax run
/// along, so that memory does not grow with the length.
/// </summary>
internal unsafe ref struct CachedAttention
{
    /// <summary>Queries of a block at most, unless a group of heads is larger.</summary>
    public const int QueryBlock = 32;

    /// <summary>Keys of a block, a multiple of a panel: their scores stay in the cache.</summary>
    private const int KeyBlock = 512;

    /// <summary>A score whose power of 2 is 0; finite, so that no kernel makes more of it.</summary>
    private const float Unseen = -1e30f;

    private readonly TierKernels kernels;
    private readonly HeadLayout heads;
    private readonly int rows;
    private readonly int more;
    private readonly float* queries;
    private readonly nint queryStride;
    private readonly float* scores;
    private readonly nint scoreStride;
    private readonly float* mixed;
    private readonly nint mixedStride;
    private readonly int mixedWidth;
    private readonly float* maxima;
    private readonly float* sums;
    private bool started;

    /// <param name="kernels">The tier.</param>
    /// <param name="heads">Sizes of a head, and the window.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="queries">[rows, head size], scaled so that scores are powers of 2.</param>
    /// <param name="ldq">Stride of queries.</param>
    /// <param name="more">By how many positions each next query is later.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public CachedAttention(TierKernels kernels, HeadLayout heads, int rows, float* queries, nint ldq, int more, float* scratch)
    {
        (this.kernels, this.heads, this.rows, this.more) = (kernels, heads, rows, more);
        this.queries = queries;
        queryStride = ldq;
        scoreStride = Padding.ToStride(KeyBlock);
        mixedStride = Padding.ToStride(heads.HeadStride);
        mixedWidth = Padding.ToGranule(heads.HeadStride);
        scores = scratch;
        mixed = scores + (rows * scoreStride);
        maxima = mixed + (rows * mixedStride);
        sums = maxima + rows;
        new Span<float>(maxima, rows).Fill(float.NegativeInfinity);
        new Span<float>(sums, rows).Clear();
    }

    public static long ScratchFloats(HeadLayout heads)
    {
        var rows = Math.Max(QueryBlock, heads.GroupSize);
        return (long)rows * (Padding.ToStride(KeyBlock) + Padding.ToStride(heads.HeadStride) + 2);
    }

    /// <summary>Takes more keys in, later ones than before.</summary>
    /// <param name="keys">[position / 32, head size, 32].</param>
    /// <param name="values">[position, head].</param>
    /// <param name="count">Of keys.</param>
    /// <param name="visible">How many of them are not after the first query; each sees the last of those in its window.</param>
    public void See(float* keys, float* values, int count, int visible)
    {
        for (var start = 0; start < count; start += KeyBlock)
        {
            var width = Math.Min(KeyBlock, count - start);
            var padded = Padding.ToGranule(width);
            kernels.Multiply(
                rows,
                heads.HeadSize,
                padded,
                queries,
                queryStride,
                keys + ((nint)start * heads.HeadSize),
                TierKernels.PanelWidth,
                (nint)heads.HeadSize * TierKernels.PanelWidth,
                scores,
                scoreStride,
                null);
            for (var r = 0; r < rows; r++)
            {
                var seen = Math.Max(0, visible + (r * more) - start);
                Weigh(r, Math.Max(0, seen - heads.Window), Math.Min(width, seen), padded);
            }

            // A narrow head's product is a granule wide: what lies beyond its eight features is not copied out.
            kernels.Multiply(
                rows,
                width,
                mixedWidth,
                scores,
                scoreStride,
                values + ((nint)start * heads.HeadStride),
                heads.HeadStride,
                TierKernels.PanelWidth,
                mixed,
                mixedStride,
                started ? mixed : null);
            started = true;
        }
    }

    /// <summary>What the queries see, mixed.</summary>
    /// <param name="output">[rows, head], overwritten.</param>
    /// <param name="ldo">Stride of output.</param>
    public readonly void Write(float* output, nint ldo)
    {
        for (var r = 0; r < rows; r++)
        {
            var row = mixed + (r * mixedStride);
            kernels.Scale(row, mixedWidth, 1f / sums[r]);
            new Span<float>(row, heads.HeadStride).CopyTo(new Span<float>(output + (r * ldo), heads.HeadStride));
        }
    }

    // Scores first … end − 1 of a query become weights, the others 0.
    private readonly void Weigh(int r, int first, int end, int padded)
    {
        var row = scores + (r * scoreStride);
        if (first >= end)
        {
            new Span<float>(row, padded).Clear();
            return;
        }

        new Span<float>(row, first).Fill(Unseen);
        var sum = kernels.Exponentials(row, end, padded, 1f, out var maximum);
        new Span<float>(row, first).Clear();
        var greatest = MathF.Max(maximum, maxima[r]);
        var (keep, take) = (MathF.Pow(2f, maxima[r] - greatest), MathF.Pow(2f, maximum - greatest));
        sums[r] = (sums[r] * keep) + (sum * take);
        maxima[r] = greatest;
        if (take != 1f)
        {
            kernels.Scale(row, padded, take);
        }

        if (started && keep != 1f)
        {
            kernels.Scale(mixed + (r * mixedStride), mixedWidth, keep);
        }
    }
}
