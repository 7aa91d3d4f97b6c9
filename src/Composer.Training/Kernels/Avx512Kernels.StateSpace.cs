using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>State-space models of scalar decays.</content>
internal sealed unsafe partial class Avx512Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void StepSizes(
        int rows, int heads, int chunk, float* x, nint ldx, float* bias, float* rates, float* steps, float* decays, nint ld)
    {
        for (nint h = 0; h < Padded(heads); h += Lanes)
        {
            var shift = Vector512.Load(bias + h);
            var rate = Vector512.Load(rates + h);
            var sum = Vector512<float>.Zero;
            for (var t = 0; t < rows; t++)
            {
                if (t % chunk == 0)
                {
                    sum = Vector512<float>.Zero;
                }

                var step = Softplus(Vector512.Load(x + (t * ldx) + h) + shift);
                sum -= rate * step;
                Vector512.Store(step, steps + (t * ld) + h);
                Vector512.Store(sum, decays + (t * ld) + h);
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
            var shift = Vector512.Load(bias + h);
            var rate = Vector512.Load(rates + h);
            var later = Vector512<float>.Zero;
            var biasSum = Vector512<float>.Zero;
            var rateSum = Vector512<float>.Zero;
            for (var t = rows - 1; t >= 0; t--)
            {
                if (t % chunk == chunk - 1)
                {
                    later = Vector512<float>.Zero;
                }

                later += Vector512.Load(dDecays + (t * ld) + h);
                var dDecay = -rate * later;
                var d = (Vector512.Load(dSteps + (t * ld) + h) + dDecay) * Sigmoid(Vector512.Load(x + (t * ldx) + h) + shift);
                Vector512.Store(d, dx + (t * lddx) + h);
                biasSum += d;
                rateSum = Vector512.FusedMultiplyAdd(dDecay, Vector512.Load(steps + (t * ld) + h), rateSum);
            }

            Vector512.Store(Vector512.Load(dBias + h) + biasSum, dBias + h);
            Vector512.Store(Vector512.Load(dLogRates + h) + rateSum, dLogRates + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayFactors(int rows, int heads, float* decays, float* fromStart, float* toEnd, nint ld)
    {
        var log2E = Vector512.Create(Log2E);
        for (nint h = 0; h < Padded(heads); h += Lanes)
        {
            var last = Vector512.Load(decays + ((rows - 1) * ld) + h);
            for (var t = 0; t < rows; t++)
            {
                var decay = Vector512.Load(decays + (t * ld) + h);
                Vector512.Store(Exp2(decay * log2E), fromStart + (t * ld) + h);
                Vector512.Store(Exp2((last - decay) * log2E), toEnd + (t * ld) + h);
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
                var factor = Vector512.Create(factors[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    Vector512.Store(factor * Vector512.Load(x + d), y + d);
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
                var factor = Vector512.Create(factors[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    Vector512.Store(Vector512.FusedMultiplyAdd(factor, Vector512.Load(x + d), Vector512.Load(y + d)), y + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayWeights(int first, int rows, float* decays, float* scores, nint lds, float* weights, nint ldw)
    {
        var log2E = Vector512.Create(Log2E);
        var places = Vector512.ConvertToSingle(Vector512<int>.Indices);
        nint width = first + rows;
        for (nint t = first; t < width; t++, scores += lds, weights += ldw)
        {
            var decay = Vector512.Create(decays[t]);
            nint s = 0;
            for (; s + Lanes <= t + 1; s += Lanes)
            {
                Vector512.Store(Vector512.Load(scores + s) * Exp2((decay - Vector512.Load(decays + s)) * log2E), weights + s);
            }

            if (s <= t)
            {
                var left = Exp2(Vector512.MinNative((decay - Vector512.Load(decays + s)) * log2E, Vector512<float>.Zero));
                var seen = Vector512.LessThanOrEqual(places, Vector512.Create((float)(t - s)));
                Vector512.Store(Vector512.ConditionalSelect(seen, Vector512.Load(scores + s) * left, Vector512<float>.Zero), weights + s);
                s += Lanes;
            }

            for (; s < width; s += Lanes)
            {
                Vector512.Store(Vector512<float>.Zero, weights + s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayWeightsBackward(
        int first, int rows, float* decays, float* scores, float* weights, float* dScores, nint ld, nint ldw)
    {
        var log2E = Vector512.Create(Log2E);
        var places = Vector512.ConvertToSingle(Vector512<int>.Indices);
        nint width = first + rows;
        for (nint t = first; t < width; t++, scores += ld, dScores += ld, weights += ldw)
        {
            var decay = Vector512.Create(decays[t]);
            nint s = 0;
            for (; s + Lanes <= t + 1; s += Lanes)
            {
                var left = Exp2((decay - Vector512.Load(decays + s)) * log2E);
                Vector512.Store(Vector512.FusedMultiplyAdd(left, Vector512.Load(weights + s), Vector512.Load(dScores + s)), dScores + s);
                Vector512.Store(left * Vector512.Load(scores + s), weights + s);
            }

            if (s <= t)
            {
                var left = Exp2(Vector512.MinNative((decay - Vector512.Load(decays + s)) * log2E, Vector512<float>.Zero));
                var seen = Vector512.LessThanOrEqual(places, Vector512.Create((float)(t - s)));
                left = Vector512.ConditionalSelect(seen, left, Vector512<float>.Zero);
                Vector512.Store(Vector512.FusedMultiplyAdd(left, Vector512.Load(weights + s), Vector512.Load(dScores + s)), dScores + s);
                Vector512.Store(left * Vector512.Load(scores + s), weights + s);
                s += Lanes;
            }

            for (; s < width; s += Lanes)
            {
                Vector512.Store(Vector512<float>.Zero, weights + s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void ScaleState(int rows, int heads, int headStride, nint panelStride, float* x, float* factors, float* y)
    {
        nint d = 0;
        for (nint h = 0; h < heads; h++)
        {
            var factor = Vector512.Create(factors[h]);
            for (var end = d + headStride; d < end; d += Lanes)
            {
                var column = (d / PanelWidth * panelStride) + (d % PanelWidth);
                for (nint n = 0; n < rows; n++)
                {
                    Vector512.Store(factor * Vector512.Load(x + column + (n * PanelWidth)), y + column + (n * PanelWidth));
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
            var sum = Vector512<float>.Zero;
            for (var end = d + headStride; d < end; d += Lanes)
            {
                var column = (d / PanelWidth * panelStride) + (d % PanelWidth);
                for (nint n = 0; n < rows; n++)
                {
                    var at = column + (n * PanelWidth);
                    sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + at), Vector512.Load(b + at), sum);
                }
            }

            dots[h] += Vector512.Sum(sum);
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
            var decay = Vector512.Create(decays[h]);
            var step = Vector512.Create(steps[h]);
            for (var end = d + headStride; d < end; d += Lanes)
            {
                var column = state + (d / PanelWidth * panelStride) + (d % PanelWidth);
                var input = step * Vector512.Load(x + d);
                var even = Vector512<float>.Zero;
                var odd = Vector512<float>.Zero;
                nint n = 0;
                for (; n + 2 <= rows; n += 2, column += 2 * PanelWidth)
                {
                    var one = Vector512.FusedMultiplyAdd(Vector512.Create(b[n]), input, decay * Vector512.Load(column));
                    var other = Vector512.FusedMultiplyAdd(Vector512.Create(b[n + 1]), input, decay * Vector512.Load(column + PanelWidth));
                    Vector512.Store(one, column);
                    Vector512.Store(other, column + PanelWidth);
                    even = Vector512.FusedMultiplyAdd(Vector512.Create(c[n]), one, even);
                    odd = Vector512.FusedMultiplyAdd(Vector512.Create(c[n + 1]), other, odd);
                }

                if (n < rows)
                {
                    var one = Vector512.FusedMultiplyAdd(Vector512.Create(b[n]), input, decay * Vector512.Load(column));
                    Vector512.Store(one, column);
                    even = Vector512.FusedMultiplyAdd(Vector512.Create(c[n]), one, even);
                }

                Vector512.Store(even + odd, y + d);
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
                var step = Vector512.Create(steps[h]);
                var own = Vector512.Create(skip[h]);
                var sum = Vector512<float>.Zero;
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gradient = Vector512.Load(q + d);
                    sum = Vector512.FusedMultiplyAdd(Vector512.Load(x + d), gradient, sum);
                    Vector512.Store(Vector512.FusedMultiplyAdd(step, gradient, own * Vector512.Load(dy + d)), x + d);
                }

                var dot = Vector512.Sum(sum);
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
            var squares = Vector512<float>.Zero;
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var own = Vector512.Create(skip[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gate = Vector512.Load(z + d);
                    var gated = Vector512.FusedMultiplyAdd(own, Vector512.Load(x + d), Vector512.Load(y + d)) * (gate * Sigmoid(gate));
                    squares = Vector512.FusedMultiplyAdd(gated, gated, squares);
                    Vector512.Store(gated, o + d);
                }
            }

            var inverse = Vector512.Create(1f / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon));
            for (d = 0; d < (nint)heads * headStride; d += Lanes)
            {
                Vector512.Store(Vector512.Load(o + d) * (inverse * Vector512.Load(gain + d)), o + d);
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
            var squares = Vector512<float>.Zero;
            var dot = Vector512<float>.Zero;
            nint d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var own = Vector512.Create(skip[h]);
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gate = Vector512.Load(z + d);
                    var sigmoid = Sigmoid(gate);
                    Vector512.Store(sigmoid, dz + d);
                    var gated = Vector512.FusedMultiplyAdd(own, Vector512.Load(x + d), Vector512.Load(y + d)) * (gate * sigmoid);
                    squares = Vector512.FusedMultiplyAdd(gated, gated, squares);
                    dot = Vector512.FusedMultiplyAdd(gated * Vector512.Load(gain + d), Vector512.Load(dO + d), dot);
                }
            }

            var root = 1f / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon);
            var inverse = Vector512.Create(root);
            var pull = Vector512.Create(-root * root * root * Vector512.Sum(dot) / width);
            d = 0;
            for (nint h = 0; h < heads; h++)
            {
                var own = Vector512.Create(skip[h]);
                var sum = Vector512<float>.Zero;
                for (var end = d + headStride; d < end; d += Lanes)
                {
                    var gate = Vector512.Load(z + d);
                    var sigmoid = Vector512.Load(dz + d);
                    var input = Vector512.Load(x + d);
                    var output = Vector512.Load(y + d);
                    var scaled = inverse * Vector512.Load(gain + d);
                    var gradient = Vector512.Load(dO + d);
                    var mixed = Vector512.FusedMultiplyAdd(own, input, output);
                    var silu = gate * sigmoid;
                    var gated = mixed * silu;
                    var dGated = Vector512.FusedMultiplyAdd(scaled, gradient, pull * gated);
                    Vector512.Store(Vector512.FusedMultiplyAdd(gradient * inverse, gated, Vector512.Load(dGain + d)), dGain + d);
                    Vector512.Store(gated * scaled, dO + d);
                    Vector512.Store(dGated * mixed * Vector512.FusedMultiplyAdd(silu, Vector512<float>.One - sigmoid, sigmoid), dz + d);
                    var dMixed = dGated * silu;
                    Vector512.Store(Vector512.FusedMultiplyAdd(dMixed, input, Vector512.Load(dSkip + d)), dSkip + d);
                    sum = Vector512.FusedMultiplyAdd(dMixed, output, sum);
                    Vector512.Store(dMixed, y + d);
                }

                dots[h] = Vector512.Sum(sum);
            }
        }
    }

    // As the scalar form: max(x, 0) + 2·artanh(u / (2 + u)) of u = e^−|x|.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Softplus(Vector512<float> x)
    {
        var u = Exp2(Vector512.Abs(x) * Vector512.Create(-Log2E));
        var s = u / (u + Vector512.Create(2f));
        var q = s * s;
        var p = Vector512.Create(Artanh15);
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(Artanh13));
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(Artanh11));
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(Artanh9));
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(Artanh7));
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(Artanh5));
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(Artanh3));
        p = Vector512.FusedMultiplyAdd(p, q, Vector512.Create(2f));
        return Vector512.FusedMultiplyAdd(s, p, Vector512.MaxNative(x, Vector512<float>.Zero));
    }
}
