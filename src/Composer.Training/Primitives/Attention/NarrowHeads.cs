using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// Attention of heads of at most eight features. Vectors run along positions, a head's features stay in
/// registers: what a kernel walks over is token-major, what it vectorises is transposed to [feature, position].
/// </summary>
internal static unsafe class NarrowHeads
{
    public static long ScratchFloats(HeadLayout heads, int rows) =>
        (long)rows * ((2 * Padding.ToStride(heads.Width)) + (2 * TierKernels.Granule));

    /// <param name="pass">Kernels and rows.</param>
    /// <param name="heads">The layout of a row.</param>
    /// <param name="x">[rows, queries|keys|values].</param>
    /// <param name="mixed">[rows, heads], overwritten.</param>
    /// <param name="offsets">[heads, rows], overwritten.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public static void Forward(SequencePass pass, HeadLayout heads, float* x, float* mixed, float* offsets, float* scratch)
    {
        var (kernels, rows) = (pass.Kernels, pass.Rows);
        var width = Padding.ToGranule(heads.QueryWidth);
        var queries = scratch;
        var output = queries + ((nint)rows * width);
        kernels.Transpose(rows, width, x, heads.Stride, queries, rows);

        // An odd number of heads leaves half a tile, which must stay zero.
        new Span<float>(output + ((nint)rows * heads.QueryWidth), rows * (width - heads.QueryWidth)).Clear();
        for (var head = 0; head < heads.Heads; head++)
        {
            var group = head / heads.GroupSize * heads.HeadStride;
            var first = (nint)head * heads.HeadStride * rows;
            kernels.NarrowAttention(
                rows,
                WindowOf(pass, heads),
                queries + first,
                x + heads.KeyOffset + group,
                x + heads.ValueOffset + group,
                heads.Stride,
                output + first,
                offsets + ((nint)head * rows));
        }

        kernels.Transpose(width, rows, output, rows, mixed, heads.QueryStride);
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
        var (kernels, rows) = (pass.Kernels, pass.Rows);
        var width = Padding.ToGranule(heads.Width);

        // Keys begin on a tile only when the number of heads is even: transpose from the tile before.
        var tile = heads.KeyOffset / TierKernels.Granule * TierKernels.Granule;
        var transposed = scratch;
        var dTransposed = transposed + ((nint)rows * width);
        var pairs = dTransposed + ((nint)rows * width);
        kernels.Transpose(rows, width - tile, x + tile, heads.Stride, transposed + ((nint)tile * rows), rows);
        new Span<float>(dTransposed, rows * width).Clear();
        for (var head = 0; head < heads.Heads; head++)
        {
            var group = head / heads.GroupSize * heads.HeadStride;
            kernels.NarrowAttentionBackward(
                rows,
                WindowOf(pass, heads),
                x + ((nint)head * heads.HeadStride),
                x + heads.KeyOffset + group,
                heads.Stride,
                dMixed + ((nint)head * heads.HeadStride),
                heads.QueryStride,
                transposed + ((nint)(heads.KeyOffset + group) * rows),
                transposed + ((nint)(heads.ValueOffset + group) * rows),
                offsets + ((nint)head * rows),
                negatedDeltas + ((nint)head * rows),
                dTransposed + ((nint)head * heads.HeadStride * rows),
                dTransposed + ((nint)(heads.KeyOffset + group) * rows),
                dTransposed + ((nint)(heads.ValueOffset + group) * rows),
                pairs);
        }

        kernels.Transpose(width, rows, dTransposed, rows, dx, heads.Stride);
    }

    /// <summary>Padded positions see what they like: a window over the sequence is one over all rows, and as quick.</summary>
    private static int WindowOf(SequencePass pass, HeadLayout heads) => heads.Window < pass.Length ? heads.Window : pass.Rows;
}
