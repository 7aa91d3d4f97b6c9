namespace Composer.Training.Kernels;

/// <content>Short causal convolutions, each channel its own, and what stands around them: gates and SiLU.</content>
internal abstract unsafe partial class TierKernels
{
    /// <summary>Taps of a convolution at most: as many rows as stay in registers.</summary>
    public const int MostTaps = 4;

    /// <summary>Rows whose terms of a tap's gradient are summed before the sum goes to memory.</summary>
    protected const int TapBlock = 64;

    /// <summary>y[t, c] = Σ_j w[j, c] · x[t − (taps − 1) + j, c] (+ bias[c]): causal, each channel its own.</summary>
    /// <param name="rows">Rows of x and y, at least 1.</param>
    /// <param name="channels">Columns, a multiple of 16.</param>
    /// <param name="taps">1 … <see cref="MostTaps"/>; the last is the row's own.</param>
    /// <param name="x">[rows, channels].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="history">[taps − 1, channels], the rows before x, the latest last; null for zeros.</param>
    /// <param name="ldh">Stride of the history.</param>
    /// <param name="w">[taps, channels].</param>
    /// <param name="ldw">Stride of w.</param>
    /// <param name="bias">[channels] or null.</param>
    /// <param name="y">[rows, channels], overwritten; may be x.</param>
    /// <param name="ldy">Stride of y.</param>
    public virtual void Convolve(
        int rows,
        int channels,
        int taps,
        float* x,
        nint ldx,
        float* history,
        nint ldh,
        float* w,
        nint ldw,
        float* bias,
        float* y,
        nint ldy)
    {
        for (nint c = 0; c < channels; c++)
        {
            var (w0, w1, w2, w3) = (Tap(w + c, ldw, taps, 4), Tap(w + c, ldw, taps, 3), Tap(w + c, ldw, taps, 2), w[((taps - 1) * ldw) + c]);
            var (a, b, before) = history == null
                ? (0f, 0f, 0f)
                : (Tap(history + c, ldh, taps - 1, 3), Tap(history + c, ldh, taps - 1, 2), Tap(history + c, ldh, taps - 1, 1));
            var add = bias == null ? 0f : bias[c];
            for (nint t = 0; t < rows; t++)
            {
                var own = x[(t * ldx) + c];
                y[(t * ldy) + c] = add + (w0 * a) + (w1 * b) + (w2 * before) + (w3 * own);
                (a, b, before) = (b, before, own);
            }
        }
    }

    /// <summary>
    /// The backward of <see cref="Convolve"/> without history: dx[t, c] = Σ_j w[j, c] · dy[t + (taps − 1) − j, c], while dw and
    /// dbias accumulate, over time in blocks of 64 rows.
    /// </summary>
    /// <param name="rows">Rows of x, dy and dx, at least 1.</param>
    /// <param name="channels">Columns, a multiple of 16.</param>
    /// <param name="taps">1 … <see cref="MostTaps"/>.</param>
    /// <param name="x">[rows, channels], as in the forward.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="w">[taps, channels].</param>
    /// <param name="ldw">Stride of w and dw.</param>
    /// <param name="dy">[rows, channels].</param>
    /// <param name="lddy">Stride of dy.</param>
    /// <param name="dx">[rows, channels], overwritten; may be dy.</param>
    /// <param name="lddx">Stride of dx.</param>
    /// <param name="dw">[taps, channels].</param>
    /// <param name="dbias">[channels] or null.</param>
    public virtual void ConvolveBackward(
        int rows,
        int channels,
        int taps,
        float* x,
        nint ldx,
        float* w,
        nint ldw,
        float* dy,
        nint lddy,
        float* dx,
        nint lddx,
        float* dw,
        float* dbias)
    {
        for (nint c = 0; c < channels; c++)
        {
            for (nint first = 0; first < rows; first += TapBlock)
            {
                var end = Math.Min(rows, first + TapBlock);
                for (nint j = 0; j < taps; j++)
                {
                    var back = taps - 1 - j;
                    var sum = 0f;
                    for (var t = Math.Max(first, back); t < end; t++)
                    {
                        sum += dy[(t * lddy) + c] * x[((t - back) * ldx) + c];
                    }

                    dw[(j * ldw) + c] += sum;
                }

                var biasSum = 0f;
                for (var t = first; t < end && dbias != null; t++)
                {
                    biasSum += dy[(t * lddy) + c];
                }

                if (dbias != null)
                {
                    dbias[c] += biasSum;
                }
            }

            for (nint t = 0; t < rows; t++)
            {
                var sum = 0f;
                for (nint j = taps - 1; j >= 0; j--)
                {
                    var source = t + taps - 1 - j;
                    sum += source < rows ? w[(j * ldw) + c] * dy[(source * lddy) + c] : 0f;
                }

                dx[(t * lddx) + c] = sum;
            }
        }
    }

    /// <summary>y = gate · x, row by row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Columns, a multiple of 16.</param>
    /// <param name="gate">[rows, width].</param>
    /// <param name="ldg">Stride of the gate.</param>
    /// <param name="x">[rows, width].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="y">[rows, width], overwritten; may be the gate or x.</param>
    /// <param name="ldy">Stride of y.</param>
    public virtual void Gate(int rows, int width, float* gate, nint ldg, float* x, nint ldx, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, gate += ldg, x += ldx, y += ldy)
        {
            for (nint f = 0; f < width; f++)
            {
                y[f] = gate[f] * x[f];
            }
        }
    }

    /// <summary>
    /// The backward of <see cref="Gate"/> in place: gate and x become their gradients, and dy becomes y once more, so that
    /// nobody need keep it.
    /// </summary>
    public virtual void GateBackward(int rows, int width, float* gate, nint ldg, float* x, nint ldx, float* dy, nint lddy)
    {
        for (var t = 0; t < rows; t++, gate += ldg, x += ldx, dy += lddy)
        {
            for (nint f = 0; f < width; f++)
            {
                var (g, a, d) = (gate[f], x[f], dy[f]);
                gate[f] = d * a;
                x[f] = d * g;
                dy[f] = g * a;
            }
        }
    }

    /// <summary>y = silu(x) = x / (1 + e^−x), row by row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Columns, a multiple of 16.</param>
    /// <param name="x">[rows, width].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="y">[rows, width], overwritten; may be x.</param>
    /// <param name="ldy">Stride of y.</param>
    public virtual void Silu(int rows, int width, float* x, nint ldx, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, y += ldy)
        {
            for (nint f = 0; f < width; f++)
            {
                y[f] = x[f] / (1f + MathF.Exp(-x[f]));
            }
        }
    }

    /// <summary>The backward of <see cref="Silu"/>: dy becomes dx = dy · silu′(x).</summary>
    public virtual void SiluBackward(int rows, int width, float* x, nint ldx, float* dy, nint lddy)
    {
        for (var t = 0; t < rows; t++, x += ldx, dy += lddy)
        {
            for (nint f = 0; f < width; f++)
            {
                var sigmoid = 1f / (1f + MathF.Exp(-x[f]));
                dy[f] *= sigmoid + (x[f] * sigmoid * (1f - sigmoid));
            }
        }
    }

    // Of the rows of a column the one so far before the end; 0 where there is none.
    private static float Tap(float* column, nint ld, int rows, int fromEnd) => rows >= fromEnd ? column[(rows - fromEnd) * ld] : 0f;
}
