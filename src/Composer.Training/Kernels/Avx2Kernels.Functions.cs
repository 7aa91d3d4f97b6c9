using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>The functions that the kernels share.</content>
internal unsafe partial class Avx2Kernels
{
    private const int Lanes = 8;
    private const float Lowest = -1e30f;

    // 2^x to 1.5e-7: a polynomial of degree 5 in x − ⌊x⌋ (minimax on [0, 1)), ⌊x⌋ added to the exponent.
    // The bounds let NaN through, as maxps and minps return their second operand.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp2(Vector256<float> x)
    {
        x = Avx.Min(Vector256.Create(127f), Avx.Max(Vector256.Create(-126f), x));
        var floor = Avx.Floor(x);
        var f = x - floor;
        var p = Vector256.Create(1.877576700e-03f);
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(8.989340024e-03f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(5.582631812e-02f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(2.401536170e-01f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(6.931530732e-01f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(9.999999251e-01f));
        return p * ((Avx.ConvertToVector256Int32(floor) + Vector256.Create(127)) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Reciprocal(Vector256<float> x) => Vector256<float>.One / x;

    // 1 / (1 + e^−x). The bound keeps the exponential finite; there the result is 0 in single precision anyway.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sigmoid(Vector256<float> x) =>
        Reciprocal(Vector256<float>.One + Exp2(Vector256.MinNative(x * Vector256.Create(-Log2E), Vector256.Create(126f))));

    // As the scalar form: Abramowitz and Stegun 7.1.26, |error| < 1.5e-7; the density shares its exponential.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> NormalCumulative(Vector256<float> x, out Vector256<float> density)
    {
        var exponential = Exp2(x * x * Vector256.Create(-0.5f * Log2E));
        density = exponential * Vector256.Create(0.39894228f);
        var t = Reciprocal(Vector256.FusedMultiplyAdd(Vector256.Abs(x), Vector256.Create(0.3275911f * 0.70710678f), Vector256<float>.One));
        var p = Vector256.Create(1.061405429f);
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-1.453152027f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(1.421413741f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-0.284496736f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.254829592f));
        var tail = Vector256.Create(0.5f) * exponential * t * p;
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), tail, Vector256<float>.One - tail);
    }
}
