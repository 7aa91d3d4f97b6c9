namespace Composer.Training.Kernels;

/// <content>
/// State-space models of scalar decays (Mamba-2; Dao &amp; Gu 2024): what is no product in their chunked form. Heads lie side
/// by side in a row, each as wide as a multiple of 16; a state [N, heads] lies in panels of 32 columns.
/// </content>
internal abstract unsafe partial class TierKernels
{
    /// <summary>Step sizes Δ = softplus(x + bias), and the logarithms of their decays, −rate · Δ, summed up within a chunk.</summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Columns; up to a multiple of 16 all arrays are read and written.</param>
    /// <param name="chunk">Rows after which the sums begin again.</param>
    /// <param name="x">[rows, heads].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="bias">[heads].</param>
    /// <param name="rates">[heads], not negative.</param>
    /// <param name="steps">[rows, heads], overwritten.</param>
    /// <param name="decays">[rows, heads], overwritten: at most 0, falling within a chunk.</param>
    /// <param name="ld">Stride of steps and decays.</param>
    public virtual void StepSizes(
        int rows, int heads, int chunk, float* x, nint ldx, float* bias, float* rates, float* steps, float* decays, nint ld)
    {
        for (nint h = 0; h < Padded(heads); h++)
        {
            var sum = 0f;
            for (var t = 0; t < rows; t++)
            {
                var step = Softplus(x[(t * ldx) + h] + bias[h]);
                sum = (t % chunk == 0 ? 0f : sum) - (rates[h] * step);
                steps[(t * ld) + h] = step;
                decays[(t * ld) + h] = sum;
            }
        }
    }

    /// <summary>The backward of <see cref="StepSizes"/>: the gradients of bias and of log rate accumulate.</summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Columns, likewise up to a multiple of 16, where gradients are zero.</param>
    /// <param name="chunk">As in the forward.</param>
    /// <param name="x">[rows, heads], as in the forward.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="bias">[heads].</param>
    /// <param name="rates">[heads].</param>
    /// <param name="steps">[rows, heads], from the forward.</param>
    /// <param name="dSteps">[rows, heads].</param>
    /// <param name="dDecays">[rows, heads].</param>
    /// <param name="ld">Stride of steps, dSteps and dDecays.</param>
    /// <param name="dx">[rows, heads], overwritten.</param>
    /// <param name="lddx">Stride of dx.</param>
    /// <param name="dBias">[heads].</param>
    /// <param name="dLogRates">[heads]: the gradient of the logarithm of a rate.</param>
    public virtual void StepSizesBackward(
        int rows,
        int heads,
        int chunk,
        float* x,
        nint ldx,
        float* bias,
        float* rates,
        float* steps,
        float* dSteps,
        float* dDecays,
        nint ld,
        float* dx,
        nint lddx,
        float* dBias,
        float* dLogRates)
    {
        for (nint h = 0; h < Padded(heads); h++)
        {
            var later = 0f;
            for (var t = rows - 1; t >= 0; t--)
            {
                later = (t % chunk == chunk - 1 ? 0f : later) + dDecays[(t * ld) + h];
                var dDecay = -rates[h] * later;
                var d = (dSteps[(t * ld) + h] + dDecay) / (1f + MathF.Exp(-(x[(t * ldx) + h] + bias[h])));
                dx[(t * lddx) + h] = d;
                dBias[h] += d;
                dLogRates[h] += dDecay * steps[(t * ld) + h];
            }
        }
    }

    /// <summary>What decays leave from a chunk's beginning to a row, e^decay, and from a row to the last one.</summary>
    /// <param name="rows">Of the chunk, at least 1.</param>
    /// <param name="heads">Columns; all arrays have room for a multiple of 16.</param>
    /// <param name="decays">[rows, heads], as <see cref="StepSizes"/> sums them.</param>
    /// <param name="fromStart">[rows, heads], overwritten.</param>
    /// <param name="toEnd">[rows, heads], overwritten.</param>
    /// <param name="ld">Stride of all three.</param>
    public virtual void DecayFactors(int rows, int heads, float* decays, float* fromStart, float* toEnd, nint ld)
    {
        var last = decays + ((rows - 1) * ld);
        for (var t = 0; t < rows; t++, decays += ld, fromStart += ld, toEnd += ld)
        {
            for (nint h = 0; h < heads; h++)
            {
                fromStart[h] = MathF.Exp(decays[h]);
                toEnd[h] = MathF.Exp(last[h] - decays[h]);
            }
        }
    }

