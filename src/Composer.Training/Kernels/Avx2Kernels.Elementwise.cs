using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Norms, activations, exponentials and the update.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(float* destination, float* source, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            Vector256.Store(Vector256.Load(destination + i) + Vector256.Load(source + i), destination + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* x, nint count, float factor)
    {
        var scale = Vector256.Create(factor);
        for (nint i = 0; i < count; i += Lanes)
        {
            Vector256.Store(Vector256.Load(x + i) * scale, x + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double SumOfSquares(float* x, nint count)
    {
        var lower = Vector256<double>.Zero;
        var upper = Vector256<double>.Zero;
        for (nint i = 0; i < count; i += Lanes)
        {
            var (a, b) = Vector256.Widen(Vector256.Load(x + i));
            lower = Vector256.FusedMultiplyAdd(a, a, lower);
            upper = Vector256.FusedMultiplyAdd(b, b, upper);
        }

        return Vector256.Sum(lower + upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(int rows, int width, float epsilon, float* x, float* gain, float* y, nint ld)
    {
        nint padded = Padded(width);
        for (var t = 0; t < rows; t++, x += ld, y += ld)
        {
            var squares = Vector256<float>.Zero;
            var more = Vector256<float>.Zero;
            for (nint d = 0; d < padded; d += Granule)
            {
                Sse.Prefetch0(x + ld + d);
                var a = Vector256.Load(x + d);
                var b = Vector256.Load(x + d + Lanes);
                squares = Vector256.FusedMultiplyAdd(a, a, squares);
                more = Vector256.FusedMultiplyAdd(b, b, more);
            }

            var inverse = Vector256.Create(1f / MathF.Sqrt((Vector256.Sum(squares + more) / width) + epsilon));
            for (nint d = 0; d < padded; d += Lanes)
            {
                Vector256.Store(Vector256.Load(x + d) * inverse * Vector256.Load(gain + d), y + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizeBackward(
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
        nint padded = Padded(width);
        for (var t = 0; t < rows; t++, x += ld, dy += ld, dx += ld)
        {
            var squares = Vector256<float>.Zero;
            var dot = Vector256<float>.Zero;
            for (nint d = 0; d < padded; d += Lanes)
            {
                var a = Vector256.Load(x + d);
                squares = Vector256.FusedMultiplyAdd(a, a, squares);
                dot = Vector256.FusedMultiplyAdd(a * Vector256.Load(gain + d), Vector256.Load(dy + d), dot);
            }

            var root = 1f / MathF.Sqrt((Vector256.Sum(squares) / width) + epsilon);
            var inverse = Vector256.Create(root);
            var pull = Vector256.Create(-root * root * root * Vector256.Sum(dot) / width);
            for (nint d = 0; d < padded; d += Lanes)
            {
                var a = Vector256.Load(x + d);
                var g = inverse * Vector256.Load(dy + d);
                Vector256.Store(
                    Vector256.FusedMultiplyAdd(pull, a, Vector256.FusedMultiplyAdd(g, Vector256.Load(gain + d), Vector256.Load(dx + d))),
                    dx + d);
                Vector256.Store(Vector256.FusedMultiplyAdd(a, g, Vector256.Load(dgain + d)), dgain + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SwiGlu(int rows, int width, float* gateUp, nint ldg, float* h, nint ldh)
    {
        var constants = Exp2Constants;
        var c0 = Vector256.Create(constants[0]);
        var c1 = Vector256.Create(constants[1]);
        var c2 = Vector256.Create(constants[2]);
        var c3 = Vector256.Create(constants[3]);
        var c4 = Vector256.Create(constants[4]);
        var c5 = Vector256.Create(constants[5]);
        var lowest = Vector256.Create(constants[6]);
        for (var t = 0; t < rows; t++, gateUp += ldg, h += ldh)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                if (f % Granule == 0)
                {
                    Sse.Prefetch0(gateUp + ldg + f);
                    Sse.Prefetch0(gateUp + ldg + width + f);
                    Sse.Prefetch0(h + ldh + f);
                }

                var gate = Vector256.Load(gateUp + f);
                var sigmoid = Reciprocal(Vector256<float>.One + Exp2(NegatedExponent(gate), lowest, c0, c1, c2, c3, c4, c5));
                Vector256.Store(gate * sigmoid * Vector256.Load(gateUp + width + f), h + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SwiGluBackward(int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh)
    {
        var constants = Exp2Constants;
        var c0 = Vector256.Create(constants[0]);
        var c1 = Vector256.Create(constants[1]);
        var c2 = Vector256.Create(constants[2]);
        var c3 = Vector256.Create(constants[3]);
        var c4 = Vector256.Create(constants[4]);
        var c5 = Vector256.Create(constants[5]);
        var lowest = Vector256.Create(constants[6]);
        for (var t = 0; t < rows; t++, gateUp += ldg, dh += ldh)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                if (f % Granule == 0)
                {
                    Sse.Prefetch0(gateUp + ldg + f);
                    Sse.Prefetch0(gateUp + ldg + width + f);
                    Sse.Prefetch0(dh + ldh + f);
                }

                var gate = Vector256.Load(gateUp + f);
                var up = Vector256.Load(gateUp + width + f);
                var d = Vector256.Load(dh + f);
                var sigmoid = Reciprocal(Vector256<float>.One + Exp2(NegatedExponent(gate), lowest, c0, c1, c2, c3, c4, c5));
                var silu = gate * sigmoid;
                Vector256.Store(d * silu, gateUp + width + f);
                Vector256.Store(d * up * Vector256.FusedMultiplyAdd(silu, Vector256<float>.One - sigmoid, sigmoid), gateUp + f);
                Vector256.Store(silu * up, dh + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gelu(float* x, float* y, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            var a = Vector256.Load(x + i);
            Vector256.Store(a * NormalCumulative(a, out _), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GeluBackward(float* x, float* dy, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            var a = Vector256.Load(x + i);
            var cumulative = NormalCumulative(a, out var density);
            Vector256.Store(Vector256.Load(dy + i) * Vector256.FusedMultiplyAdd(a, density, cumulative), dy + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Exponentials(float* z, int count, int padded, float exponentScale, out float maximum)
    {
        // The padding takes part as if it were far below every other.
        new Span<float>(z + count, padded - count).Fill(Lowest);
        var greatest = Vector256.Load(z);
        for (nint i = Lanes; i < padded; i += Lanes)
        {
            greatest = Vector256.MaxNative(Vector256.Load(z + i), greatest);
        }

        maximum = z[0];
        for (var lane = 0; lane < Lanes; lane++)
        {
            maximum = MathF.Max(maximum, greatest.GetElement(lane));
        }

        var highest = Vector256.Create(maximum);
        var scale = Vector256.Create(exponentScale);
        var sum = Vector256<float>.Zero;
        for (nint i = 0; i < padded; i += Lanes)
        {
            var e = Exp2((Vector256.Load(z + i) - highest) * scale);
            sum += e;
            Vector256.Store(e, z + i);
        }

        new Span<float>(z + count, padded - count).Clear();
        return Vector256.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SoftmaxBackward(float* s, float* dp, int count, int padded, float offset, float negatedDelta)
    {
        var shift = Vector256.Create(offset);
        var delta = Vector256.Create(negatedDelta);
        for (nint i = 0; i < Padded(count); i += Lanes)
        {
            var p = Exp2(Vector256.Load(s + i) + shift);
            Vector256.Store(p, s + i);
            Vector256.Store(p * (Vector256.Load(dp + i) + delta), dp + i);
        }

        new Span<float>(s + count, padded - count).Clear();
        new Span<float>(dp + count, padded - count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Update(float* parameter, float* gradient, float* first, float* second, nint count, in AdamWCoefficients c)
    {
        var gradientScale = Vector256.Create(c.GradientScale);
        var beta1 = Vector256.Create(c.Beta1);
        var oneMinusBeta1 = Vector256.Create(c.OneMinusBeta1);
        var beta2 = Vector256.Create(c.Beta2);
        var oneMinusBeta2 = Vector256.Create(c.OneMinusBeta2);
        var rate = Vector256.Create(c.Rate);
        var correction = Vector256.Create(c.SecondCorrection);
        var keep = Vector256.Create(c.Keep);
        var epsilon = Vector256.Create(c.Epsilon);
        for (nint i = 0; i < count; i += Lanes)
        {
            var g = Vector256.Load(gradient + i) * gradientScale;
            var m = Vector256.FusedMultiplyAdd(beta1, Vector256.Load(first + i), oneMinusBeta1 * g);
            var v = Vector256.FusedMultiplyAdd(beta2, Vector256.Load(second + i), oneMinusBeta2 * g * g);
            Vector256.Store(m, first + i);
            Vector256.Store(v, second + i);
            Vector256.Store(
                (Vector256.Load(parameter + i) * keep) - (rate * m / (Vector256.Sqrt(v * correction) + epsilon)),
                parameter + i);
        }
    }
}
