namespace Composer.Training.Kernels;

/// <content>Norms, activations, rotations, exponentials and the update.</content>
internal abstract unsafe partial class TierKernels
{
    protected const float Log2E = 1.44269504f;

    /// <summary>y = x / √(mean(x²) + ε) · gain, row by row.</summary>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="width">Columns that count; beyond, up to a multiple of 16, x and gain are zero.</param>
    /// <param name="epsilon">Inside the root.</param>
    /// <param name="x">[rows, width].</param>
    /// <param name="gain">[width].</param>
    /// <param name="y">[rows, width].</param>
    /// <param name="ld">Stride of x and y.</param>
    public virtual void Normalize(int rows, int width, float epsilon, float* x, float* gain, float* y, nint ld)
    {
        for (var t = 0; t < rows; t++, x += ld, y += ld)
        {
            var squares = 0f;
            for (nint d = 0; d < width; d++)
            {
                squares += x[d] * x[d];
            }

            var inverse = 1f / MathF.Sqrt((squares / width) + epsilon);
            for (nint d = 0; d < Padded(width); d++)
            {
                y[d] = x[d] * inverse * gain[d];
            }
        }
    }

    /// <summary>The backward of <see cref="Normalize"/>: dx and dgain accumulate.</summary>
    /// <remarks>With r = 1/√(mean(x²) + ε): dx += r·g·dy − x·r³·mean(g·dy·x); dg += Σ_t dy·x·r.</remarks>
    public virtual void NormalizeBackward(
        int rows,
        int width,
        float epsilon,
        float* x,
        float* gain,
        float* dy,
        float* dx,
        float* dgain,
        nint ld)
    {
        for (var t = 0; t < rows; t++, x += ld, dy += ld, dx += ld)
        {
            var (squares, dot) = (0f, 0f);
            for (nint d = 0; d < width; d++)
            {
                squares += x[d] * x[d];
                dot += x[d] * gain[d] * dy[d];
            }

            var inverse = 1f / MathF.Sqrt((squares / width) + epsilon);
            var pull = -inverse * inverse * inverse * dot / width;
            for (nint d = 0; d < Padded(width); d++)
            {
                dx[d] += (inverse * gain[d] * dy[d]) + (pull * x[d]);
                dgain[d] += dy[d] * x[d] * inverse;
            }
        }
    }

