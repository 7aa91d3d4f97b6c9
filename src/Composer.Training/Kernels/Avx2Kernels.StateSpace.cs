using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>State-space models of scalar decays.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void StepSizes(
        int rows, int heads, int chunk, float* x, nint ldx, float* bias, float* rates, float* steps, float* decays, nint ld)
    {
        for (nint h = 0; h < Padded(heads); h += Lanes)
        {
            var shift = Vector256.Load(bias + h);
            var rate = Vector256.Load(rates + h);
            var sum = Vector256<float>.Zero;
            for (var t = 0; t < rows; t++)
            {
                if (t % chunk == 0)
                {
                    sum = Vector256<float>.Zero;
                }

                var step = Softplus(Vector256.Load(x + (t * ldx) + h) + shift);
                sum -= rate * step;
                Vector256.Store(step, steps + (t * ld) + h);
                Vector256.Store(sum, decays + (t * ld) + h);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void StepSizesBackward(
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
        for (nint h = 0; h < Padded(heads); h += Lanes)
        {
            var shift = Vector256.Load(bias + h);
            var rate = Vector256.Load(rates + h);
            var later = Vector256<float>.Zero;
            var biasSum = Vector256<float>.Zero;
            var rateSum = Vector256<float>.Zero;
            for (var t = rows - 1; t >= 0; t--)
            {
                if (t % chunk == chunk - 1)
                {
                    later = Vector256<float>.Zero;
                }

                later += Vector256.Load(dDecays + (t * ld) + h);
                var dDecay = -rate * later;
                var d = (Vector256.Load(dSteps + (t * ld) + h) + dDecay) * Sigmoid(Vector256.Load(x + (t * ldx) + h) + shift);
                Vector256.Store(d, dx + (t * lddx) + h);
                biasSum += d;
                rateSum = Vector256.FusedMultiplyAdd(dDecay, Vector256.Load(steps + (t * ld) + h), rateSum);
            }

            Vector256.Store(Vector256.Load(dBias + h) + biasSum, dBias + h);
            Vector256.Store(Vector256.Load(dLogRates + h) + rateSum, dLogRates + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayFactors(int rows, int heads, float* decays, float* fromStart, float* toEnd, nint ld)
    {
        var log2E = Vector256.Create(Log2E);
        for (nint h = 0; h < Padded(heads); h += Lanes)
        {
            var last = Vector256.Load(decays + ((rows - 1) * ld) + h);
            for (var t = 0; t < rows; t++)
            {
                var decay = Vector256.Load(decays + (t * ld) + h);
                Vector256.Store(Exp2(decay * log2E), fromStart + (t * ld) + h);
                Vector256.Store(Exp2((last - decay) * log2E), toEnd + (t * ld) + h);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void ScaleHeads(
        int rows, int heads, int headStride, float* x, nint ldx, float* factors, nint ldf, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, y += ldy, factors += ldf)
        {
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var factor = Vector256.Create(factors[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    Vector256.Store(factor * Vector256.Load(x + d), y + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void AddScaledHeads(
        int rows, int heads, int headStride, float* x, nint ldx, float* factors, nint ldf, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, y += ldy, factors += ldf)
        {
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var factor = Vector256.Create(factors[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    Vector256.Store(Vector256.FusedMultiplyAdd(factor, Vector256.Load(x + d), Vector256.Load(y + d)), y + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayWeights(int first, int rows, float* decays, float* scores, nint lds, float* weights, nint ldw)
    {
        var log2E = Vector256.Create(Log2E);
        var places = Vector256.ConvertToSingle(Vector256<int>.Indices);
        nint width = first + rows;
        for (nint t = first; t < width; t++, scores += lds, weights += ldw)
        {
            var decay = Vector256.Create(decays[t]);
            nint s = 0;
            for (; s + Lanes <= t + 1; s += Lanes)
            {
                Vector256.Store(Vector256.Load(scores + s) * Exp2((decay - Vector256.Load(decays + s)) * log2E), weights + s);
            }

            if (s <= t)
            {
                var left = Exp2(Vector256.MinNative((decay - Vector256.Load(decays + s)) * log2E, Vector256<float>.Zero));
                var seen = Vector256.LessThanOrEqual(places, Vector256.Create((float)(t - s)));
                Vector256.Store(Vector256.ConditionalSelect(seen, Vector256.Load(scores + s) * left, Vector256<float>.Zero), weights + s);
                s += Lanes;
            }

            for (; s < width; s += Lanes)
            {
                Vector256.Store(Vector256<float>.Zero, weights + s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayWeightsBackward(
        int first, int rows, float* decays, float* scores, float* weights, float* dScores, nint ld, nint ldw)
    {
        var log2E = Vector256.Create(Log2E);
        var places = Vector256.ConvertToSingle(Vector256<int>.Indices);
        nint width = first + rows;
        for (nint t = first; t < width; t++, scores += ld, dScores += ld, weights += ldw)
        {
            var decay = Vector256.Create(decays[t]);
            nint s = 0;
            for (; s + Lanes <= t + 1; s += Lanes)
            {
                var left = Exp2((decay - Vector256.Load(decays + s)) * log2E);
                Vector256.Store(Vector256.FusedMultiplyAdd(left, Vector256.Load(weights + s), Vector256.Load(dScores + s)), dScores + s);
                Vector256.Store(left * Vector256.Load(scores + s), weights + s);
            }

            if (s <= t)
            {
                var left = Exp2(Vector256.MinNative((decay - Vector256.Load(decays + s)) * log2E, Vector256<float>.Zero));
                var seen = Vector256.LessThanOrEqual(places, Vector256.Create((float)(t - s)));
                left = Vector256.ConditionalSelect(seen, left, Vector256<float>.Zero);
                Vector256.Store(Vector256.FusedMultiplyAdd(left, Vector256.Load(weights + s), Vector256.Load(dScores + s)), dScores + s);
                Vector256.Store(left * Vector256.Load(scores + s), weights + s);
                s += Lanes;
            }

            for (; s < width; s += Lanes)
            {
                Vector256.Store(Vector256<float>.Zero, weights + s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void ScaleState(int rows, int heads, int headStride, nint panelStride, float* x, float* factors, float* y)
    {
        nint d = 0;
        for (nint h = 0; h < heads; h++)
        {
            var factor = Vector256.Create(factors[h]);
            for (var end = d + headStride; d < end; d += Lanes)
            {
                var column = (d / PanelWidth * panelStride) + (d % PanelWidth);
                for (nint n = 0; n < rows; n++)
                {
                    Vector256.Store(factor * Vector256.Load(x + column + (n * PanelWidth)), y + column + (n * PanelWidth));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void AddStateDots(int rows, int heads, int headStride, nint panelStride, float* a, float* b, float* dots)
    {
        nint d = 0;
        for (nint h = 0; h < heads; h++)
        {
            var sum = Vector256<float>.Zero;
            for (var end = d + headStride; d < end; d += Lanes)
            {
                var column = (d / PanelWidth * panelStride) + (d % PanelWidth);
                for (nint n = 0; n < rows; n++)
                {
                    var at = column + (n * PanelWidth);
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(a + at), Vector256.Load(b + at), sum);
                }
            }

            dots[h] += Vector256.Sum(sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void StepState(
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
        nint d = 0;
        for (nint h = 0; h < heads; h++)
        {
            var decay = Vector256.Create(decays[h]);
            var step = Vector256.Create(steps[h]);
            for (var end = d + headStride; d < end; d += Lanes)
            {
                var column = state + (d / PanelWidth * panelStride) + (d % PanelWidth);
                var input = step * Vector256.Load(x + d);
                var even = Vector256<float>.Zero;
                var odd = Vector256<float>.Zero;
                nint n = 0;
                for (; n + 2 <= rows; n += 2, column += 2 * PanelWidth)
                {
                    var one = Vector256.FusedMultiplyAdd(Vector256.Create(b[n]), input, decay * Vector256.Load(column));
                    var other = Vector256.FusedMultiplyAdd(Vector256.Create(b[n + 1]), input, decay * Vector256.Load(column + PanelWidth));
                    Vector256.Store(one, column);
                    Vector256.Store(other, column + PanelWidth);
                    even = Vector256.FusedMultiplyAdd(Vector256.Create(c[n]), one, even);
                    odd = Vector256.FusedMultiplyAdd(Vector256.Create(c[n + 1]), other, odd);
                }

                if (n < rows)
                {
                    var one = Vector256.FusedMultiplyAdd(Vector256.Create(b[n]), input, decay * Vector256.Load(column));
                    Vector256.Store(one, column);
                    even = Vector256.FusedMultiplyAdd(Vector256.Create(c[n]), one, even);
                }

                Vector256.Store(even + odd, y + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void StateInputsBackward(
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
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var step = Vector256.Create(steps[h]);
                var own = Vector256.Create(skip[h]);
                var sum = Vector256<float>.Zero;
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gradient = Vector256.Load(q + d);
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(x + d), gradient, sum);
                    Vector256.Store(Vector256.FusedMultiplyAdd(step, gradient, own * Vector256.Load(dy + d)), x + d);
                }

                var dot = Vector256.Sum(sum);
                dSteps[h] = dot;
                dDecays[h] -= steps[h] * dot;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeGated(
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
            var squares = Vector256<float>.Zero;
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var own = Vector256.Create(skip[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gate = Vector256.Load(z + d);
                    var gated = Vector256.FusedMultiplyAdd(own, Vector256.Load(x + d), Vector256.Load(y + d)) * (gate * Sigmoid(gate));
                    squares = Vector256.FusedMultiplyAdd(gated, gated, squares);
                    Vector256.Store(gated, o + d);
                }
            }

            var inverse = Vector256.Create(1f / MathF.Sqrt((Vector256.Sum(squares) / width) + epsilon));
            for (d = 0; d < (nint)heads * headStride; d += Lanes)
            {
                Vector256.Store(Vector256.Load(o + d) * (inverse * Vector256.Load(gain + d)), o + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeGatedBackward(
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
            var squares = Vector256<float>.Zero;
            var dot = Vector256<float>.Zero;
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var own = Vector256.Create(skip[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gate = Vector256.Load(z + d);
                    var sigmoid = Sigmoid(gate);
                    Vector256.Store(sigmoid, dz + d);
                    var gated = Vector256.FusedMultiplyAdd(own, Vector256.Load(x + d), Vector256.Load(y + d)) * (gate * sigmoid);
                    squares = Vector256.FusedMultiplyAdd(gated, gated, squares);
                    dot = Vector256.FusedMultiplyAdd(gated * Vector256.Load(gain + d), Vector256.Load(dO + d), dot);
                }
            }

            var root = 1f / MathF.Sqrt((Vector256.Sum(squares) / width) + epsilon);
            var inverse = Vector256.Create(root);
            var pull = Vector256.Create(-root * root * root * Vector256.Sum(dot) / width);
            d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var own = Vector256.Create(skip[h]);
                var sum = Vector256<float>.Zero;
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gate = Vector256.Load(z + d);
                    var sigmoid = Vector256.Load(dz + d);
                    var input = Vector256.Load(x + d);
                    var output = Vector256.Load(y + d);
                    var scaled = inverse * Vector256.Load(gain + d);
                    var gradient = Vector256.Load(dO + d);
                    var mixed = Vector256.FusedMultiplyAdd(own, input, output);
                    var silu = gate * sigmoid;
                    var gated = mixed * silu;
                    var dGated = Vector256.FusedMultiplyAdd(scaled, gradient, pull * gated);
                    Vector256.Store(Vector256.FusedMultiplyAdd(gradient * inverse, gated, Vector256.Load(dGain + d)), dGain + d);
                    Vector256.Store(gated * scaled, dO + d);
                    Vector256.Store(dGated * mixed * Vector256.FusedMultiplyAdd(silu, Vector256<float>.One - sigmoid, sigmoid), dz + d);
                    var dMixed = dGated * silu;
                    Vector256.Store(Vector256.FusedMultiplyAdd(dMixed, input, Vector256.Load(dSkip + d)), dSkip + d);
                    sum = Vector256.FusedMultiplyAdd(dMixed, output, sum);
                    Vector256.Store(dMixed, y + d);
                }

                dots[h] = Vector256.Sum(sum);
            }
        }
    }

    // As the scalar form: max(x, 0) + 2·artanh(u / (2 + u)) of u = e^−|x|.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Softplus(Vector256<float> x)
    {
        var u = Exp2(Vector256.Abs(x) * Vector256.Create(-Log2E));
        var s = u / (u + Vector256.Create(2f));
        var q = s * s;
        var p = Vector256.Create(Artanh15);
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(Artanh13));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(Artanh11));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(Artanh9));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(Artanh7));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(Artanh5));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(Artanh3));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f));
        return Vector256.FusedMultiplyAdd(s, p, Vector256.MaxNative(x, Vector256<float>.Zero));
    }
}