    /// <summary>y[t, h, ·] = factors[t, h] · x[t, h, ·].</summary>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 16.</param>
    /// <param name="x">[rows, heads, headStride].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="factors">[rows, heads].</param>
    /// <param name="ldf">Stride of the factors; 0 for the same in each row.</param>
    /// <param name="y">[rows, heads, headStride], overwritten; may be x.</param>
    /// <param name="ldy">Stride of y.</param>
    public virtual void ScaleHeads(
        int rows, int heads, int headStride, float* x, nint ldx, float* factors, nint ldf, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, y += ldy, factors += ldf)
        {
            for (nint h = 0; h < heads; h++)
            {
                for (nint d = h * headStride; d < (h + 1) * headStride; d++)
                {
                    y[d] = factors[h] * x[d];
                }
            }
        }
    }

    /// <summary>y[t, h, ·] += factors[t, h] · x[t, h, ·]; see <see cref="ScaleHeads"/>.</summary>
    public virtual void AddScaledHeads(
        int rows, int heads, int headStride, float* x, nint ldx, float* factors, nint ldf, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, y += ldy, factors += ldf)
        {
            for (nint h = 0; h < heads; h++)
            {
                for (nint d = h * headStride; d < (h + 1) * headStride; d++)
                {
                    y[d] += factors[h] * x[d];
                }
            }
        }
    }

    /// <summary>weights[t, s] = scores[t, s] · e^(decays[t] − decays[s]) where s ≤ t, else 0: no exponent is above 0.</summary>
    /// <param name="first">Place in the chunk of the first row; first + rows is a multiple of 16.</param>
    /// <param name="rows">Rows of scores and weights.</param>
    /// <param name="decays">[first + rows], of one head, falling.</param>
    /// <param name="scores">[rows, first + rows].</param>
    /// <param name="lds">Stride of the scores.</param>
    /// <param name="weights">[rows, first + rows], overwritten.</param>
    /// <param name="ldw">Stride of the weights.</param>
    public virtual void DecayWeights(int first, int rows, float* decays, float* scores, nint lds, float* weights, nint ldw)
    {
        for (nint t = first; t < first + rows; t++, scores += lds, weights += ldw)
        {
            for (nint s = 0; s < first + rows; s++)
            {
                weights[s] = s <= t ? scores[s] * MathF.Exp(decays[t] - decays[s]) : 0f;
            }
        }
    }

    /// <summary>
    /// The backward of <see cref="DecayWeights"/> by the scores, which accumulates; the weights come once more, so that
    /// nobody need keep them. What the decays get follows from the sums that the weights are part of.
    /// </summary>
    /// <param name="first">As in the forward.</param>
    /// <param name="rows">As in the forward.</param>
    /// <param name="decays">As in the forward.</param>
    /// <param name="scores">As in the forward.</param>
    /// <param name="weights">[rows, first + rows]: the gradient by them, overwritten with themselves.</param>
    /// <param name="dScores">[rows, first + rows].</param>
    /// <param name="ld">Stride of scores and dScores.</param>
    /// <param name="ldw">Stride of the weights.</param>
    public virtual void DecayWeightsBackward(
        int first, int rows, float* decays, float* scores, float* weights, float* dScores, nint ld, nint ldw)
    {
        for (nint t = first; t < first + rows; t++, scores += ld, dScores += ld, weights += ldw)
        {
            for (nint s = 0; s < first + rows; s++)
            {
                var left = s <= t ? MathF.Exp(decays[t] - decays[s]) : 0f;
                dScores[s] += left * weights[s];
                weights[s] = left * scores[s];
            }
        }
    }

    /// <summary>y[n, h, ·] = factors[h] · x[n, h, ·] of a state in panels.</summary>
    /// <param name="rows">N.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 16.</param>
    /// <param name="panelStride">Distance of two panels of 32 columns.</param>
    /// <param name="x">The state.</param>
    /// <param name="factors">[heads].</param>
    /// <param name="y">Overwritten; may be x.</param>
    public virtual void ScaleState(int rows, int heads, int headStride, nint panelStride, float* x, float* factors, float* y)
    {
        for (nint d = 0; d < (nint)heads * headStride; d++)
        {
            var column = (d / PanelWidth * panelStride) + (d % PanelWidth);
            for (nint n = 0; n < rows; n++)
            {
                y[column + (n * PanelWidth)] = factors[d / headStride] * x[column + (n * PanelWidth)];
            }
        }
    }

    /// <summary>dots[h] += Σ a[·, h, ·] · b[·, h, ·] of two states in panels; see <see cref="ScaleState"/>.</summary>
    public virtual void AddStateDots(int rows, int heads, int headStride, nint panelStride, float* a, float* b, float* dots)
    {
        for (nint h = 0; h < heads; h++)
        {
            var sum = 0f;
            for (var d = h * headStride; d < (h + 1) * headStride; d++)
            {
                var column = (d / PanelWidth * panelStride) + (d % PanelWidth);
                for (nint n = 0; n < rows; n++)
                {
                    sum += a[column + (n * PanelWidth)] * b[column + (n * PanelWidth)];
                }
            }

            dots[h] += sum;
        }
    }

    /// <summary>One position of the recurrence: state = decay · state + b ⊗ (step · x), y = c · state, each head its own.</summary>
    /// <param name="rows">N.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 16.</param>
    /// <param name="panelStride">Distance of two panels of 32 columns.</param>
    /// <param name="decays">[heads], factors.</param>
    /// <param name="steps">[heads].</param>
    /// <param name="x">[heads, headStride].</param>
    /// <param name="b">[N].</param>
    /// <param name="c">[N].</param>
    /// <param name="state">[N, heads] in panels.</param>
    /// <param name="y">[heads, headStride], overwritten.</param>
    public virtual void StepState(
        int rows,
        int heads,
        int headStride,
        nint panelStride,
        float* decays,
        float* steps,
        float* x,
        float* b,
        float* c,
        float* state,
        float* y)
    {
        for (nint d = 0; d < (nint)heads * headStride; d++)
        {
            var column = state + (d / PanelWidth * panelStride) + (d % PanelWidth);
            var (decay, input, sum) = (decays[d / headStride], steps[d / headStride] * x[d], 0f);
            for (nint n = 0; n < rows; n++)
            {
                column[n * PanelWidth] = (decay * column[n * PanelWidth]) + (b[n] * input);
                sum += c[n] * column[n * PanelWidth];
            }

            y[d] = sum;
        }
    }

    /// <summary>
    /// What the inputs x of a recurrence get, whose steps · x flow into states: dx = steps · q + skip · dy, and the steps and
    /// the decays of their logarithms with them.
    /// </summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 16.</param>
    /// <param name="q">[rows, heads, headStride]: the gradient by steps · x.</param>
    /// <param name="dy">[rows, heads, headStride].</param>
    /// <param name="ld">Stride of q and dy.</param>
    /// <param name="skip">[heads].</param>
    /// <param name="x">[rows, heads, headStride], overwritten with dx.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="steps">[rows, heads].</param>
    /// <param name="dSteps">[rows, heads], overwritten with Σ x · q.</param>
    /// <param name="dDecays">[rows, heads]: less steps · Σ x · q.</param>
    /// <param name="lds">Stride of steps, dSteps and dDecays.</param>
    public virtual void StateInputsBackward(
        int rows,
        int heads,
        int headStride,
        float* q,
        float* dy,
        nint ld,
        float* skip,
        float* x,
        nint ldx,
        float* steps,
        float* dSteps,
        float* dDecays,
        nint lds)
    {
        for (var t = 0; t < rows; t++, q += ld, dy += ld, x += ldx, steps += lds, dSteps += lds, dDecays += lds)
        {
            for (nint h = 0; h < heads; h++)
            {
                var sum = 0f;
                for (nint d = h * headStride; d < (h + 1) * headStride; d++)
                {
                    sum += x[d] * q[d];
                    x[d] = (steps[h] * q[d]) + (skip[h] * dy[d]);
                }

                dSteps[h] = sum;
                dDecays[h] -= steps[h] * sum;
            }
        }
    }

    /// <summary>o = rmsnorm((y + skip · x) · silu(z)) · gain, row by row.</summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 16; those of padding are zero.</param>
    /// <param name="width">Features of all heads without padding, of which the mean is taken.</param>
    /// <param name="epsilon">Inside the root.</param>
    /// <param name="y">[rows, heads, headStride].</param>
    /// <param name="ldy">Stride of y and o.</param>
    /// <param name="x">[rows, heads, headStride].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="skip">[heads].</param>
    /// <param name="z">[rows, heads, headStride].</param>
    /// <param name="ldz">Stride of z.</param>
    /// <param name="gain">[heads, headStride].</param>
    /// <param name="o">[rows, heads, headStride], overwritten; may be y.</param>
    public virtual void NormalizeGated(
        int rows,
        int heads,
        int headStride,
        int width,
        float epsilon,
        float* y,
        nint ldy,
        float* x,
        nint ldx,
        float* skip,
        float* z,
        nint ldz,
        float* gain,
        float* o)
    {
        for (var t = 0; t < rows; t++, y += ldy, x += ldx, z += ldz, o += ldy)
        {
            var squares = 0f;
            for (nint d = 0; d < (nint)heads * headStride; d++)
            {
                o[d] = (y[d] + (skip[d / headStride] * x[d])) * z[d] / (1f + MathF.Exp(-z[d]));
                squares += o[d] * o[d];
            }

            var inverse = 1f / MathF.Sqrt((squares / width) + epsilon);
            for (nint d = 0; d < (nint)heads * headStride; d++)
            {
                o[d] *= inverse * gain[d];
            }
        }
    }

    /// <summary>
    /// The backward of <see cref="NormalizeGated"/>: y becomes the gradient by y + skip · x, and dO becomes o once more, so that
    /// nobody need keep it.
    /// </summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head.</param>
    /// <param name="width">As in the forward.</param>
    /// <param name="epsilon">As in the forward.</param>
    /// <param name="y">[rows, heads, headStride], overwritten.</param>
    /// <param name="ldy">Stride of y and dO.</param>
    /// <param name="x">[rows, heads, headStride].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="skip">[heads].</param>
    /// <param name="z">[rows, heads, headStride].</param>
    /// <param name="ldz">Stride of z and dz.</param>
    /// <param name="gain">[heads, headStride].</param>
    /// <param name="dO">[rows, heads, headStride], overwritten.</param>
    /// <param name="dz">[rows, heads, headStride], overwritten; must not be z.</param>
    /// <param name="dots">[rows, heads], overwritten: Σ of the gradient · y.</param>
    /// <param name="ldd">Stride of the dots.</param>
    /// <param name="dGain">[heads, headStride], accumulates.</param>
    /// <param name="dSkip">[heads, headStride], accumulates the gradient · x, still to be summed over a head.</param>
    public virtual void NormalizeGatedBackward(
        int rows,
        int heads,
        int headStride,
        int width,
        float epsilon,
        float* y,
        nint ldy,
        float* x,
        nint ldx,
        float* skip,
        float* z,
        nint ldz,
        float* gain,
        float* dO,
        float* dz,
        float* dots,
        nint ldd,
        float* dGain,
        float* dSkip)
    {
        for (var t = 0; t < rows; t++, y += ldy, x += ldx, z += ldz, dO += ldy, dz += ldz, dots += ldd)
        {
            var (squares, dot) = (0f, 0f);
            for (nint d = 0; d < (nint)heads * headStride; d++)
            {
                dz[d] = 1f / (1f + MathF.Exp(-z[d]));
                var gated = (y[d] + (skip[d / headStride] * x[d])) * z[d] * dz[d];
                squares += gated * gated;
                dot += gated * gain[d] * dO[d];
            }

            var inverse = 1f / MathF.Sqrt((squares / width) + epsilon);
            var pull = -inverse * inverse * inverse * dot / width;
            for (nint h = 0; h < heads; h++)
            {
                var sum = 0f;
                for (nint d = h * headStride; d < (h + 1) * headStride; d++)
                {
                    var sigmoid = dz[d];
                    var (mixed, silu) = (y[d] + (skip[h] * x[d]), z[d] * sigmoid);
                    var gated = mixed * silu;
                    var dGated = (inverse * gain[d] * dO[d]) + (pull * gated);
                    dGain[d] += dO[d] * gated * inverse;
                    dO[d] = gated * inverse * gain[d];
                    dz[d] = dGated * mixed * (sigmoid + (silu * (1f - sigmoid)));
                    var dMixed = dGated * silu;
                    dSkip[d] += dMixed * x[d];
                    sum += dMixed * y[d];
                    y[d] = dMixed;
                }

                dots[h] = sum;
            }
        }
    }

    // log(1 + e^x) as max(x, 0) + 2·artanh(u / (2 + u)) of u = e^−|x|: exact to rounding, small results too.
    private static float Softplus(float x)
    {
        var u = MathF.Exp(-MathF.Abs(x));
        var s = u / (2f + u);
        var q = s * s;
        var p = Artanh15;
        p = (p * q) + Artanh13;
        p = (p * q) + Artanh11;
        p = (p * q) + Artanh9;
        p = (p * q) + Artanh7;
        p = (p * q) + Artanh5;
        p = (p * q) + Artanh3;
        p = (p * q) + 2f;
        return MathF.Max(x, 0f) + (s * p);
    }

    // Twice the coefficients of artanh's series.
    protected const float Artanh3 = 2f / 3f;
    protected const float Artanh5 = 2f / 5f;
    protected const float Artanh7 = 2f / 7f;
    protected const float Artanh9 = 2f / 9f;
    protected const float Artanh11 = 2f / 11f;
    protected const float Artanh13 = 2f / 13f;
    protected const float Artanh15 = 2f / 15f;
}
