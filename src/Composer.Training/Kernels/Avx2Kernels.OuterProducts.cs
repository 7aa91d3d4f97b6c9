using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Sums of outer products, a weight's gradient: tiles of 6 rows by 16 columns in registers, of 4 where the rest asks for
/// it.</content>
internal unsafe partial class Avx2Kernels
{
    /// <summary>Of so many rows the first cache holds a line each: to fetch ahead for more is worth a load in each turn.</summary>
    private const int NearRows = 128;

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
        var high = RowsOfHighTiles((inner + 7) & ~7);
        for (var n = 0; n < columns; n += Granule, dy += Granule)
        {
            var panel = c + (n / PanelWidth * panelStride) + (n % PanelWidth);
            nint k = 0;
            for (; k < high; k += TileRows)
            {
                Outer6x16(rows, x + k, ldx, dy, lddy, panel + (k * ldc), ldc, rows > NearRows);
            }

            for (; k < inner; k += LowTileRows)
            {
                Outer4x16(rows, x + k, ldx, dy, lddy, panel + (k * ldc), ldc);
            }
        }
    }

    // c[6, 16] += x[rows, 6]ᵀ · dy[rows, 16].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer6x16(int rows, float* x, nint ldx, float* dy, nint lddy, float* c, nint ldc, bool ahead)
    {
        var target = c;
        for (var i = 0; i < TileRows; i++, target += ldc)
        {
            Sse.Prefetch0(target);
        }

        var c0a = Vector256<float>.Zero;
        var c0b = Vector256<float>.Zero;
        var c1a = Vector256<float>.Zero;
        var c1b = Vector256<float>.Zero;
        var c2a = Vector256<float>.Zero;
        var c2b = Vector256<float>.Zero;
        var c3a = Vector256<float>.Zero;
        var c3b = Vector256<float>.Zero;
        var c4a = Vector256<float>.Zero;
        var c4b = Vector256<float>.Zero;
        var c5a = Vector256<float>.Zero;
        var c5b = Vector256<float>.Zero;

        for (; rows > 1; rows -= 2)
        {
            if (ahead)
            {
                Sse.Prefetch0(x + Granule);
            }

            var da = Vector256.Load(dy);
            var db = Vector256.Load(dy + Lanes);
            var x0 = Vector256.Create(x[0]);
            c0a = Fma.MultiplyAdd(x0, da, c0a);
            c0b = Fma.MultiplyAdd(x0, db, c0b);
            var x1 = Vector256.Create(x[1]);
            c1a = Fma.MultiplyAdd(x1, da, c1a);
            c1b = Fma.MultiplyAdd(x1, db, c1b);
            var x2 = Vector256.Create(x[2]);
            c2a = Fma.MultiplyAdd(x2, da, c2a);
            c2b = Fma.MultiplyAdd(x2, db, c2b);
            var x3 = Vector256.Create(x[3]);
            c3a = Fma.MultiplyAdd(x3, da, c3a);
            c3b = Fma.MultiplyAdd(x3, db, c3b);
            var x4 = Vector256.Create(x[4]);
            c4a = Fma.MultiplyAdd(x4, da, c4a);
            c4b = Fma.MultiplyAdd(x4, db, c4b);
            var x5 = Vector256.Create(x[5]);
            c5a = Fma.MultiplyAdd(x5, da, c5a);
            c5b = Fma.MultiplyAdd(x5, db, c5b);
            var dc = Vector256.Load(dy + lddy);
            var dd = Vector256.Load(dy + lddy + Lanes);
            var x6 = Vector256.Create(x[ldx]);
            c0a = Fma.MultiplyAdd(x6, dc, c0a);
            c0b = Fma.MultiplyAdd(x6, dd, c0b);
            var x7 = Vector256.Create(x[ldx + 1]);
            c1a = Fma.MultiplyAdd(x7, dc, c1a);
            c1b = Fma.MultiplyAdd(x7, dd, c1b);
            var x8 = Vector256.Create(x[ldx + 2]);
            c2a = Fma.MultiplyAdd(x8, dc, c2a);
            c2b = Fma.MultiplyAdd(x8, dd, c2b);
            var x9 = Vector256.Create(x[ldx + 3]);
            c3a = Fma.MultiplyAdd(x9, dc, c3a);
            c3b = Fma.MultiplyAdd(x9, dd, c3b);
            var x10 = Vector256.Create(x[ldx + 4]);
            c4a = Fma.MultiplyAdd(x10, dc, c4a);
            c4b = Fma.MultiplyAdd(x10, dd, c4b);
            var x11 = Vector256.Create(x[ldx + 5]);
            c5a = Fma.MultiplyAdd(x11, dc, c5a);
            c5b = Fma.MultiplyAdd(x11, dd, c5b);
            x += 2 * ldx;
            dy += 2 * lddy;
        }

        if (rows > 0)
        {
            var da = Vector256.Load(dy);
            var db = Vector256.Load(dy + Lanes);
            var x0 = Vector256.Create(x[0]);
            c0a = Fma.MultiplyAdd(x0, da, c0a);
            c0b = Fma.MultiplyAdd(x0, db, c0b);
            var x1 = Vector256.Create(x[1]);
            c1a = Fma.MultiplyAdd(x1, da, c1a);
            c1b = Fma.MultiplyAdd(x1, db, c1b);
            var x2 = Vector256.Create(x[2]);
            c2a = Fma.MultiplyAdd(x2, da, c2a);
            c2b = Fma.MultiplyAdd(x2, db, c2b);
            var x3 = Vector256.Create(x[3]);
            c3a = Fma.MultiplyAdd(x3, da, c3a);
            c3b = Fma.MultiplyAdd(x3, db, c3b);
            var x4 = Vector256.Create(x[4]);
            c4a = Fma.MultiplyAdd(x4, da, c4a);
            c4b = Fma.MultiplyAdd(x4, db, c4b);
            var x5 = Vector256.Create(x[5]);
            c5a = Fma.MultiplyAdd(x5, da, c5a);
            c5b = Fma.MultiplyAdd(x5, db, c5b);
        }

        Vector256.Store(c0a + Vector256.Load(c), c);
        Vector256.Store(c0b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c1a + Vector256.Load(c), c);
        Vector256.Store(c1b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c2a + Vector256.Load(c), c);
        Vector256.Store(c2b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c3a + Vector256.Load(c), c);
        Vector256.Store(c3b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c4a + Vector256.Load(c), c);
        Vector256.Store(c4b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c5a + Vector256.Load(c), c);
        Vector256.Store(c5b + Vector256.Load(c + Lanes), c + Lanes);
    }

    // c[4, 16] += x[rows, 4]ᵀ · dy[rows, 16].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer4x16(int rows, float* x, nint ldx, float* dy, nint lddy, float* c, nint ldc)
    {
        var c0a = Vector256<float>.Zero;
        var c0b = Vector256<float>.Zero;
        var c1a = Vector256<float>.Zero;
        var c1b = Vector256<float>.Zero;
        var c2a = Vector256<float>.Zero;
        var c2b = Vector256<float>.Zero;
        var c3a = Vector256<float>.Zero;
        var c3b = Vector256<float>.Zero;

        do
        {
            var da = Vector256.Load(dy);
            var db = Vector256.Load(dy + Lanes);
            var x0 = Vector256.Create(x[0]);
            c0a = Fma.MultiplyAdd(x0, da, c0a);
            c0b = Fma.MultiplyAdd(x0, db, c0b);
            var x1 = Vector256.Create(x[1]);
            c1a = Fma.MultiplyAdd(x1, da, c1a);
            c1b = Fma.MultiplyAdd(x1, db, c1b);
            var x2 = Vector256.Create(x[2]);
            c2a = Fma.MultiplyAdd(x2, da, c2a);
            c2b = Fma.MultiplyAdd(x2, db, c2b);
            var x3 = Vector256.Create(x[3]);
            c3a = Fma.MultiplyAdd(x3, da, c3a);
            c3b = Fma.MultiplyAdd(x3, db, c3b);
            x += ldx;
            dy += lddy;
        }
        while (--rows > 0);

        Vector256.Store(c0a + Vector256.Load(c), c);
        Vector256.Store(c0b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c1a + Vector256.Load(c), c);
        Vector256.Store(c1b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c2a + Vector256.Load(c), c);
        Vector256.Store(c2b + Vector256.Load(c + Lanes), c + Lanes);
        c += ldc;
        Vector256.Store(c3a + Vector256.Load(c), c);
        Vector256.Store(c3b + Vector256.Load(c + Lanes), c + Lanes);
    }
}
