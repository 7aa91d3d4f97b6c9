using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// Attention of heads of more than eight features, as products of small matrices: a block of queries at a
/// time against the keys up to the block's end, so that half of the scores are never computed.
/// </summary>
internal static unsafe class WideHeads
{
    /// <summary>Queries of a block, a multiple of 16.</summary>
    private const int BlockRows = 32;

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
                    var end = first + block;
                    var query = x + (first * stride) + (head * heads.HeadStride);
                    kernels.Multiply(
                        block, heads.HeadSize, end, query, stride, keys, rows, TierKernels.PanelWidth, scores, scoreStride, null);
                    for (var r = 0; r < block; r++)
                    {
                        var row = scores + (r * scoreStride);
                        var sum = kernels.Exponentials(row, first + r + 1, end, 1f, out var maximum);
                        kernels.Scale(row, end, 1f / sum);
                        offsets[((nint)head * rows) + first + r] = -(maximum + MathF.Log2(sum));
                    }

                    kernels.Multiply(
                        block,
                        end,
                        heads.HeadStride,
                        scores,
                        scoreStride,
                        values,
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
                    var end = first + block;
                    var query = x + (first * stride) + (head * heads.HeadStride);
                    var dOutput = dMixed + ((nint)first * heads.QueryStride) + (head * heads.HeadStride);
                    kernels.Multiply(
                        block, heads.HeadSize, end, query, stride, keys, rows, TierKernels.PanelWidth, p, scoreStride, null);
                    kernels.Multiply(
                        block, heads.HeadSize, end, dOutput, heads.QueryStride, values, rows, TierKernels.PanelWidth, ds, scoreStride, null);
                    for (var r = 0; r < block; r++)
                    {
                        var position = ((nint)head * rows) + first + r;
                        kernels.SoftmaxBackward(
                            p + (r * scoreStride), ds + (r * scoreStride), first + r + 1, end, offsets[position], negatedDeltas[position]);
                    }

                    kernels.AccumulateTransposed(
                        block, end, heads.HeadStride, p, scoreStride, dOutput, heads.QueryStride, dx + valueColumn, stride, TierKernels.PanelWidth);
                    kernels.AccumulateTransposed(
                        block, end, heads.HeadStride, ds, scoreStride, query, stride, dx + keyColumn, stride, TierKernels.PanelWidth);
                    kernels.Multiply(
                        block,
                        end,
                        heads.HeadStride,
                        ds,
                        scoreStride,
                        x + keyColumn,
                        stride,
                        TierKernels.PanelWidth,
                        dx + (first * stride) + (head * heads.HeadStride),
                        stride,
                        null);
                }
            }
        }
    }
}
