using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Transposition by tiles in registers.</content>
internal sealed unsafe partial class Avx512Kernels
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

    // 16 × 16 in registers: pairs, quadruples, then 128-bit lanes. All is read before anything is written: in place too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeTile(float* source, nint lds, float* destination, nint ldd)
    {
        var r0 = Vector512.Load(source);
        var r1 = Vector512.Load(source + lds);
        var r2 = Vector512.Load(source + (2 * lds));
        var r3 = Vector512.Load(source + (3 * lds));
        var r4 = Vector512.Load(source + (4 * lds));
        var r5 = Vector512.Load(source + (5 * lds));
        var r6 = Vector512.Load(source + (6 * lds));
        var r7 = Vector512.Load(source + (7 * lds));
        var r8 = Vector512.Load(source + (8 * lds));
        var r9 = Vector512.Load(source + (9 * lds));
        var r10 = Vector512.Load(source + (10 * lds));
        var r11 = Vector512.Load(source + (11 * lds));
        var r12 = Vector512.Load(source + (12 * lds));
        var r13 = Vector512.Load(source + (13 * lds));
        var r14 = Vector512.Load(source + (14 * lds));
        var r15 = Vector512.Load(source + (15 * lds));
        var t0 = Avx512F.UnpackLow(r0, r1).AsDouble();
        var t1 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var t2 = Avx512F.UnpackLow(r2, r3).AsDouble();
        var t3 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        var t4 = Avx512F.UnpackLow(r4, r5).AsDouble();
        var t5 = Avx512F.UnpackHigh(r4, r5).AsDouble();
        var t6 = Avx512F.UnpackLow(r6, r7).AsDouble();
        var t7 = Avx512F.UnpackHigh(r6, r7).AsDouble();
        var t8 = Avx512F.UnpackLow(r8, r9).AsDouble();
        var t9 = Avx512F.UnpackHigh(r8, r9).AsDouble();
        var t10 = Avx512F.UnpackLow(r10, r11).AsDouble();
        var t11 = Avx512F.UnpackHigh(r10, r11).AsDouble();
        var t12 = Avx512F.UnpackLow(r12, r13).AsDouble();
        var t13 = Avx512F.UnpackHigh(r12, r13).AsDouble();
        var t14 = Avx512F.UnpackLow(r14, r15).AsDouble();
        var t15 = Avx512F.UnpackHigh(r14, r15).AsDouble();
        var u0 = Avx512F.UnpackLow(t0, t2).AsSingle();
        var u1 = Avx512F.UnpackHigh(t0, t2).AsSingle();
        var u2 = Avx512F.UnpackLow(t1, t3).AsSingle();
        var u3 = Avx512F.UnpackHigh(t1, t3).AsSingle();
        var u4 = Avx512F.UnpackLow(t4, t6).AsSingle();
        var u5 = Avx512F.UnpackHigh(t4, t6).AsSingle();
        var u6 = Avx512F.UnpackLow(t5, t7).AsSingle();
        var u7 = Avx512F.UnpackHigh(t5, t7).AsSingle();
        var u8 = Avx512F.UnpackLow(t8, t10).AsSingle();
        var u9 = Avx512F.UnpackHigh(t8, t10).AsSingle();
        var u10 = Avx512F.UnpackLow(t9, t11).AsSingle();
        var u11 = Avx512F.UnpackHigh(t9, t11).AsSingle();
        var u12 = Avx512F.UnpackLow(t12, t14).AsSingle();
        var u13 = Avx512F.UnpackHigh(t12, t14).AsSingle();
        var u14 = Avx512F.UnpackLow(t13, t15).AsSingle();
        var u15 = Avx512F.UnpackHigh(t13, t15).AsSingle();
        var a0 = Avx512F.Shuffle4x128(u0, u4, 0x88);
        var b0 = Avx512F.Shuffle4x128(u0, u4, 0xDD);
        var c0 = Avx512F.Shuffle4x128(u8, u12, 0x88);
        var d0 = Avx512F.Shuffle4x128(u8, u12, 0xDD);
        var a1 = Avx512F.Shuffle4x128(u1, u5, 0x88);
        var b1 = Avx512F.Shuffle4x128(u1, u5, 0xDD);
        var c1 = Avx512F.Shuffle4x128(u9, u13, 0x88);
        var d1 = Avx512F.Shuffle4x128(u9, u13, 0xDD);
        var a2 = Avx512F.Shuffle4x128(u2, u6, 0x88);
        var b2 = Avx512F.Shuffle4x128(u2, u6, 0xDD);
        var c2 = Avx512F.Shuffle4x128(u10, u14, 0x88);
        var d2 = Avx512F.Shuffle4x128(u10, u14, 0xDD);
        var a3 = Avx512F.Shuffle4x128(u3, u7, 0x88);
        var b3 = Avx512F.Shuffle4x128(u3, u7, 0xDD);
        var c3 = Avx512F.Shuffle4x128(u11, u15, 0x88);
        var d3 = Avx512F.Shuffle4x128(u11, u15, 0xDD);
        var w0 = Avx512F.Shuffle4x128(a0, c0, 0x88);
        var w8 = Avx512F.Shuffle4x128(a0, c0, 0xDD);
        var w4 = Avx512F.Shuffle4x128(b0, d0, 0x88);
        var w12 = Avx512F.Shuffle4x128(b0, d0, 0xDD);
        var w1 = Avx512F.Shuffle4x128(a1, c1, 0x88);
        var w9 = Avx512F.Shuffle4x128(a1, c1, 0xDD);
        var w5 = Avx512F.Shuffle4x128(b1, d1, 0x88);
        var w13 = Avx512F.Shuffle4x128(b1, d1, 0xDD);
        var w2 = Avx512F.Shuffle4x128(a2, c2, 0x88);
        var w10 = Avx512F.Shuffle4x128(a2, c2, 0xDD);
        var w6 = Avx512F.Shuffle4x128(b2, d2, 0x88);
        var w14 = Avx512F.Shuffle4x128(b2, d2, 0xDD);
        var w3 = Avx512F.Shuffle4x128(a3, c3, 0x88);
        var w11 = Avx512F.Shuffle4x128(a3, c3, 0xDD);
        var w7 = Avx512F.Shuffle4x128(b3, d3, 0x88);
        var w15 = Avx512F.Shuffle4x128(b3, d3, 0xDD);
        Vector512.Store(w0, destination);
        Vector512.Store(w1, destination + ldd);
        Vector512.Store(w2, destination + (2 * ldd));
        Vector512.Store(w3, destination + (3 * ldd));
        Vector512.Store(w4, destination + (4 * ldd));
        Vector512.Store(w5, destination + (5 * ldd));
        Vector512.Store(w6, destination + (6 * ldd));
        Vector512.Store(w7, destination + (7 * ldd));
        Vector512.Store(w8, destination + (8 * ldd));
        Vector512.Store(w9, destination + (9 * ldd));
        Vector512.Store(w10, destination + (10 * ldd));
        Vector512.Store(w11, destination + (11 * ldd));
        Vector512.Store(w12, destination + (12 * ldd));
        Vector512.Store(w13, destination + (13 * ldd));
        Vector512.Store(w14, destination + (14 * ldd));
        Vector512.Store(w15, destination + (15 * ldd));
    }
}
