using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>What the gated delta rule takes beside products.</content>
internal sealed unsafe partial class Avx512Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void NormalizeHeads(int rows, int heads, int headStride, float epsilon, float* x, nint ldx, float* inverses)
    {
        for (nint t = 0; t < rows; t++, x += ldx, inverses += heads)
        {
            var head = x;
            for (nint h = 0; h < heads; h++, head += headStride)
            {
                var squares = Vector512<float>.Zero;
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var a = Vector512.Load(head + d);
                    squares = Vector512.FusedMultiplyAdd(a, a, squares);
                }

                inverses[h] = 1f / MathF.Sqrt(Vector512.Sum(squares) + epsilon);
                var inverse = Vector512.Create(inverses[h]);
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    Vector512.Store(Vector512.Load(head + d) * inverse, head + d);
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
                var dot = Vector512<float>.Zero;
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    dot = Vector512.FusedMultiplyAdd(Vector512.Load(head + d), Vector512.Load(dHead + d), dot);
                }

                var negated = Vector512.Create(-Vector512.Sum(dot));
                var inverse = Vector512.Create(inverses[h]);
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    Vector512.Store(
                        Vector512.FusedMultiplyAdd(Vector512.Load(head + d), negated, Vector512.Load(dHead + d)) * inverse, dHead + d);
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
                var squares = Vector512<float>.Zero;
                for (nint d = h; d < h + headStride; d += Lanes)
                {
                    var a = Vector512.Load(x + d);
                    squares = Vector512.FusedMultiplyAdd(a, a, squares);
                }

                var inverse = Vector512.Create(1f / MathF.Sqrt((Vector512.Sum(squares) / headSize) + epsilon));
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var g = Vector512.Load(gate + h + d);
                    Vector512.Store(Vector512.Load(x + h + d) * inverse * Vector512.Load(gain + d) * (g * Sigmoid(g)), y + h + d);
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
                var squares = Vector512<float>.Zero;
                var dot = Vector512<float>.Zero;
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var g = Vector512.Load(gate + h + d);
                    var a = Vector512.Load(x + h + d);
                    var e = Vector512.Load(gain + d) * (g * Sigmoid(g)) * Vector512.Load(dy + h + d);
                    squares = Vector512.FusedMultiplyAdd(a, a, squares);
                    dot = Vector512.FusedMultiplyAdd(a, e, dot);
                    Vector512.Store(e, dx + h + d);
                }

                var root = 1f / MathF.Sqrt((Vector512.Sum(squares) / headSize) + epsilon);
                var inverse = Vector512.Create(root);
                var pull = Vector512.Create(-root * root * root * Vector512.Sum(dot) / headSize);
                for (nint d = 0; d < headStride; d += Lanes)
                {
                    var g = Vector512.Load(gate + h + d);
                    var a = Vector512.Load(x + h + d);
                    var own = Vector512.Load(dy + h + d);
                    var scale = Vector512.Load(gain + d);
                    var sigmoid = Sigmoid(g);
                    var silu = g * sigmoid;
                    var normed = a * inverse;
                    Vector512.Store(Vector512.FusedMultiplyAdd(own * normed, silu, Vector512.Load(dgain + d)), dgain + d);
                    Vector512.Store(
                        own * normed * scale * Vector512.FusedMultiplyAdd(silu, Vector512<float>.One - sigmoid, sigmoid), dgate + h + d);
                    Vector512.Store(Vector512.FusedMultiplyAdd(pull, a, inverse * Vector512.Load(dx + h + d)), dx + h + d);
                    Vector512.Store(normed * scale * silu, dy + h + d);
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
            var shift = Vector512.Load(bias + h);
            var rate = Exp2(Vector512.Load(logRate + h) * Vector512.Create(Log2E)) * Vector512.Create(-Log2E);
            var sum = Vector512<float>.Zero;
            for (nint t = 0; t < rows; t++)
            {
                if (t % chunk == 0)
                {
                    sum = Vector512<float>.Zero;
                }

                sum += rate * Softplus(Vector512.Load(x + (t * ldx) + h) + shift);
                Vector512.Store(sum, decays + (t * width) + h);
                Vector512.Store(Sigmoid(Vector512.Load(x + (t * ldx) + width + h)), betas + (t * width) + h);
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
            var shift = Vector512.Load(bias + h);
            var rate = -Exp2(Vector512.Load(logRate + h) * Vector512.Create(Log2E));
            var biasSum = Vector512<float>.Zero;
            var rateSum = Vector512<float>.Zero;
            for (nint t = 0; t < rows; t++)
            {
                var a = Vector512.Load(x + (t * ldx) + h) + shift;
                var d = Vector512.Load(dLogs + (t * width) + h) * rate;
                var da = d * Sigmoid(a);
                Vector512.Store(da, dx + (t * lddx) + h);
                Vector512.Store(
                    Vector512.Load(betaDots + (t * width) + h) * Sigmoid(-Vector512.Load(x + (t * ldx) + width + h)),
                    dx + (t * lddx) + width + h);
                biasSum += da;
                rateSum = Vector512.FusedMultiplyAdd(d, Softplus(a), rateSum);
            }

            Vector512.Store(Vector512.Load(dbias + h) + biasSum, dbias + h);
            Vector512.Store(Vector512.Load(dlogRate + h) + rateSum, dlogRate + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DecayMask(int rows, float* logs, float* factors, float* mask)
    {
        var lanes = Vector512<int>.Indices;
        for (nint t = 0; t < rows; t += Lanes)
        {
            Vector512.Store(Exp2(Vector512.Load(logs + t)), factors + t);
        }

        for (nint t = 0; t < rows; t++, mask += rows)
        {
            var own = Vector512.Create(logs[t]);
            nint j = 0;
            for (; j + Lanes <= t + 1; j += Lanes)
            {
                Vector512.Store(Exp2(own - Vector512.Load(logs + j)), mask + j);
            }

            if (j <= t)
            {
                var seen = Vector512.LessThanOrEqual(lanes, Vector512.Create((int)(t - j))).AsSingle();
                Vector512.Store(Vector512.ConditionalSelect(seen, Exp2(own - Vector512.Load(logs + j)), Vector512<float>.Zero), mask + j);
                j += Lanes;
            }

            for (; j < rows; j += Lanes)
            {
                Vector512.Store(Vector512<float>.Zero, mask + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void MaskScores(int rows, float* mask, float* betas, float* strict, float* inclusive)
    {
        for (nint t = 0; t < rows; t++, mask += rows, strict += rows, inclusive += rows)
        {
            var negated = Vector512.Create(-betas[t]);
            nint j = 0;
            for (; j <= t; j += Lanes)
            {
                var own = Vector512.Load(mask + j);
                Vector512.Store(own * Vector512.Load(inclusive + j), inclusive + j);
                Vector512.Store(negated * own * Vector512.Load(strict + j), strict + j);
            }

            for (; j < rows; j += Lanes)
            {
                Vector512.Store(Vector512<float>.Zero, inclusive + j);
                Vector512.Store(Vector512<float>.Zero, strict + j);
            }

            strict[t] = 0f;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void ScaleRows(int rows, int columns, float* factors, float* x, nint ldx, float* y, nint ldy)
    {
        for (nint t = 0; t < rows; t++, x += ldx, y += ldy)
        {
            var factor = Vector512.Create(factors[t]);
            for (nint n = 0; n < columns; n += Lanes)
            {
                Vector512.Store(factor * Vector512.Load(x + n), y + n);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void DeltaStep(
        int headSize, int columns, float alpha, float beta, float* query, float* key, float* value, float* state, float* output)
    {
        var decay = Vector512.Create(alpha);
        for (nint n = 0; n < columns; n += Lanes)
        {
            var said0 = Vector512<float>.Zero;
            var said1 = Vector512<float>.Zero;
            var said2 = Vector512<float>.Zero;
            var said3 = Vector512<float>.Zero;
            nint i = 0;
            for (; i + 4 <= headSize; i += 4)
            {
                var row = state + (i * columns) + n;
                said0 = Vector512.FusedMultiplyAdd(Vector512.Create(key[i]), Vector512.Load(row), said0);
                said1 = Vector512.FusedMultiplyAdd(Vector512.Create(key[i + 1]), Vector512.Load(row + columns), said1);
                said2 = Vector512.FusedMultiplyAdd(Vector512.Create(key[i + 2]), Vector512.Load(row + (2 * columns)), said2);
                said3 = Vector512.FusedMultiplyAdd(Vector512.Create(key[i + 3]), Vector512.Load(row + (3 * columns)), said3);
            }

            for (; i < headSize; i++)
            {
                said0 = Vector512.FusedMultiplyAdd(Vector512.Create(key[i]), Vector512.Load(state + (i * columns) + n), said0);
            }

            var said = said0 + said1 + (said2 + said3);
            var change = Vector512.Create(beta) * (Vector512.Load(value + n) - (decay * said));
            var sum0 = Vector512<float>.Zero;
            var sum1 = Vector512<float>.Zero;
            for (i = 0; i + 2 <= headSize; i += 2)
            {
                var row = state + (i * columns) + n;
                var a = Vector512.FusedMultiplyAdd(Vector512.Create(key[i]), change, decay * Vector512.Load(row));
                var b = Vector512.FusedMultiplyAdd(Vector512.Create(key[i + 1]), change, decay * Vector512.Load(row + columns));
                Vector512.Store(a, row);
                Vector512.Store(b, row + columns);
                sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(query[i]), a, sum0);
                sum1 = Vector512.FusedMultiplyAdd(Vector512.Create(query[i + 1]), b, sum1);
            }

            if (i < headSize)
            {
                var row = state + (i * columns) + n;
                var a = Vector512.FusedMultiplyAdd(Vector512.Create(key[i]), change, decay * Vector512.Load(row));
                Vector512.Store(a, row);
                sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(query[i]), a, sum0);
            }

            Vector512.Store(sum0 + sum1, output + n);
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
            var y0 = Vector512.Load(row);
            var y1 = Vector512.Load(row + ldy);
            var y2 = Vector512.Load(row + (2 * ldy));
            var y3 = Vector512.Load(row + (3 * ldy));
            var y4 = Vector512.Load(row + (4 * ldy));
            var y5 = Vector512.Load(row + (5 * ldy));
            var y6 = Vector512.Load(row + (6 * ldy));
            var y7 = Vector512.Load(row + (7 * ldy));
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l1[0]), y0, y1);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l2[0]), y0, y2);
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l3[0]), y0, y3);
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[0]), y0, y4);
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[0]), y0, y5);
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[0]), y0, y6);
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[0]), y0, y7);
            Vector512.Store(y1, row + ldy);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l2[1]), y1, y2);
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l3[1]), y1, y3);
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[1]), y1, y4);
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[1]), y1, y5);
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[1]), y1, y6);
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[1]), y1, y7);
            Vector512.Store(y2, row + (2 * ldy));
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l3[2]), y2, y3);
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[2]), y2, y4);
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[2]), y2, y5);
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[2]), y2, y6);
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[2]), y2, y7);
            Vector512.Store(y3, row + (3 * ldy));
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[3]), y3, y4);
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[3]), y3, y5);
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[3]), y3, y6);
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[3]), y3, y7);
            Vector512.Store(y4, row + (4 * ldy));
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[4]), y4, y5);
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[4]), y4, y6);
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[4]), y4, y7);
            Vector512.Store(y5, row + (5 * ldy));
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[5]), y5, y6);
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[5]), y5, y7);
            Vector512.Store(y6, row + (6 * ldy));
            y7 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[6]), y6, y7);
            Vector512.Store(y7, row + (7 * ldy));
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
            var y0 = Vector512.Load(row);
            var y1 = Vector512.Load(row + ldy);
            var y2 = Vector512.Load(row + (2 * ldy));
            var y3 = Vector512.Load(row + (3 * ldy));
            var y4 = Vector512.Load(row + (4 * ldy));
            var y5 = Vector512.Load(row + (5 * ldy));
            var y6 = Vector512.Load(row + (6 * ldy));
            var y7 = Vector512.Load(row + (7 * ldy));
            y6 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[6]), y7, y6);
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[5]), y7, y5);
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[4]), y7, y4);
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[3]), y7, y3);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[2]), y7, y2);
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[1]), y7, y1);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l7[0]), y7, y0);
            Vector512.Store(y6, row + (6 * ldy));
            y5 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[5]), y6, y5);
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[4]), y6, y4);
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[3]), y6, y3);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[2]), y6, y2);
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[1]), y6, y1);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l6[0]), y6, y0);
            Vector512.Store(y5, row + (5 * ldy));
            y4 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[4]), y5, y4);
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[3]), y5, y3);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[2]), y5, y2);
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[1]), y5, y1);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l5[0]), y5, y0);
            Vector512.Store(y4, row + (4 * ldy));
            y3 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[3]), y4, y3);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[2]), y4, y2);
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[1]), y4, y1);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l4[0]), y4, y0);
            Vector512.Store(y3, row + (3 * ldy));
            y2 = Vector512.FusedMultiplyAdd(Vector512.Create(l3[2]), y3, y2);
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l3[1]), y3, y1);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l3[0]), y3, y0);
            Vector512.Store(y2, row + (2 * ldy));
            y1 = Vector512.FusedMultiplyAdd(Vector512.Create(l2[1]), y2, y1);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l2[0]), y2, y0);
            Vector512.Store(y1, row + ldy);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Create(l1[0]), y1, y0);
            Vector512.Store(y0, row);
        }
    }
}
