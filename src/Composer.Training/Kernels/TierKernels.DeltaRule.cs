namespace Composer.Training.Kernels;

/// <content>What the gated delta rule (Yang, Kautz and Hatamizadeh 2024) takes beside products.</content>
internal abstract unsafe partial class TierKernels
{
    /// <summary>Rows of a triangular system that are solved in registers.</summary>
    public const int SolveRows = 8;

    /// <summary>x becomes x / √(Σ x² + ε), each head of each row by itself.</summary>
    /// <param name="rows">Rows of x.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 16; padding is zero.</param>
    /// <param name="epsilon">Inside the root.</param>
    /// <param name="x">[rows, heads, headStride], in place.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="inverses">[rows, heads]: what each was multiplied by.</param>
    public virtual void NormalizeHeads(int rows, int heads, int headStride, float epsilon, float* x, nint ldx, float* inverses)
    {
        for (nint t = 0; t < rows; t++)
        {
            for (nint h = 0; h < heads; h++)
            {
                var head = x + (t * ldx) + (h * headStride);
                var squares = 0f;
                for (nint d = 0; d < headStride; d++)
                {
                    squares += head[d] * head[d];
                }

                var inverse = 1f / MathF.Sqrt(squares + epsilon);
                inverses[(t * heads) + h] = inverse;
                for (nint d = 0; d < headStride; d++)
                {
                    head[d] *= inverse;
                }
            }
        }
    }

    /// <summary>The backward of <see cref="NormalizeHeads"/>: dy becomes dx = r · (dy − y · ⟨y, dy⟩).</summary>
    public virtual void NormalizeHeadsBackward(
        int rows, int heads, int headStride, float* y, nint ldy, float* inverses, float* dy, nint lddy)
    {
        for (nint t = 0; t < rows; t++)
        {
            for (nint h = 0; h < heads; h++)
            {
                var head = y + (t * ldy) + (h * headStride);
                var dHead = dy + (t * lddy) + (h * headStride);
                var dot = 0f;
                for (nint d = 0; d < headStride; d++)
                {
                    dot += head[d] * dHead[d];
                }

                for (nint d = 0; d < headStride; d++)
                {
                    dHead[d] = inverses[(t * heads) + h] * (dHead[d] - (head[d] * dot));
                }
            }
        }
    }

