using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Sums of outer products, a weight's gradient: tiles of 8 rows by 32 columns in registers.</content>
internal sealed unsafe partial class Avx512Kernels
{
    public override void AccumulateTransposed(
        int rows,
        int inner,
        int columns,
        float* x,
        nint ldx,
        float* dy,
        nint lddy,
        float* c,
        nint ldc,
        nint panelStride)
    {
        for (var n = 0; n < columns; n += PanelWidth, dy += PanelWidth, c += panelStride)
        {
            var wide = columns - n > Granule;
            for (nint k = 0; k < inner; k += TileRows)
            {
                if (wide)
                {
                    Outer8x32(rows, x + k, ldx, dy, lddy, c + (k * ldc), ldc);
                }
                else
                {
                    Outer8x16(rows, x + k, ldx, dy, lddy, c + (k * ldc), ldc);
                }
            }
        }
    }

    // c[8, 32] += x[rows, 8]ᵀ · dy[rows, 32].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer8x32(int rows, float* x, nint ldx, float* dy, nint lddy, float* c, nint ldc)
    {
        var target = c;
        for (var i = 0; i < TileRows; i++, target += ldc)
        {
            Sse.Prefetch0(target);
            Sse.Prefetch0(target + Granule);
        }

        var c0a = Vector512<float>.Zero;
        var c0b = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c1b = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c2b = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c3b = Vector512<float>.Zero;
        var c4a = Vector512<float>.Zero;
        var c4b = Vector512<float>.Zero;
        var c5a = Vector512<float>.Zero;
        var c5b = Vector512<float>.Zero;
        var c6a = Vector512<float>.Zero;
        var c6b = Vector512<float>.Zero;
        var c7a = Vector512<float>.Zero;
        var c7b = Vector512<float>.Zero;

        do
        {
            Sse.Prefetch0(x + TileRows);
            var da = Vector512.Load(dy);
            var db = Vector512.Load(dy + Granule);
            var x0 = Vector512.Create(x[0]);
            c0a = Avx512F.FusedMultiplyAdd(x0, da, c0a);
            c0b = Avx512F.FusedMultiplyAdd(x0, db, c0b);
            var x1 = Vector512.Create(x[1]);
            c1a = Avx512F.FusedMultiplyAdd(x1, da, c1a);
            c1b = Avx512F.FusedMultiplyAdd(x1, db, c1b);
            var x2 = Vector512.Create(x[2]);
            c2a = Avx512F.FusedMultiplyAdd(x2, da, c2a);
            c2b = Avx512F.FusedMultiplyAdd(x2, db, c2b);
            var x3 = Vector512.Create(x[3]);
            c3a = Avx512F.FusedMultiplyAdd(x3, da, c3a);
            c3b = Avx512F.FusedMultiplyAdd(x3, db, c3b);
            var x4 = Vector512.Create(x[4]);
            c4a = Avx512F.FusedMultiplyAdd(x4, da, c4a);
            c4b = Avx512F.FusedMultiplyAdd(x4, db, c4b);
            var x5 = Vector512.Create(x[5]);
            c5a = Avx512F.FusedMultiplyAdd(x5, da, c5a);
            c5b = Avx512F.FusedMultiplyAdd(x5, db, c5b);
            var x6 = Vector512.Create(x[6]);
            c6a = Avx512F.FusedMultiplyAdd(x6, da, c6a);
            c6b = Avx512F.FusedMultiplyAdd(x6, db, c6b);
            var x7 = Vector512.Create(x[7]);
            c7a = Avx512F.FusedMultiplyAdd(x7, da, c7a);
            c7b = Avx512F.FusedMultiplyAdd(x7, db, c7b);
            x += ldx;
            dy += lddy;
        }
        while (--rows > 0);

        Vector512.Store(c0a + Vector512.Load(c), c);
        Vector512.Store(c0b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c1a + Vector512.Load(c), c);
        Vector512.Store(c1b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c2a + Vector512.Load(c), c);
        Vector512.Store(c2b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c3a + Vector512.Load(c), c);
        Vector512.Store(c3b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c4a + Vector512.Load(c), c);
        Vector512.Store(c4b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c5a + Vector512.Load(c), c);
        Vector512.Store(c5b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c6a + Vector512.Load(c), c);
        Vector512.Store(c6b + Vector512.Load(c + Granule), c + Granule);
        c += ldc;
        Vector512.Store(c7a + Vector512.Load(c), c);
        Vector512.Store(c7b + Vector512.Load(c + Granule), c + Granule);
    }

    // c[8, 16] += x[rows, 8]ᵀ · dy[rows, 16].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer8x16(int rows, float* x, nint ldx, float* dy, nint lddy, float* c, nint ldc)
    {
        var c0a = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c4a = Vector512<float>.Zero;
        var c5a = Vector512<float>.Zero;
        var c6a = Vector512<float>.Zero;
        var c7a = Vector512<float>.Zero;

        do
        {
            Sse.Prefetch0(x + TileRows);
            var da = Vector512.Load(dy);
            var x0 = Vector512.Create(x[0]);
            c0a = Avx512F.FusedMultiplyAdd(x0, da, c0a);
            var x1 = Vector512.Create(x[1]);
            c1a = Avx512F.FusedMultiplyAdd(x1, da, c1a);
            var x2 = Vector512.Create(x[2]);
            c2a = Avx512F.FusedMultiplyAdd(x2, da, c2a);
            var x3 = Vector512.Create(x[3]);
            c3a = Avx512F.FusedMultiplyAdd(x3, da, c3a);
            var x4 = Vector512.Create(x[4]);
            c4a = Avx512F.FusedMultiplyAdd(x4, da, c4a);
            var x5 = Vector512.Create(x[5]);
            c5a = Avx512F.FusedMultiplyAdd(x5, da, c5a);
            var x6 = Vector512.Create(x[6]);
            c6a = Avx512F.FusedMultiplyAdd(x6, da, c6a);
            var x7 = Vector512.Create(x[7]);
            c7a = Avx512F.FusedMultiplyAdd(x7, da, c7a);
            x += ldx;
            dy += lddy;
        }
        while (--rows > 0);

        Vector512.Store(c0a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c1a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c2a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c3a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c4a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c5a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c6a + Vector512.Load(c), c);
        c += ldc;
        Vector512.Store(c7a + Vector512.Load(c), c);
    }
}
