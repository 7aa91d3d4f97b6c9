namespace Composer.Training.Kernels;

/// <content>Causal attention of one head of at most eight features.</content>
internal abstract unsafe partial class TierKernels
{
    /// <summary>Causal attention of one narrow head.</summary>
    /// <param name="rows">Positions, a multiple of 16; padded positions hold zeros.</param>
    /// <param name="window">Keys that a query sees at most, the last being its own.</param>
    /// <param name="queries">[8, rows] with stride rows; scaled so that scores are powers of 2.</param>
    /// <param name="keys">[rows, 8] with stride <paramref name="ld"/>.</param>
    /// <param name="values">[rows, 8] with stride <paramref name="ld"/>.</param>
    /// <param name="ld">Stride of keys and values.</param>
    /// <param name="output">[8, rows].</param>
    /// <param name="offsets">[rows]: minus the logarithm of each row's sum, base 2; the backward takes it.</param>
    public virtual void NarrowAttention(
        int rows,
        int window,
        float* queries,
        float* keys,
        float* values,
        nint ld,
        float* output,
        float* offsets)
    {
        for (nint i = 0; i < rows; i++)
        {
            var maximum = float.NegativeInfinity;
            var oldest = Math.Max(0, i - window + 1);
            for (var j = oldest; j <= i; j++)
            {
                maximum = MathF.Max(maximum, NarrowScore(rows, queries + i, keys + (j * ld)));
            }

            var sum = 0f;
            for (nint d = 0; d < NarrowHead; d++)
            {
                output[(d * rows) + i] = 0;
            }

            for (var j = oldest; j <= i; j++)
            {
                var p = Exp2(NarrowScore(rows, queries + i, keys + (j * ld)) - maximum);
                sum += p;
                for (nint d = 0; d < NarrowHead; d++)
                {
                    output[(d * rows) + i] += p * values[(j * ld) + d];
                }
            }

            for (nint d = 0; d < NarrowHead; d++)
            {
                output[(d * rows) + i] /= sum;
            }

            offsets[i] = -(maximum + MathF.Log2(sum));
        }
    }

    /// <summary>The backward of <see cref="NarrowAttention"/>: the three gradients accumulate.</summary>
    /// <param name="rows">Positions, a multiple of 16.</param>
    /// <param name="window">As in the forward.</param>
    /// <param name="queries">[rows, 8] with stride <paramref name="ld"/>, scaled as in the forward.</param>
    /// <param name="keys">[rows, 8] with stride <paramref name="ld"/>.</param>
    /// <param name="ld">Stride of queries and keys.</param>
    /// <param name="dOutput">[rows, 8] with stride <paramref name="ldo"/>.</param>
    /// <param name="ldo">Stride of dOutput.</param>
    /// <param name="keysTransposed">[8, rows].</param>
    /// <param name="valuesTransposed">[8, rows].</param>
    /// <param name="offsets">[rows], from the forward.</param>
    /// <param name="negatedDeltas">[rows]: −Σ dOutput · output.</param>
    /// <param name="dQueries">[8, rows]: gradient by the unscaled scores' query factor.</param>
    /// <param name="dKeys">[8, rows]; in terms of the scaled queries.</param>
    /// <param name="dValues">[8, rows].</param>
    /// <param name="scratch">32 · rows floats.</param>
    public virtual void NarrowAttentionBackward(
        int rows,
        int window,
        float* queries,
        float* keys,
        nint ld,
        float* dOutput,
        nint ldo,
        float* keysTransposed,
        float* valuesTransposed,
        float* offsets,
        float* negatedDeltas,
        float* dQueries,
        float* dKeys,
        float* dValues,
        float* scratch)
    {
        for (nint i = 0; i < rows; i++)
        {
            var q = queries + (i * ld);
            var g = dOutput + (i * ldo);
            for (var j = Math.Max(0, i - window + 1); j <= i; j++)
            {
                var p = Exp2(NarrowScore(rows, keysTransposed + j, q) + offsets[i]);
                var ds = p * (NarrowScore(rows, valuesTransposed + j, g) + negatedDeltas[i]);
                for (nint d = 0; d < NarrowHead; d++)
                {
                    dValues[(d * rows) + j] += p * g[d];
                    dKeys[(d * rows) + j] += ds * q[d];
                    dQueries[(d * rows) + i] += ds * keys[(j * ld) + d];
                }
            }
        }
    }

    private static float NarrowScore(nint stride, float* column, float* row)
    {
        var sum = 0f;
        for (nint d = 0; d < NarrowHead; d++)
        {
            sum += column[d * stride] * row[d];
        }

        return sum;
    }
}
