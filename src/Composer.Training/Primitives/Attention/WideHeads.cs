using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// Attention of heads of more than eight features, as products of small matrices: a block of queries at a
/// time against the keys from the first that one of them sees up to the block's end: no other scores are computed.
/// </summary>
internal static unsafe class WideHeads
{
    /// <summary>Queries of a block, a multiple of 16.</summary>
    private const int BlockRows = 32;

    /// <summary>A score whose power of 2 is 0; finite, so that no kernel makes more of it.</summary>
    private const float Unseen = -1e30f;

    public static long ScratchFloats(HeadLayout heads, int rows) =>
        ((long)rows * 2 * heads.HeadStride) + (2L * BlockRows * Padding.ToStride(rows));

    /// <param name="pass">Kernels and rows.</param>
    /// <param name="heads">The layout of a row.</param>
    /// <param name="x">[rows, queries|keys|values].</param>
    /// <param name="mixed">[rows, heads], overwritten.</param>
    /// <param name="offsets">[heads, rows], overwritten.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public static void Forward(SequencePass pass, HeadLayout heads, float* x, float* mixed, float* offsets, float* scratch)
    {
        var (kernels, rows, stride) = (pass.Kernels, pass.Rows, (nint)heads.Stride);
        nint scoreStride = Padding.ToStride(rows);
        var keys = scratch;
        var scores = keys + ((nint)rows * heads.HeadStride);
        for (var group = 0; group < heads.KvHeads; group++)
        {
            var values = x + heads.ValueOffset + (group * heads.HeadStride);
            kernels.Transpose(
                rows, heads.HeadStride, x + heads.KeyOffset + (group * heads.HeadStride), stride, keys, rows);
            for (var head = group * heads.GroupSize; head < (group + 1) * heads.GroupSize; head++)
            {
                for (var first = 0; first < rows; first += BlockRows)
                {
                    var block = Math.Min(BlockRows, rows - first);
                    nint oldest = OldestOf(first, heads.Window);
                    var width = first + block - (int)oldest;
                    var query = x + (first * stride) + (head * heads.HeadStride);
                    kernels.Multiply(
                        block, heads.HeadSize, width, query, stride,
                        keys + oldest, rows, TierKernels.PanelWidth, scores, scoreStride, null);
                    for (var r = 0; r < block; r++)
                    {
                        var row = scores + (r * scoreStride);
                        var forgotten = Forget(row, first + r - (int)oldest, heads.Window);
                        var sum = kernels.Exponentials(row, first + r + 1 - (int)oldest, width, 1f, out var maximum);
                        new Span<float>(row, forgotten).Clear();
                        kernels.Scale(row, width, 1f / sum);
                        offsets[((nint)head * rows) + first + r] = -(maximum + MathF.Log2(sum));
                    }

                    kernels.Multiply(
                        block,
                        width,
                        heads.HeadStride,
                        scores,
                        scoreStride,
                        values + (oldest * stride),
                        stride,
                        TierKernels.PanelWidth,
                        mixed + ((nint)first * heads.QueryStride) + (head * heads.HeadStride),
                        heads.QueryStride,
                        null);
                }
            }
        }
    }

