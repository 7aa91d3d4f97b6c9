using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>The functions that the kernels share.</content>
internal unsafe partial class Avx2Kernels
{
    private const int Lanes = 8;
    private const float Lowest = -1e30f;
    private const float LowestExponent = -125f;

    // Minimax on [0, 1).
    protected const float Power0 = 9.999999251e-01f;
    protected const float Power1 = 6.931530732e-01f;
    protected const float Power2 = 2.401536170e-01f;
    protected const float Power3 = 5.582631812e-02f;
    protected const float Power4 = 8.989340024e-03f;
    protected const float Power5 = 1.877576700e-03f;

    // The coefficients of Exp2 and its bound: what is in memory the compiler keeps in registers for a whole loop, while
    // constants are loaded again in each turn.
    protected static readonly float* Exp2Constants = CreateExp2Constants();

    // 2^x to 1.5e-7 for x below 128: a polynomial of degree 5 in x − ⌊x⌋, ⌊x⌋ added to the exponent.
    // The bound lets NaN through, as maxps returns its second operand.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp2(Vector256<float> x) => Exp2(
        x,
        Vector256.Create(LowestExponent),
        Vector256.Create(Power0),
        Vector256.Create(Power1),
        Vector256.Create(Power2),
        Vector256.Create(Power3),
        Vector256.Create(Power4),
        Vector256.Create(Power5));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp2(
        Vector256<float> x,
        Vector256<float> lowest,
        Vector256<float> c0,
        Vector256<float> c1,
        Vector256<float> c2,
        Vector256<float> c3,
        Vector256<float> c4,
        Vector256<float> c5)
    {
        x = Avx.Max(lowest, x);
        var floor = Avx.Floor(x);
        var f = x - floor;
        var p = Vector256.FusedMultiplyAdd(c5, f, c4);
        p = Vector256.FusedMultiplyAdd(p, f, c3);
        p = Vector256.FusedMultiplyAdd(p, f, c2);
        p = Vector256.FusedMultiplyAdd(p, f, c1);
        p = Vector256.FusedMultiplyAdd(p, f, c0);
        return (p.AsInt32() + (Avx.ConvertToVector256Int32(floor) << 23)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Reciprocal(Vector256<float> x) => Vector256<float>.One / x;

    // 1 / (1 + e^−x). The bound keeps the exponential finite; there the result is 0 in single precision anyway.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sigmoid(Vector256<float> x) =>
        Reciprocal(Vector256<float>.One + Exp2(NegatedExponent(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> NegatedExponent(Vector256<float> x) =>
        Vector256.MinNative(x * Vector256.Create(-Log2E), Vector256.Create(126f));

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

    private static float* CreateExp2Constants()
    {
        // For the life of the process.
        ReadOnlySpan<float> constants = [Power0, Power1, Power2, Power3, Power4, Power5, LowestExponent];
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)constants.Length * sizeof(float), 64);
        constants.CopyTo(new Span<float>(memory, constants.Length));
        return memory;
    }
}
