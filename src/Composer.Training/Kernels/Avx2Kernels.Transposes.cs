using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Transposition by tiles in registers.</content>
internal unsafe partial class Avx2Kernels
{
    public override void Transpose(int rows, int columns, float* source, nint lds, float* destination, nint ldd)
    {
        for (nint r = 0; r < rows; r += Lanes)
        {
            for (nint c = 0; c < columns; c += Lanes)
            {
                TransposeTile(source + (r * lds) + c, lds, destination + (c * ldd) + r, ldd);
            }
        }
    }

    // 8 × 8 in registers: pairs, quadruples, then 128-bit lanes. All is read before anything is written: in place too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeTile(float* source, nint lds, float* destination, nint ldd)
    {
        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + lds);
        var r2 = Vector256.Load(source + (2 * lds));
        var r3 = Vector256.Load(source + (3 * lds));
        var r4 = Vector256.Load(source + (4 * lds));
        var r5 = Vector256.Load(source + (5 * lds));
        var r6 = Vector256.Load(source + (6 * lds));
        var r7 = Vector256.Load(source + (7 * lds));
        var t0 = Avx.UnpackLow(r0, r1).AsDouble();
        var t1 = Avx.UnpackHigh(r0, r1).AsDouble();
        var t2 = Avx.UnpackLow(r2, r3).AsDouble();
        var t3 = Avx.UnpackHigh(r2, r3).AsDouble();
        var t4 = Avx.UnpackLow(r4, r5).AsDouble();
        var t5 = Avx.UnpackHigh(r4, r5).AsDouble();
        var t6 = Avx.UnpackLow(r6, r7).AsDouble();
        var t7 = Avx.UnpackHigh(r6, r7).AsDouble();
        var u0 = Avx.UnpackLow(t0, t2).AsSingle();
        var u1 = Avx.UnpackHigh(t0, t2).AsSingle();
        var u2 = Avx.UnpackLow(t1, t3).AsSingle();
        var u3 = Avx.UnpackHigh(t1, t3).AsSingle();
        var u4 = Avx.UnpackLow(t4, t6).AsSingle();
        var u5 = Avx.UnpackHigh(t4, t6).AsSingle();
        var u6 = Avx.UnpackLow(t5, t7).AsSingle();
        var u7 = Avx.UnpackHigh(t5, t7).AsSingle();
        var w0 = Avx.Permute2x128(u0, u4, 0x20);
        var w4 = Avx.Permute2x128(u0, u4, 0x31);
        var w1 = Avx.Permute2x128(u1, u5, 0x20);
        var w5 = Avx.Permute2x128(u1, u5, 0x31);
        var w2 = Avx.Permute2x128(u2, u6, 0x20);
        var w6 = Avx.Permute2x128(u2, u6, 0x31);
        var w3 = Avx.Permute2x128(u3, u7, 0x20);
        var w7 = Avx.Permute2x128(u3, u7, 0x31);
        Vector256.Store(w0, destination);
        Vector256.Store(w1, destination + ldd);
        Vector256.Store(w2, destination + (2 * ldd));
        Vector256.Store(w3, destination + (3 * ldd));
        Vector256.Store(w4, destination + (4 * ldd));
        Vector256.Store(w5, destination + (5 * ldd));
        Vector256.Store(w6, destination + (6 * ldd));
        Vector256.Store(w7, destination + (7 * ldd));
    }
}
