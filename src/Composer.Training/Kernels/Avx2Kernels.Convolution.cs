using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>Short causal convolutions: a vector of channels goes down the rows, those that it looks back on in registers.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void Convolve(
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
        for (nint c = 0; c < channels; c += Lanes)
        {
            var w0 = Tap(w + c, ldw, taps, 4);
            var w1 = Tap(w + c, ldw, taps, 3);
            var w2 = Tap(w + c, ldw, taps, 2);
            var w3 = Tap(w + c, ldw, taps, 1);
            var held = history == null ? 0 : taps - 1;
            var a = Tap(history + c, ldh, held, 3);
            var b = Tap(history + c, ldh, held, 2);
            var before = Tap(history + c, ldh, held, 1);
            var add = bias == null ? Vector256<float>.Zero : Vector256.Load(bias + c);
            var source = x + c;
            var target = y + c;
            for (var t = 0; t < rows; t++, source += ldx, target += ldy)
            {
                var own = Vector256.Load(source);
                var early = Vector256.FusedMultiplyAdd(w1, b, Vector256.FusedMultiplyAdd(w0, a, add));
                Vector256.Store(Vector256.FusedMultiplyAdd(w3, own, Vector256.FusedMultiplyAdd(w2, before, early)), target);
                a = b;
                b = before;
                before = own;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void ConvolveBackward(
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
        for (nint c = 0; c < channels; c += Lanes)
        {
            SumTaps(rows, taps, x + c, ldx, dy + c, lddy, dw + c, ldw, dbias == null ? null : dbias + c);
            var w0 = Tap(w + c, ldw, taps, 4);
            var w1 = Tap(w + c, ldw, taps, 3);
            var w2 = Tap(w + c, ldw, taps, 2);
            var w3 = Tap(w + c, ldw, taps, 1);
            var source = dy + c;
            var target = dx + c;
            var own = Vector256.Load(source);
            var next = rows > 1 ? Vector256.Load(source + lddy) : Vector256<float>.Zero;
            var later = rows > 2 ? Vector256.Load(source + (2 * lddy)) : Vector256<float>.Zero;
            source += 3 * lddy;
            for (var t = 0; t < rows; t++, source += lddy, target += lddx)
            {
                var last = t + 3 < rows ? Vector256.Load(source) : Vector256<float>.Zero;
                var late = Vector256.FusedMultiplyAdd(w2, next, w3 * own);
                Vector256.Store(Vector256.FusedMultiplyAdd(w0, last, Vector256.FusedMultiplyAdd(w1, later, late)), target);
                own = next;
                next = later;
                later = last;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void Gate(int rows, int width, float* gate, nint ldg, float* x, nint ldx, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, gate += ldg, x += ldx, y += ldy)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                Vector256.Store(Vector256.Load(gate + f) * Vector256.Load(x + f), y + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void GateBackward(int rows, int width, float* gate, nint ldg, float* x, nint ldx, float* dy, nint lddy)
    {
        for (var t = 0; t < rows; t++, gate += ldg, x += ldx, dy += lddy)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                var g = Vector256.Load(gate + f);
                var a = Vector256.Load(x + f);
                var d = Vector256.Load(dy + f);
                Vector256.Store(d * a, gate + f);
                Vector256.Store(d * g, x + f);
                Vector256.Store(g * a, dy + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void Silu(int rows, int width, float* x, nint ldx, float* y, nint ldy)
    {
        for (var t = 0; t < rows; t++, x += ldx, y += ldy)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                var a = Vector256.Load(x + f);
                Vector256.Store(a * Sigmoid(a), y + f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void SiluBackward(int rows, int width, float* x, nint ldx, float* dy, nint lddy)
    {
        for (var t = 0; t < rows; t++, x += ldx, dy += lddy)
        {
            for (nint f = 0; f < width; f += Lanes)
            {
                var a = Vector256.Load(x + f);
                var sigmoid = Sigmoid(a);
                Vector256.Store(
                    Vector256.Load(dy + f) * Vector256.FusedMultiplyAdd(a * sigmoid, Vector256<float>.One - sigmoid, sigmoid), dy + f);
            }
        }
    }

    // dw += Σ_t dy[t] · x[t − back] of one vector of channels: a block's terms are summed in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    private static void SumTaps(int rows, int taps, float* x, nint ldx, float* dy, nint lddy, float* dw, nint ldw, float* dbias)
    {
        var a = Vector256<float>.Zero;
        var b = Vector256<float>.Zero;
        var before = Vector256<float>.Zero;
        for (var first = 0; first < rows; first += TapBlock)
        {
            var end = Math.Min(rows, first + TapBlock);
            var s0 = Vector256<float>.Zero;
            var s1 = Vector256<float>.Zero;
            var s2 = Vector256<float>.Zero;
            var s3 = Vector256<float>.Zero;
            var sum = Vector256<float>.Zero;
            for (var t = first; t < end; t++, x += ldx, dy += lddy)
            {
                var d = Vector256.Load(dy);
                var own = Vector256.Load(x);
                s0 = Vector256.FusedMultiplyAdd(d, a, s0);
                s1 = Vector256.FusedMultiplyAdd(d, b, s1);
                s2 = Vector256.FusedMultiplyAdd(d, before, s2);
                s3 = Vector256.FusedMultiplyAdd(d, own, s3);
                sum += d;
                a = b;
                b = before;
                before = own;
            }

            AddTap(dw, ldw, taps, 4, s0);
            AddTap(dw, ldw, taps, 3, s1);
            AddTap(dw, ldw, taps, 2, s2);
            AddTap(dw, ldw, taps, 1, s3);
            if (dbias != null)
            {
                Vector256.Store(Vector256.Load(dbias) + sum, dbias);
            }
        }
    }

    // Of the rows of a column the one so far before the end; 0 where there is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Tap(float* column, nint ld, int rows, int fromEnd) =>
        rows >= fromEnd ? Vector256.Load(column + ((rows - fromEnd) * ld)) : Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTap(float* column, nint ld, int rows, int fromEnd, Vector256<float> sum)
    {
        if (rows >= fromEnd)
        {
            column += (rows - fromEnd) * ld;
            Vector256.Store(Vector256.Load(column) + sum, column);
        }
    }
}