    /// <summary>y = x / √(mean(x²) + ε) · gain · silu(gate), each head of each row by itself.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headSize">Features of a head that count; beyond, x and gain are zero.</param>
    /// <param name="headStride">Distance of two heads, a multiple of 16.</param>
    /// <param name="epsilon">Inside the root.</param>
    /// <param name="x">[rows, heads, headStride].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="gain">[headStride], the same for every head.</param>
    /// <param name="gate">[rows, heads, headStride].</param>
    /// <param name="ldg">Stride of the gate.</param>
    /// <param name="y">[rows, heads, headStride], overwritten.</param>
    /// <param name="ldy">Stride of y.</param>
    public virtual void NormalizeGatedHeads(
        int rows,
        int heads,
        int headSize,
        int headStride,
        float epsilon,
        float* x,
        nint ldx,
        float* gain,
        float* gate,
        nint ldg,
        float* y,
        nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, gate += ldg, y += ldy)
        {
            for (nint h = 0; h < heads * headStride; h += headStride)
            {
                var squares = 0f;
                for (nint d = 0; d < headStride; d++)
                {
                    squares += x[h + d] * x[h + d];
                }

                var inverse = 1f / MathF.Sqrt((squares / headSize) + epsilon);
                for (nint d = 0; d < headStride; d++)
                {
                    y[h + d] = x[h + d] * inverse * gain[d] * (gate[h + d] / (1f + MathF.Exp(-gate[h + d])));
                }
            }
        }
    }

    /// <summary>
    /// The backward of <see cref="NormalizeGatedHeads"/>: dy becomes y once more, so that nobody need keep it; dx and dgate are
    /// overwritten, dgain accumulates.
    /// </summary>
    /// <remarks>
    /// With r = 1/√(mean(x²) + ε), s = silu(gate), e = gain·s·dy: dx = r·e − x·r³·mean(e·x), dgate = dy·x·r·gain·silu′(gate),
    /// dgain += Σ dy·x·r·s.
    /// </remarks>
    public virtual void NormalizeGatedHeadsBackward(
        int rows,
        int heads,
        int headSize,
        int headStride,
        float epsilon,
        float* x,
        nint ldx,
        float* gain,
        float* gate,
        nint ldg,
        float* dy,
        nint lddy,
        float* dx,
        nint lddx,
        float* dgate,
        nint lddg,
        float* dgain)
    {
        for (var t = 0; t < rows; t++, x += ldx, gate += ldg, dy += lddy, dx += lddx, dgate += lddg)
        {
            for (nint h = 0; h < heads * headStride; h += headStride)
            {
                var (squares, dot) = (0f, 0f);
                for (nint d = 0; d < headStride; d++)
                {
                    var silu = gate[h + d] / (1f + MathF.Exp(-gate[h + d]));
                    squares += x[h + d] * x[h + d];
                    dot += x[h + d] * gain[d] * silu * dy[h + d];
                }

                var inverse = 1f / MathF.Sqrt((squares / headSize) + epsilon);
                var pull = -inverse * inverse * inverse * dot / headSize;
                for (nint d = 0; d < headStride; d++)
                {
                    var sigmoid = 1f / (1f + MathF.Exp(-gate[h + d]));
                    var silu = gate[h + d] * sigmoid;
                    var (normed, own) = (x[h + d] * inverse, dy[h + d]);
                    dgain[d] += own * normed * silu;
                    dgate[h + d] = own * normed * gain[d] * (sigmoid + (silu * (1f - sigmoid)));
                    dx[h + d] = (inverse * gain[d] * silu * own) + (pull * x[h + d]);
                    dy[h + d] = normed * gain[d] * silu;
                }
            }
        }
    }

    /// <summary>
    /// decays[t] = Σ log₂ α over the rows of its chunk up to t, where log α = −exp(logRate) · softplus(a + bias); betas = σ(b).
    /// </summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Heads, padded to a multiple of 16.</param>
    /// <param name="chunk">Rows after which sums begin anew.</param>
    /// <param name="x">[rows, a|b], each as wide as <paramref name="width"/>.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="bias">[width].</param>
    /// <param name="logRate">[width].</param>
    /// <param name="decays">[rows, width].</param>
    /// <param name="betas">[rows, width].</param>
    public virtual void DeltaGates(
        int rows, int width, int chunk, float* x, nint ldx, float* bias, float* logRate, float* decays, float* betas)
    {
        for (nint h = 0; h < width; h++)
        {
            var rate = -MathF.Exp(logRate[h]) * Log2E;
            var sum = 0f;
            for (nint t = 0; t < rows; t++)
            {
                sum = (t % chunk == 0 ? 0f : sum) + (rate * Softplus(x[(t * ldx) + h] + bias[h]));
                decays[(t * width) + h] = sum;
                betas[(t * width) + h] = 1f / (1f + MathF.Exp(-x[(t * ldx) + width + h]));
            }
        }
    }

    /// <summary>The backward of <see cref="DeltaGates"/>; the gradients of bias and logRate accumulate.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Heads, padded to a multiple of 16.</param>
    /// <param name="x">As in the forward.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="bias">[width].</param>
    /// <param name="logRate">[width].</param>
    /// <param name="dLogs">[rows, width]: gradient by each row's own log α, natural.</param>
    /// <param name="betaDots">[rows, width]: β times the gradient by β.</param>
    /// <param name="dx">[rows, a|b], overwritten.</param>
    /// <param name="lddx">Stride of dx.</param>
    /// <param name="dbias">[width].</param>
    /// <param name="dlogRate">[width].</param>
    public virtual void DeltaGatesBackward(
        int rows,
        int width,
        float* x,
        nint ldx,
        float* bias,
        float* logRate,
        float* dLogs,
        float* betaDots,
        float* dx,
        nint lddx,
        float* dbias,
        float* dlogRate)
    {
        for (nint h = 0; h < width; h++)
        {
            var rate = -MathF.Exp(logRate[h]);
            var (biasSum, rateSum) = (0f, 0f);
            for (nint t = 0; t < rows; t++)
            {
                var a = x[(t * ldx) + h] + bias[h];
                var d = dLogs[(t * width) + h] * rate;
                var da = d / (1f + MathF.Exp(-a));
                dx[(t * lddx) + h] = da;
                dx[(t * lddx) + width + h] = betaDots[(t * width) + h] / (1f + MathF.Exp(x[(t * ldx) + width + h]));
                biasSum += da;
                rateSum += d * Softplus(a);
            }

            dbias[h] += biasSum;
            dlogRate[h] += rateSum;
        }
    }

    /// <summary>mask[t, j] = 2^(logs[t] − logs[j]) where j ≤ t, else 0; factors[t] = 2^logs[t]. No exponent is above 0.</summary>
    /// <param name="rows">Of a chunk, a multiple of 16.</param>
    /// <param name="logs">[rows], at most 0 and never rising.</param>
    /// <param name="factors">[rows].</param>
    /// <param name="mask">[rows, rows].</param>
    public virtual void DecayMask(int rows, float* logs, float* factors, float* mask)
    {
        for (nint t = 0; t < rows; t++, mask += rows)
        {
            factors[t] = Exp2(logs[t]);
            for (nint j = 0; j < rows; j++)
            {
                mask[j] = j <= t ? Exp2(logs[t] - logs[j]) : 0f;
            }
        }
    }

    /// <summary>inclusive[t, j] *= mask[t, j]; strict[t, j] *= −betas[t] · mask[t, j] where j &lt; t, else it becomes 0.</summary>
    /// <param name="rows">Of a chunk, a multiple of 16.</param>
    /// <param name="mask">[rows, rows], zero above the diagonal.</param>
    /// <param name="betas">[rows].</param>
    /// <param name="strict">[rows, rows], in place.</param>
    /// <param name="inclusive">[rows, rows], in place.</param>
    public virtual void MaskScores(int rows, float* mask, float* betas, float* strict, float* inclusive)
    {
        for (nint t = 0; t < rows; t++, mask += rows, strict += rows, inclusive += rows)
        {
            for (nint j = 0; j < rows; j++)
            {
                inclusive[j] *= mask[j];
                strict[j] *= -betas[t] * mask[j];
            }

            strict[t] = 0f;
        }
    }

    /// <summary>y[t] = factors[t] · x[t].</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="factors">[rows].</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="y">[rows, columns], overwritten; may be x.</param>
    /// <param name="ldy">Stride of y.</param>
    public virtual void ScaleRows(int rows, int columns, float* factors, float* x, nint ldx, float* y, nint ldy)
    {
        for (nint t = 0; t < rows; t++)
        {
            for (nint n = 0; n < columns; n++)
            {
                y[(t * ldy) + n] = factors[t] * x[(t * ldx) + n];
            }
        }
    }

    /// <summary>y becomes (I − l)⁻¹ · y, from the first row to the last.</summary>
    /// <param name="rows">A multiple of 8.</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="l">[rows, rows]; what is below the diagonal counts.</param>
    /// <param name="ldl">Stride of l.</param>
    /// <param name="y">[rows, columns], in place.</param>
    /// <param name="ldy">Stride of y.</param>
    public void SolveLower(int rows, int columns, float* l, nint ldl, float* y, nint ldy)
    {
        for (var first = 0; first < rows; first += SolveRows)
        {
            var block = l + (first * ldl);
            var own = y + (first * ldy);
            if (first > 0)
            {
                Multiply(SolveRows, first, columns, block, ldl, y, ldy, PanelWidth, own, ldy, own);
            }

            SolveLowerBlock(columns, block + first, ldl, own, ldy);
        }
    }

    /// <summary>The backward of <see cref="SolveLower"/>: y becomes (I − lᵀ)⁻¹ · y, from the last row to the first.</summary>
    public void SolveUpper(int rows, int columns, float* l, nint ldl, float* y, nint ldy)
    {
        for (var first = rows - SolveRows; first >= 0; first -= SolveRows)
        {
            var end = first + SolveRows;
            var own = y + (first * ldy);
            if (end < rows)
            {
                AccumulateTransposed(
                    rows - end, SolveRows, columns, l + (end * ldl) + first, ldl, y + (end * ldy), ldy, own, ldy, PanelWidth);
            }

            SolveUpperBlock(columns, l + (first * ldl) + first, ldl, own, ldy);
        }
    }

    /// <summary>One position of one head: state = α · (I − β k kᵀ) · state + β k vᵀ, output = qᵀ · state.</summary>
    /// <param name="headSize">Rows of the state.</param>
    /// <param name="columns">Of the state, a multiple of 16.</param>
    /// <param name="alpha">The decay.</param>
    /// <param name="beta">How much of what the key says is replaced.</param>
    /// <param name="query">[headSize].</param>
    /// <param name="key">[headSize].</param>
    /// <param name="value">[columns].</param>
    /// <param name="state">[headSize, columns], in place.</param>
    /// <param name="output">[columns], overwritten.</param>
    public virtual void DeltaStep(
        int headSize, int columns, float alpha, float beta, float* query, float* key, float* value, float* state, float* output)
    {
        for (nint n = 0; n < columns; n++)
        {
            var said = 0f;
            for (nint i = 0; i < headSize; i++)
            {
                said += key[i] * state[(i * columns) + n];
            }

            var change = beta * (value[n] - (alpha * said));
            var sum = 0f;
            for (nint i = 0; i < headSize; i++)
            {
                var own = (alpha * state[(i * columns) + n]) + (key[i] * change);
                state[(i * columns) + n] = own;
                sum += query[i] * own;
            }

            output[n] = sum;
        }
    }

    /// <summary>Eight rows of <see cref="SolveLower"/>, what is before them done.</summary>
    protected virtual void SolveLowerBlock(int columns, float* l, nint ldl, float* y, nint ldy)
    {
        for (nint t = 1; t < SolveRows; t++)
        {
            for (nint n = 0; n < columns; n++)
            {
                var sum = y[(t * ldy) + n];
                for (nint j = 0; j < t; j++)
                {
                    sum += l[(t * ldl) + j] * y[(j * ldy) + n];
                }

                y[(t * ldy) + n] = sum;
            }
        }
    }

    /// <summary>Eight rows of <see cref="SolveUpper"/>, what is after them done.</summary>
    protected virtual void SolveUpperBlock(int columns, float* l, nint ldl, float* y, nint ldy)
    {
        for (nint t = SolveRows - 2; t >= 0; t--)
        {
            for (nint n = 0; n < columns; n++)
            {
                var sum = y[(t * ldy) + n];
                for (nint j = t + 1; j < SolveRows; j++)
                {
                    sum += l[(j * ldl) + t] * y[(j * ldy) + n];
                }

                y[(t * ldy) + n] = sum;
            }
        }
    }
}