    /// <param name="pass">Kernels and rows.</param>
    /// <param name="heads">The layout of a row.</param>
    /// <param name="x">As in the forward.</param>
    /// <param name="offsets">From the forward.</param>
    /// <param name="dMixed">[rows, heads].</param>
    /// <param name="negatedDeltas">[heads, rows]: −Σ dMixed · mixed.</param>
    /// <param name="dx">[rows, queries|keys|values], overwritten; still rotated.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public static void Backward(
        SequencePass pass,
        HeadLayout heads,
        float* x,
        float* offsets,
        float* dMixed,
        float* negatedDeltas,
        float* dx,
        float* scratch)
    {
        var (kernels, rows, stride) = (pass.Kernels, pass.Rows, (nint)heads.Stride);
        nint scoreStride = Padding.ToStride(rows);
        var keys = scratch;
        var values = keys + ((nint)rows * heads.HeadStride);
        var p = values + ((nint)rows * heads.HeadStride);
        var ds = p + (BlockRows * scoreStride);
        for (var t = 0; t < rows; t++)
        {
            new Span<float>(dx + (t * stride) + heads.KeyOffset, 2 * heads.KeyWidth).Clear();
        }

        for (var group = 0; group < heads.KvHeads; group++)
        {
            var keyColumn = heads.KeyOffset + (group * heads.HeadStride);
            var valueColumn = heads.ValueOffset + (group * heads.HeadStride);
            kernels.Transpose(rows, heads.HeadStride, x + keyColumn, stride, keys, rows);
            kernels.Transpose(rows, heads.HeadStride, x + valueColumn, stride, values, rows);
            for (var head = group * heads.GroupSize; head < (group + 1) * heads.GroupSize; head++)
            {
                for (var first = 0; first < rows; first += BlockRows)
                {
                    var block = Math.Min(BlockRows, rows - first);
                    nint oldest = OldestOf(first, heads.Window);
                    var width = first + block - (int)oldest;
                    var query = x + (first * stride) + (head * heads.HeadStride);
                    var dOutput = dMixed + ((nint)first * heads.QueryStride) + (head * heads.HeadStride);
                    kernels.Multiply(
                        block, heads.HeadSize, width, query, stride, keys + oldest, rows, TierKernels.PanelWidth, p, scoreStride, null);
                    kernels.Multiply(
                        block, heads.HeadSize, width, dOutput, heads.QueryStride,
                        values + oldest, rows, TierKernels.PanelWidth, ds, scoreStride, null);
                    for (var r = 0; r < block; r++)
                    {
                        var position = ((nint)head * rows) + first + r;
                        var row = p + (r * scoreStride);
                        var dRow = ds + (r * scoreStride);
                        var forgotten = Forget(row, first + r - (int)oldest, heads.Window);
                        kernels.SoftmaxBackward(
                            row, dRow, first + r + 1 - (int)oldest, width, offsets[position], negatedDeltas[position]);
                        new Span<float>(row, forgotten).Clear();
                        new Span<float>(dRow, forgotten).Clear();
                    }

                    kernels.AccumulateTransposed(
                        block, width, heads.HeadStride, p, scoreStride, dOutput, heads.QueryStride,
                        dx + valueColumn + (oldest * stride), stride, TierKernels.PanelWidth);
                    kernels.AccumulateTransposed(
                        block, width, heads.HeadStride, ds, scoreStride, query, stride,
                        dx + keyColumn + (oldest * stride), stride, TierKernels.PanelWidth);
                    kernels.Multiply(
                        block,
                        width,
                        heads.HeadStride,
                        ds,
                        scoreStride,
                        x + keyColumn + (oldest * stride),
                        stride,
                        TierKernels.PanelWidth,
                        dx + (first * stride) + (head * heads.HeadStride),
                        stride,
                        null);
                }
            }
        }
    }

    /// <summary>The first key that a block of queries reads, a multiple of 16; some of its rows may not see it.</summary>
    private static int OldestOf(int first, int window) => Math.Max(0, first - window + 1) / TierKernels.Granule * TierKernels.Granule;

    /// <summary>Lets nothing be seen of the keys before a query's window; of what a kernel makes of them nothing may stay.</summary>
    /// <param name="scores">Of the query, from the block's oldest key on.</param>
    /// <param name="own">The query's own place in them.</param>
    /// <param name="window">Keys that it sees at most.</param>
    /// <returns>How many keys those are.</returns>
    private static int Forget(float* scores, int own, int window)
    {
        var forgotten = Math.Max(0, own - window + 1);
        new Span<float>(scores, forgotten).Fill(Unseen);
        return forgotten;
    }
}
