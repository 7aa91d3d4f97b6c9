using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// A few queries against a long cache, a block of keys at a time: the maximum and the sum of each softmax run
/// along, so that memory does not grow with the length.
/// </summary>
internal static unsafe class CachedAttention
{
    /// <summary>Queries of a block at most, unless a group of heads is larger.</summary>
    public const int QueryBlock = 32;

    /// <summary>Keys of a block, a multiple of a panel: their scores stay in the cache.</summary>
    private const int KeyBlock = 512;

    public static long ScratchFloats(HeadLayout heads)
    {
        var rows = Math.Max(QueryBlock, heads.GroupSize);
        return (long)rows * (Padding.ToStride(KeyBlock) + Padding.ToStride(heads.HeadStride) + 2);
    }

    /// <param name="kernels">The tier.</param>
    /// <param name="heads">Sizes of a head.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="queries">[rows, head size], scaled so that scores are powers of 2.</param>
    /// <param name="ldq">Stride of queries.</param>
    /// <param name="keys">[position / 32, head size, 32].</param>
    /// <param name="values">[position, head].</param>
    /// <param name="visible">Keys that the first query sees.</param>
    /// <param name="more">By how many more each next query sees.</param>
    /// <param name="output">[rows, head], overwritten.</param>
    /// <param name="ldo">Stride of output.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public static void Attend(
        TierKernels kernels,
        HeadLayout heads,
        int rows,
        float* queries,
        nint ldq,
        float* keys,
        float* values,
        int visible,
        int more,
        float* output,
        nint ldo,
        float* scratch)
    {
        nint scoreStride = Padding.ToStride(KeyBlock);
        nint mixedStride = Padding.ToStride(heads.HeadStride);
        var mixedWidth = Padding.ToGranule(heads.HeadStride);
        var scores = scratch;
        var mixed = scores + (rows * scoreStride);
        var maxima = mixed + (rows * mixedStride);
        var sums = maxima + rows;
        new Span<float>(maxima, rows).Fill(float.NegativeInfinity);
        new Span<float>(sums, rows).Clear();
        var end = visible + ((rows - 1) * more);
        for (var start = 0; start < end; start += KeyBlock)
        {
            var width = Math.Min(KeyBlock, end - start);
            var padded = Padding.ToGranule(width);
            kernels.Multiply(
                rows,
                heads.HeadSize,
                padded,
                queries,
                ldq,
                keys + ((nint)start * heads.HeadSize),
                TierKernels.PanelWidth,
                (nint)heads.HeadSize * TierKernels.PanelWidth,
                scores,
                scoreStride,
                null);
            for (var r = 0; r < rows; r++)
            {
                var row = scores + (r * scoreStride);
                var count = Math.Min(width, visible + (r * more) - start);
                if (count <= 0)
                {
                    new Span<float>(row, padded).Clear();
                    continue;
                }

                var sum = kernels.Exponentials(row, count, padded, 1f, out var maximum);
                var greatest = MathF.Max(maximum, maxima[r]);
                var (keep, take) = (MathF.Pow(2f, maxima[r] - greatest), MathF.Pow(2f, maximum - greatest));
                sums[r] = (sums[r] * keep) + (sum * take);
                maxima[r] = greatest;
                if (take != 1f)
                {
                    kernels.Scale(row, padded, take);
                }

                if (start > 0 && keep != 1f)
                {
                    kernels.Scale(mixed + (r * mixedStride), mixedWidth, keep);
                }
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
                start > 0 ? mixed : null);
        }

        for (var r = 0; r < rows; r++)
        {
            var row = mixed + (r * mixedStride);
            kernels.Scale(row, mixedWidth, 1f / sums[r]);
            new Span<float>(row, heads.HeadStride).CopyTo(new Span<float>(output + (r * ldo), heads.HeadStride));
        }
    }
}
