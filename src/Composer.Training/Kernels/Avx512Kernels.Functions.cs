using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>The functions that the kernels share.</content>
internal sealed unsafe partial class Avx512Kernels
{
    private const int Lanes = 16;
    private const float Lowest = -1e30f;

    // 2^x to 1.5e-7: a polynomial of degree 5 in x − ⌊x⌋ (minimax on [0, 1)), scaled by ⌊x⌋.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Exp2(Vector512<float> x)
    {
        var f = Avx512DQ.Reduce(x, 0x09);
        var p = Vector512.Create(1.877576700e-03f);
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(8.989340024e-03f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(5.582631812e-02f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(2.401536170e-01f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(6.931530732e-01f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(9.999999251e-01f));
        return Avx512F.Scale(p, x);
    }

    // Fourteen bits and one Newton step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Reciprocal(Vector512<float> x)
    {
        var r = Avx512F.Reciprocal14(x);
        return r * Avx512F.FusedMultiplyAddNegated(x, r, Vector512.Create(2f));
    }

    // 1 / (1 + e^−x). The bound keeps the exponential finite; there the result is 0 in single precision anyway.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sigmoid(Vector512<float> x) =>
        Reciprocal(Vector512<float>.One + Exp2(Vector512.MinNative(x * Vector512.Create(-Log2E), Vector512.Create(126f))));

    // As the scalar form: Abramowitz and Stegun 7.1.26, |error| < 1.5e-7; the density shares its exponential.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> NormalCumulative(Vector512<float> x, out Vector512<float> density)
    {
        var exponential = Exp2(x * x * Vector512.Create(-0.5f * Log2E));
        density = exponential * Vector512.Create(0.39894228f);
        var t = Reciprocal(Vector512.FusedMultiplyAdd(Vector512.Abs(x), Vector512.Create(0.3275911f * 0.70710678f), Vector512<float>.One));
        var p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        var tail = Vector512.Create(0.5f) * exponential * t * p;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
    }
}
