using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>What the gated delta rule takes beside products.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeHeads(int rows, int heads, int headStride, float epsilon, float* x, nint ldx, float* inverses)
    {
        for (nint t = 0; t < rows; t++, x += ldx, inverses += heads)
        {
            var head = x;
            for (nint h = 0; h < heads; h++, head += headStride)
            {
                var squares = Vector256<float>.Zero;
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var a = Vector256.Load(head + d);
                    squares = Vector256.FusedMultiplyAdd(a, a, squares);
                }

                inverses[h] = 1f / MathF.Sqrt(Vector256.Sum(squares) + epsilon);
                var inverse = Vector256.Create(inverses[h]);
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    Vector256.Store(Vector256.Load(head + d) * inverse, head + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeHeadsBackward(
        int rows, int heads, int headStride, float* y, nint ldy, float* inverses, float* dy, nint lddy)
    {
        for (nint t = 0; t < rows; t++, y += ldy, dy += lddy, inverses += heads)
        {
            for (nint h = 0; h < heads; h++)
            {
                var head = y + (h * headStride);
                var dHead = dy + (h * headStride);
                var dot = Vector256<float>.Zero;
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    dot = Vector256.FusedMultiplyAdd(Vector256.Load(head + d), Vector256.Load(dHead + d), dot);
                }

                var negated = Vector256.Create(-Vector256.Sum(dot));
                var inverse = Vector256.Create(inverses[h]);
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    Vector256.Store(
                        Vector256.FusedMultiplyAdd(Vector256.Load(head + d), negated, Vector256.Load(dHead + d)) * inverse, dHead + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeGatedHeads(
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
                var squares = Vector256<float>.Zero;
                for (nint d = h; d < h + headStride; d += Lanes)
                {
                    var a = Vector256.Load(x + d);
                    squares = Vector256.FusedMultiplyAdd(a, a, squares);
                }

                var inverse = Vector256.Create(1f / MathF.Sqrt((Vector256.Sum(squares) / headSize) + epsilon));
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var g = Vector256.Load(gate + h + d);
                    Vector256.Store(Vector256.Load(x + h + d) * inverse * Vector256.Load(gain + d) * (g * Sigmoid(g)), y + h + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeGatedHeadsBackward(
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
                // What the norm is taken of waits in dx: gain · silu(gate) · dy.
                var squares = Vector256<float>.Zero;
                var dot = Vector256<float>.Zero;
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var g = Vector256.Load(gate + h + d);
                    var a = Vector256.Load(x + h + d);
                    var e = Vector256.Load(gain + d) * (g * Sigmoid(g)) * Vector256.Load(dy + h + d);
                    squares = Vector256.FusedMultiplyAdd(a, a, squares);
                    dot = Vector256.FusedMultiplyAdd(a, e, dot);
                    Vector256.Store(e, dx + h + d);
                }

                var root = 1f / MathF.Sqrt((Vector256.Sum(squares) / headSize) + epsilon);
                var inverse = Vector256.Create(root);
                var pull = Vector256.Create(-root * root * root * Vector256.Sum(dot) / headSize);
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var g = Vector256.Load(gate + h + d);
                    var a = Vector256.Load(x + h + d);
                    var own = Vector256.Load(dy + h + d);
                    var scale = Vector256.Load(gain + d);
                    var sigmoid = Sigmoid(g);
                    var silu = g * sigmoid;
                    var normed = a * inverse;
                    Vector256.Store(Vector256.FusedMultiplyAdd(own * normed, silu, Vector256.Load(dgain + d)), dgain + d);
                    Vector256.Store(
                        own * normed * scale * Vector256.FusedMultiplyAdd(silu, Vector256<float>.One - sigmoid, sigmoid), dgate + h + d);
                    Vector256.Store(Vector256.FusedMultiplyAdd(pull, a, inverse * Vector256.Load(dx + h + d)), dx + h + d);
                    Vector256.Store(normed * scale * silu, dy + h + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DeltaGates(
        int rows, int width, int chunk, float* x, nint ldx, float* bias, float* logRate, float* decays, float* betas)
    {
        for (nint h = 0; h < width; h += Lanes)
        {
            var shift = Vector256.Load(bias + h);
            var rate = Exp2(Vector256.Load(logRate + h) * Vector256.Create(Log2E)) * Vector256.Create(-Log2E);
            var sum = Vector256<float>.Zero;
            for (nint t = 0; t < rows; t++)
            {
                if (t % chunk == 0)
                {
                    sum = Vector256<float>.Zero;
                }

                sum += rate * Softplus(Vector256.Load(x + (t * ldx) + h) + shift);
                Vector256.Store(sum, decays + (t * width) + h);
                Vector256.Store(Sigmoid(Vector256.Load(x + (t * ldx) + width + h)), betas + (t * width) + h);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DeltaGatesBackward(
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
        for (nint h = 0; h < width; h += Lanes)
        {
            var shift = Vector256.Load(bias + h);
            var rate = -Exp2(Vector256.Load(logRate + h) * Vector256.Create(Log2E));
            var biasSum = Vector256<float>.Zero;
            var rateSum = Vector256<float>.Zero;
            for (nint t = 0; t < rows; t++)
            {
                var a = Vector256.Load(x + (t * ldx) + h) + shift;
                var d = Vector256.Load(dLogs + (t * width) + h) * rate;
                var da = d * Sigmoid(a);
                Vector256.Store(da, dx + (t * lddx) + h);
                Vector256.Store(
                    Vector256.Load(betaDots + (t * width) + h) * Sigmoid(-Vector256.Load(x + (t * ldx) + width + h)),
                    dx + (t * lddx) + width + h);
                biasSum += da;
                rateSum = Vector256.FusedMultiplyAdd(d, Softplus(a), rateSum);
            }

            Vector256.Store(Vector256.Load(dbias + h) + biasSum, dbias + h);
            Vector256.Store(Vector256.Load(dlogRate + h) + rateSum, dlogRate + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayMask(int rows, float* logs, float* factors, float* mask)
    {
        var lanes = Vector256<int>.Indices;
        for (nint t = 0; t < rows; t += Lanes)
        {
            Vector256.Store(Exp2(Vector256.Load(logs + t)), factors + t);
        }

        for (nint t = 0; t < rows; t++, mask += rows)
        {
            var own = Vector256.Create(logs[t]);
            nint j = 0;
            for (; j + Lanes <= t + 1; j += Lanes)
            {
                Vector256.Store(Exp2(own - Vector256.Load(logs + j)), mask + j);
            }

            if (j <= t)
            {
                var seen = Vector256.LessThanOrEqual(lanes, Vector256.Create((int)(t - j))).AsSingle();
                Vector256.Store(Vector256.ConditionalSelect(seen, Exp2(own - Vector256.Load(logs + j)), Vector256<float>.Zero), mask + j);
                j += Lanes;
            }

            for (; j < rows; j += Lanes)
            {
                Vector256.Store(Vector256<float>.Zero, mask + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void MaskScores(int rows, float* mask, float* betas, float* strict, float* inclusive)
    {
        for (nint t = 0; t < rows; t++, mask += rows, strict += rows, inclusive += rows)
        {
            var negated = Vector256.Create(-betas[t]);
            nint j = 0;
            for (; j <= t; j += Lanes)
            {
                var own = Vector256.Load(mask + j);
                Vector256.Store(own * Vector256.Load(inclusive + j), inclusive + j);
                Vector256.Store(negated * own * Vector256.Load(strict + j), strict + j);
            }

            for (; j < rows; j += Lanes)
            {
                Vector256.Store(Vector256<float>.Zero, inclusive + j);
                Vector256.Store(Vector256<float>.Zero, strict + j);
            }

            strict[t] = 0f;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void ScaleRows(int rows, int columns, float* factors, float* x, nint ldx, float* y, nint ldy)
    {
        for (nint t = 0; t < rows; t++, x += ldx, y += ldy)
        {
            var factor = Vector256.Create(factors[t]);
            for (nint n = 0; n < columns; n += Lanes)
            {
                Vector256.Store(factor * Vector256.Load(x + n), y + n);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DeltaStep(
        int headSize, int columns, float alpha, float beta, float* query, float* key, float* value, float* state, float* output)
    {
        var decay = Vector256.Create(alpha);
        for (nint n = 0; n < columns; n += Lanes)
        {
            var said0 = Vector256<float>.Zero;
            var said1 = Vector256<float>.Zero;
            var said2 = Vector256<float>.Zero;
            var said3 = Vector256<float>.Zero;
            nint i = 0;
            for (; i + 4 <= headSize; i += 4)
            {
                var row = state + (i * columns) + n;
                said0 = Vector256.FusedMultiplyAdd(Vector256.Create(key[i]), Vector256.Load(row), said0);
                said1 = Vector256.FusedMultiplyAdd(Vector256.Create(key[i + 1]), Vector256.Load(row + columns), said1);
                said2 = Vector256.FusedMultiplyAdd(Vector256.Create(key[i + 2]), Vector256.Load(row + (2 * columns)), said2);
                said3 = Vector256.FusedMultiplyAdd(Vector256.Create(key[i + 3]), Vector256.Load(row + (3 * columns)), said3);
            }

            for (; i < headSize; i++)
            {
                said0 = Vector256.FusedMultiplyAdd(Vector256.Create(key[i]), Vector256.Load(state + (i * columns) + n), said0);
            }

            var said = said0 + said1 + (said2 + said3);
            var change = Vector256.Create(beta) * (Vector256.Load(value + n) - (decay * said));
            var sum0 = Vector256<float>.Zero;
            var sum1 = Vector256<float>.Zero;
            for (i = 0; i + 2 <= headSize; i += 2)
            {
                var row = state + (i * columns) + n;
                var a = Vector256.FusedMultiplyAdd(Vector256.Create(key[i]), change, decay * Vector256.Load(row));
                var b = Vector256.FusedMultiplyAdd(Vector256.Create(key[i + 1]), change, decay * Vector256.Load(row + columns));
                Vector256.Store(a, row);
                Vector256.Store(b, row + columns);
                sum0 = Vector256.FusedMultiplyAdd(Vector256.Create(query[i]), a, sum0);
                sum1 = Vector256.FusedMultiplyAdd(Vector256.Create(query[i + 1]), b, sum1);
            }

            if (i < headSize)
            {
                var row = state + (i * columns) + n;
                var a = Vector256.FusedMultiplyAdd(Vector256.Create(key[i]), change, decay * Vector256.Load(row));
                Vector256.Store(a, row);
                sum0 = Vector256.FusedMultiplyAdd(Vector256.Create(query[i]), a, sum0);
            }

            Vector256.Store(sum0 + sum1, output + n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    protected override void SolveLowerBlock(int columns, float* l, nint ldl, float* y, nint ldy)
    {
        var l1 = l + ldl;
        var l2 = l + (2 * ldl);
        var l3 = l + (3 * ldl);
        var l4 = l + (4 * ldl);
        var l5 = l + (5 * ldl);
        var l6 = l + (6 * ldl);
        var l7 = l + (7 * ldl);
        for (nint n = 0; n < columns; n += Lanes)
        {
            var row = y + n;
            var y0 = Vector256.Load(row);
            var y1 = Vector256.Load(row + ldy);
            var y2 = Vector256.Load(row + (2 * ldy));
            var y3 = Vector256.Load(row + (3 * ldy));
            var y4 = Vector256.Load(row + (4 * ldy));
            var y5 = Vector256.Load(row + (5 * ldy));
            var y6 = Vector256.Load(row + (6 * ldy));
            var y7 = Vector256.Load(row + (7 * ldy));
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l1[0]), y0, y1);
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l2[0]), y0, y2);
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l3[0]), y0, y3);
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[0]), y0, y4);
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[0]), y0, y5);
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[0]), y0, y6);
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[0]), y0, y7);
            Vector256.Store(y1, row + ldy);
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l2[1]), y1, y2);
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l3[1]), y1, y3);
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[1]), y1, y4);
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[1]), y1, y5);
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[1]), y1, y6);
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[1]), y1, y7);
            Vector256.Store(y2, row + (2 * ldy));
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l3[2]), y2, y3);
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[2]), y2, y4);
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[2]), y2, y5);
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[2]), y2, y6);
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[2]), y2, y7);
            Vector256.Store(y3, row + (3 * ldy));
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[3]), y3, y4);
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[3]), y3, y5);
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[3]), y3, y6);
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[3]), y3, y7);
            Vector256.Store(y4, row + (4 * ldy));
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[4]), y4, y5);
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[4]), y4, y6);
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[4]), y4, y7);
            Vector256.Store(y5, row + (5 * ldy));
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[5]), y5, y6);
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[5]), y5, y7);
            Vector256.Store(y6, row + (6 * ldy));
            y7 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[6]), y6, y7);
            Vector256.Store(y7, row + (7 * ldy));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    protected override void SolveUpperBlock(int columns, float* l, nint ldl, float* y, nint ldy)
    {
        var l1 = l + ldl;
        var l2 = l + (2 * ldl);
        var l3 = l + (3 * ldl);
        var l4 = l + (4 * ldl);
        var l5 = l + (5 * ldl);
        var l6 = l + (6 * ldl);
        var l7 = l + (7 * ldl);
        for (nint n = 0; n < columns; n += Lanes)
        {
            var row = y + n;
            var y0 = Vector256.Load(row);
            var y1 = Vector256.Load(row + ldy);
            var y2 = Vector256.Load(row + (2 * ldy));
            var y3 = Vector256.Load(row + (3 * ldy));
            var y4 = Vector256.Load(row + (4 * ldy));
            var y5 = Vector256.Load(row + (5 * ldy));
            var y6 = Vector256.Load(row + (6 * ldy));
            var y7 = Vector256.Load(row + (7 * ldy));
            y6 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[6]), y7, y6);
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[5]), y7, y5);
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[4]), y7, y4);
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[3]), y7, y3);
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[2]), y7, y2);
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[1]), y7, y1);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l7[0]), y7, y0);
            Vector256.Store(y6, row + (6 * ldy));
            y5 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[5]), y6, y5);
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[4]), y6, y4);
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[3]), y6, y3);
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[2]), y6, y2);
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[1]), y6, y1);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l6[0]), y6, y0);
            Vector256.Store(y5, row + (5 * ldy));
            y4 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[4]), y5, y4);
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[3]), y5, y3);
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[2]), y5, y2);
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[1]), y5, y1);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l5[0]), y5, y0);
            Vector256.Store(y4, row + (4 * ldy));
            y3 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[3]), y4, y3);
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[2]), y4, y2);
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[1]), y4, y1);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l4[0]), y4, y0);
            Vector256.Store(y3, row + (3 * ldy));
            y2 = Vector256.FusedMultiplyAdd(Vector256.Create(l3[2]), y3, y2);
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l3[1]), y3, y1);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l3[0]), y3, y0);
            Vector256.Store(y2, row + (2 * ldy));
            y1 = Vector256.FusedMultiplyAdd(Vector256.Create(l2[1]), y2, y1);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l2[0]), y2, y0);
            Vector256.Store(y1, row + ldy);
            y0 = Vector256.FusedMultiplyAdd(Vector256.Create(l1[0]), y1, y0);
            Vector256.Store(y0, row);
        }
    }
}
