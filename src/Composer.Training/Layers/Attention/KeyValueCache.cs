using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Layers.Attention;

/// <summary>Keys [kv head, feature, position] and values [position, kv head, feature] of one layer while decoding.</summary>
internal sealed unsafe class KeyValueCache : LayerCache
{
    private readonly HeadLayout heads;
    private readonly int capacity;
    private readonly int valueStride;
    private readonly float* keys;
    private readonly float* values;

    public KeyValueCache(AlignedArena arena, HeadLayout heads, int maximumLength)
    {
        this.heads = heads;
        capacity = Padding.ToGranule(maximumLength);
        valueStride = Padding.ToGranule(heads.KeyWidth);
        keys = arena.Allocate((long)heads.KeyWidth * capacity);

        // A product writes whole granules: reading the last narrow head runs past its row.
        values = arena.Allocate(((long)capacity * valueStride) + ScalarKernels.Granule);
    }

    public override long BytesPerToken => sizeof(float) * (long)(heads.KeyWidth + valueStride);

    public static long ScratchFloats(int rows, int maximumLength) => (long)rows * Padding.ToStride(maximumLength);

    /// <summary>Appends the new rows' keys and values, then lets their queries attend to all up to themselves.</summary>
    /// <param name="kernels">The tier.</param>
    /// <param name="position">The first new position.</param>
    /// <param name="rows">How many.</param>
    /// <param name="x">[rows, queries|keys|values], rotated.</param>
    /// <param name="mixed">[rows, heads], overwritten.</param>
    /// <param name="scores">As <see cref="ScratchFloats"/> says.</param>
    public void Attend(ScalarKernels kernels, int position, int rows, float* x, float* mixed, float* scores)
    {
        for (var r = 0; r < rows; r++)
        {
            var row = x + ((nint)r * heads.Stride);
            for (var f = 0; f < heads.KeyWidth; f++)
            {
                keys[((nint)f * capacity) + position + r] = row[heads.KeyOffset + f];
                values[((nint)(position + r) * valueStride) + f] = row[heads.ValueOffset + f];
            }
        }

        var end = position + rows;
        var padded = Padding.ToGranule(end);
        nint scoreStride = Padding.ToStride(capacity);

        // Heads in order: a narrow head's product is a granule wide, and what it writes beyond its eight
        // features the next head overwrites.
        for (var head = 0; head < heads.Heads; head++)
        {
            var column = head / heads.GroupSize * heads.HeadStride;
            kernels.Multiply(
                rows,
                heads.HeadSize,
                padded,
                x + (head * heads.HeadStride),
                heads.Stride,
                keys + ((nint)column * capacity),
                capacity,
                ScalarKernels.PanelWidth,
                scores,
                scoreStride,
                null);
            for (var r = 0; r < rows; r++)
            {
                var row = scores + (r * scoreStride);
                var sum = kernels.Exponentials(row, position + r + 1, padded, 1f, out _);
                kernels.Scale(row, padded, 1f / sum);
            }

            kernels.Multiply(
                rows,
                end,
                Padding.ToGranule(heads.HeadStride),
                scores,
                scoreStride,
                values + column,
                valueStride,
                ScalarKernels.PanelWidth,
                mixed + (head * heads.HeadStride),
                heads.QueryStride,
                null);
        }
    }
}
