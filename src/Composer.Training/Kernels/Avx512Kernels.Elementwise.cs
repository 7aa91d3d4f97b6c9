using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Norms, activations, exponentials and the update.</content>
internal sealed unsafe partial class Avx512Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(float* destination, float* source, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            Vector512.Store(Vector512.Load(destination + i) + Vector512.Load(source + i), destination + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* x, nint count, float factor)
    {
        var scale = Vector512.Create(factor);
        for (nint i = 0; i < count; i += Lanes)
        {
            Vector512.Store(Vector512.Load(x + i) * scale, x + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double SumOfSquares(float* x, nint count)
    {
        var lower = Vector512<double>.Zero;
        var upper = Vector512<double>.Zero;
        for (nint i = 0; i < count; i += Lanes)
        {
            var (a, b) = Vector512.Widen(Vector512.Load(x + i));
            lower = Vector512.FusedMultiplyAdd(a, a, lower);
            upper = Vector512.FusedMultiplyAdd(b, b, upper);
        }

        return Vector512.Sum(lower + upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(int rows, int width, float epsilon, float* x, float* gain, float* y, nint ld)
    {
        nint padded = Padded(width);
        for (var t = 0; t < rows; t++, x += ld, y += ld)
        {
            var squares = Vector512<float>.Zero;
            for (nint d = 0; d < padded; d += Lanes)
            {
                Sse.Prefetch0(x + ld + d);
                var a = Vector512.Load(x + d);
                squares = Vector512.FusedMultiplyAdd(a, a, squares);
            }

            var inverse = Vector512.Create(1f / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon));
            for (nint d = 0; d < padded; d += Lanes)
            {
                Vector512.Store(Vector512.Load(x + d) * inverse * Vector512.Load(gain + d), y + d);
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
            var squares = Vector512<float>.Zero;
            var dot = Vector512<float>.Zero;
            for (nint d = 0; d < padded; d += Lanes)
            {
                var a = Vector512.Load(x + d);
                squares = Vector512.FusedMultiplyAdd(a, a, squares);
                dot = Vector512.FusedMultiplyAdd(a * Vector512.Load(gain + d), Vector512.Load(dy + d), dot);
            }

            var root = 1f / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon);
            var inverse = Vector512.Create(root);
            var pull = Vector512.Create(-root * root * root * Vector512.Sum(dot) / width);
            for (nint d = 0; d < padded; d += Lanes)
            {
                var a = Vector512.Load(x + d);
                var g = inverse * Vector512.Load(dy + d);
                Vector512.Store(
                    Vector512.FusedMultiplyAdd(pull, a, Vector512.FusedMultiplyAdd(g, Vector512.Load(gain + d), Vector512.Load(dx + d))),
                    dx + d);
                Vector512.Store(Vector512.FusedMultiplyAdd(a, g, Vector512.Load(dgain + d)), dgain + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SwiGlu(int rows, int width, float* gateUp, nint ldg, float* h, nint ldh)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, h += ldh)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                Sse.Prefetch0(gateUp + ldg + f);
                Sse.Prefetch0(gateUp + ldg + width + f);
                Sse.Prefetch0(h + ldh + f);
                var gate = Vector512.Load(gateUp + f);
                Vector512.Store(gate * Sigmoid(gate) * Vector512.Load(gateUp + width + f), h + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SwiGluBackward(int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, dh += ldh)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                Sse.Prefetch0(gateUp + ldg + f);
                Sse.Prefetch0(gateUp + ldg + width + f);
                Sse.Prefetch0(dh + ldh + f);
                var gate = Vector512.Load(gateUp + f);
                var up = Vector512.Load(gateUp + width + f);
                var d = Vector512.Load(dh + f);
                var sigmoid = Sigmoid(gate);
                var silu = gate * sigmoid;
                Vector512.Store(d * silu, gateUp + width + f);
                Vector512.Store(d * up * Vector512.FusedMultiplyAdd(silu, Vector512<float>.One - sigmoid, sigmoid), gateUp + f);
                Vector512.Store(silu * up, dh + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gelu(float* x, float* y, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            var a = Vector512.Load(x + i);
            Vector512.Store(a * NormalCumulative(a, out _), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GeluBackward(float* x, float* dy, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            var a = Vector512.Load(x + i);
            var cumulative = NormalCumulative(a, out var density);
            Vector512.Store(Vector512.Load(dy + i) * Vector512.FusedMultiplyAdd(a, density, cumulative), dy + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Exponentials(float* z, int count, int padded, float exponentScale, out float maximum)
    {
        // The padding takes part as if it were far below every other.
        new Span<float>(z + count, padded - count).Fill(Lowest);
        var greatest = Vector512.Load(z);
        for (nint i = Lanes; i < padded; i += Lanes)
        {
            greatest = Vector512.MaxNative(Vector512.Load(z + i), greatest);
        }

        maximum = z[0];
        for (var lane = 0; lane < Lanes; lane++)
        {
            maximum = MathF.Max(maximum, greatest.GetElement(lane));
        }

        var highest = Vector512.Create(maximum);
        var scale = Vector512.Create(exponentScale);
        var sum = Vector512<float>.Zero;
        for (nint i = 0; i < padded; i += Lanes)
        {
            var e = Exp2((Vector512.Load(z + i) - highest) * scale);
            sum += e;
            Vector512.Store(e, z + i);
        }

        new Span<float>(z + count, padded - count).Clear();
        return Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SoftmaxBackward(float* s, float* dp, int count, int padded, float offset, float negatedDelta)
    {
        var shift = Vector512.Create(offset);
        var delta = Vector512.Create(negatedDelta);
        for (nint i = 0; i < Padded(count); i += Lanes)
        {
            var p = Exp2(Vector512.Load(s + i) + shift);
            Vector512.Store(p, s + i);
            Vector512.Store(p * (Vector512.Load(dp + i) + delta), dp + i);
        }

        new Span<float>(s + count, padded - count).Clear();
        new Span<float>(dp + count, padded - count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Update(float* parameter, float* gradient, float* first, float* second, nint count, in AdamWCoefficients c)
    {
        var gradientScale = Vector512.Create(c.GradientScale);
        var beta1 = Vector512.Create(c.Beta1);
        var oneMinusBeta1 = Vector512.Create(c.OneMinusBeta1);
        var beta2 = Vector512.Create(c.Beta2);
        var oneMinusBeta2 = Vector512.Create(c.OneMinusBeta2);
        var rate = Vector512.Create(c.Rate);
        var correction = Vector512.Create(c.SecondCorrection);
        var keep = Vector512.Create(c.Keep);
        var epsilon = Vector512.Create(c.Epsilon);
        for (nint i = 0; i < count; i += Lanes)
        {
            var g = Vector512.Load(gradient + i) * gradientScale;
            var m = Vector512.FusedMultiplyAdd(beta1, Vector512.Load(first + i), oneMinusBeta1 * g);
            var v = Vector512.FusedMultiplyAdd(beta2, Vector512.Load(second + i), oneMinusBeta2 * g * g);
            Vector512.Store(m, first + i);
            Vector512.Store(v, second + i);
            Vector512.Store(
                (Vector512.Load(parameter + i) * keep) - (rate * m / (Vector512.Sqrt(v * correction) + epsilon)),
                parameter + i);
        }
    }
}