    /// <summary>h = silu(gate) · up with gate|up in one row: gate at 0, up at <paramref name="width"/>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Columns of h, a multiple of 16.</param>
    /// <param name="gateUp">[rows, 2·width].</param>
    /// <param name="ldg">Stride of gateUp.</param>
    /// <param name="h">[rows, width].</param>
    /// <param name="ldh">Stride of h.</param>
    public virtual void SwiGlu(int rows, int width, float* gateUp, nint ldg, float* h, nint ldh)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, h += ldh)
        {
            for (nint f = 0; f < width; f++)
            {
                h[f] = gateUp[f] / (1f + MathF.Exp(-gateUp[f])) * gateUp[width + f];
            }
        }
    }

    /// <summary>
    /// The backward of <see cref="SwiGlu"/> in place: gateUp becomes its gradient, and dh becomes h once more, so
    /// that nobody need keep it.
    /// </summary>
    public virtual void SwiGluBackward(int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, dh += ldh)
        {
            for (nint f = 0; f < width; f++)
            {
                var (gate, up, d) = (gateUp[f], gateUp[width + f], dh[f]);
                var sigmoid = 1f / (1f + MathF.Exp(-gate));
                var silu = gate * sigmoid;
                gateUp[width + f] = d * silu;
                gateUp[f] = d * up * (sigmoid + (silu * (1f - sigmoid)));
                dh[f] = silu * up;
            }
        }
    }

    /// <summary>y = x · Φ(x), the exact GELU; count a multiple of 16.</summary>
    public virtual void Gelu(float* x, float* y, nint count)
    {
        for (nint i = 0; i < count; i++)
        {
            y[i] = x[i] * NormalCumulative(x[i], out _);
        }
    }

    /// <summary>dy becomes dx: dx = dy · (Φ(x) + x·φ(x)); count a multiple of 16.</summary>
    public virtual void GeluBackward(float* x, float* dy, nint count)
    {
        for (nint i = 0; i < count; i++)
        {
            var cumulative = NormalCumulative(x[i], out var density);
            dy[i] *= cumulative + (x[i] * density);
        }
    }

    /// <summary>Rotates pairs (i, i + headSize/2) of each head by the position's angle, and scales.</summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headSize">Even; features of a head that are rotated.</param>
    /// <param name="headStride">Distance of two heads.</param>
    /// <param name="x">[rows, heads, headStride], in place.</param>
    /// <param name="ld">Stride of x.</param>
    /// <param name="cosine">[rows, headSize/2].</param>
    /// <param name="sine">[rows, headSize/2].</param>
    /// <param name="scale">Factor of the result.</param>
    /// <param name="direction">1 rotates, −1 rotates back (the backward).</param>
    public virtual void Rotate(
        int rows,
        int heads,
        int headSize,
        int headStride,
        float* x,
        nint ld,
        float* cosine,
        float* sine,
        float scale,
        float direction)
    {
        var half = headSize / 2;
        for (var t = 0; t < rows; t++, x += ld, cosine += half, sine += half)
        {
            for (nint h = 0; h < heads; h++)
            {
                var head = x + (h * headStride);
                for (nint i = 0; i < half; i++)
                {
                    var (c, s) = (cosine[i] * scale, sine[i] * scale * direction);
                    var (a, b) = (head[i], head[half + i]);
                    head[i] = (a * c) - (b * s);
                    head[half + i] = (a * s) + (b * c);
                }
            }
        }
    }

    /// <summary>negated[h, t] = −Σ_d a[t, h, d] · b[t, h, d].</summary>
    /// <param name="rows">Positions.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headStride">Features of a head, a multiple of 8.</param>
    /// <param name="a">[rows, heads, headStride].</param>
    /// <param name="lda">Stride of a.</param>
    /// <param name="b">[rows, heads, headStride].</param>
    /// <param name="ldb">Stride of b.</param>
    /// <param name="negated">[heads, rows].</param>
    public virtual void NegatedHeadDots(int rows, int heads, int headStride, float* a, nint lda, float* b, nint ldb, float* negated)
    {
        for (nint t = 0; t < rows; t++, a += lda, b += ldb)
        {
            for (nint h = 0; h < heads; h++)
            {
                var sum = 0f;
                for (nint d = 0; d < headStride; d++)
                {
                    sum += a[(h * headStride) + d] * b[(h * headStride) + d];
                }

                negated[(h * rows) + t] = -sum;
            }
        }
    }

    /// <summary>z = 2^(base·(z − max z)), zero from count up to the multiple of 16.</summary>
    /// <param name="z">[count], with room up to <paramref name="padded"/>.</param>
    /// <param name="count">Elements that count, at least 1.</param>
    /// <param name="padded">Elements that are written, a multiple of 16; zeros from count on.</param>
    /// <param name="exponentScale">1 where z is in powers of 2, log₂e where it is in nats.</param>
    /// <param name="maximum">The greatest z.</param>
    /// <returns>The sum of the results.</returns>
    public virtual float Exponentials(float* z, int count, int padded, float exponentScale, out float maximum)
    {
        maximum = float.NegativeInfinity;
        for (nint i = 0; i < count; i++)
        {
            maximum = MathF.Max(maximum, z[i]);
        }

        var sum = 0f;
        for (nint i = 0; i < count; i++)
        {
            z[i] = Exp2((z[i] - maximum) * exponentScale);
            sum += z[i];
        }

        new Span<float>(z + count, padded - count).Clear();
        return sum;
    }

    /// <summary>p = 2^(s + offset) in place of s; ds = p · (dp + negatedDelta) in place of dp; zeros from count on.</summary>
    /// <param name="s">[count], room up to <paramref name="padded"/>; scores in powers of 2.</param>
    /// <param name="dp">[count], likewise.</param>
    /// <param name="count">Elements that count.</param>
    /// <param name="padded">Elements that are written, a multiple of 16.</param>
    /// <param name="offset">Minus the logarithm of the row's sum, base 2.</param>
    /// <param name="negatedDelta">−Σ p · dp.</param>
    public virtual void SoftmaxBackward(float* s, float* dp, int count, int padded, float offset, float negatedDelta)
    {
        for (nint i = 0; i < count; i++)
        {
            s[i] = Exp2(s[i] + offset);
            dp[i] = s[i] * (dp[i] + negatedDelta);
        }

        new Span<float>(s + count, padded - count).Clear();
        new Span<float>(dp + count, padded - count).Clear();
    }

    /// <summary>One AdamW update of a range, a multiple of 16 elements.</summary>
    public virtual void Update(float* parameter, float* gradient, float* first, float* second, nint count, in AdamWCoefficients c)
    {
        for (nint i = 0; i < count; i++)
        {
            var g = gradient[i] * c.GradientScale;
            first[i] = (c.Beta1 * first[i]) + (c.OneMinusBeta1 * g);
            second[i] = (c.Beta2 * second[i]) + (c.OneMinusBeta2 * g * g);
            parameter[i] = (parameter[i] * c.Keep)
                - (c.Rate * first[i] / (MathF.Sqrt(second[i] * c.SecondCorrection) + c.Epsilon));
        }
    }

    protected static int Padded(int width) => (width + Granule - 1) / Granule * Granule;

    private static float Exp2(float x) => MathF.Pow(2f, x);

    // Abramowitz and Stegun 7.1.26, |error| < 1.5e-7; the density shares its exponential.
    private static float NormalCumulative(float x, out float density)
    {
        var exponential = MathF.Exp(-0.5f * x * x);
        density = 0.39894228f * exponential;
        var t = 1f / (1f + (0.3275911f * 0.70710678f * MathF.Abs(x)));
        var tail = 0.5f * exponential * t
            * (0.254829592f + (t * (-0.284496736f + (t * (1.421413741f + (t * (-1.453152027f + (t * 1.061405429f))))))));
        return x < 0 ? tail : 1f - tail;
    }
}
