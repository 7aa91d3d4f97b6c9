using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Matrix products: tiles of 8 rows by 32 columns in registers.</content>
internal sealed unsafe partial class Avx512Kernels
{
    private const int TileRows = 8;
    private const int HalfTileRows = 4;

    /// <summary>Floats of the next panel that a turn of a tile's loop moves on: sixteen tiles fetch all of it.</summary>
    private const int NextAdvance = 2;

    /// <summary>How far ahead a few rows fetch: they wait for memory, not for arithmetic.</summary>
    private const int Ahead = 1024;

    public override void Multiply(
        int rows,
        int inner,
        int columns,
        float* x,
        nint ldx,
        float* b,
        nint ldb,
        nint panelStride,
        float* y,
        nint ldy,
        float* addend)
    {
        for (var n = 0; n < columns; n += PanelWidth, b += panelStride, y += PanelWidth)
        {
            var wide = columns - n > Granule;
            for (var k = 0; k < inner; k += InnerBlock)
            {
                var depth = Math.Min(InnerBlock, inner - k);
                var block = b + (k * ldb);
                var sum = k > 0 ? y : addend == null ? null : addend + n;

                // Packed panels follow each other: each tile fetches its share of the next block, a little in each
                // turn of its loop, to the second cache: the first has room for one panel and the rows that it meets.
                var next = ldb == PanelWidth ? block + (depth * ldb) : block;
                nint t = 0;
                for (; t + TileRows <= rows; t += TileRows)
                {
                    var source = sum == null ? null : sum + (t * ldy);
                    if (wide)
                    {
                        Tile8x32(depth, x + (t * ldx) + k, ldx, block, ldb, y + (t * ldy), ldy, source, next);
                        next += depth * NextAdvance;
                    }
                    else
                    {
                        Tile8x16(depth, x + (t * ldx) + k, ldx, block, ldb, y + (t * ldy), ldy, source);
                    }
                }

                for (; wide && t + HalfTileRows <= rows; t += HalfTileRows)
                {
                    Tile4x32(depth, x + (t * ldx) + k, ldx, block, ldb, y + (t * ldy), ldy, sum == null ? null : sum + (t * ldy));
                }

                for (; t < rows; t++)
                {
                    var source = sum == null ? null : sum + (t * ldy);
                    if (wide)
                    {
                        Row32(depth, x + (t * ldx) + k, block, ldb, y + (t * ldy), source);
                    }
                    else
                    {
                        Row16(depth, x + (t * ldx) + k, block, ldb, y + (t * ldy), source);
                    }
                }
            }
        }
    }

    // y[8, 32] = x[8, inner] · b[inner, 32] (+ addend): all sums in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x32(int inner, float* x, nint ldx, float* b, nint ldb, float* y, nint ldy, float* addend, float* next)
    {
        var target = y;
        for (var i = 0; i < TileRows; i++, target += ldy)
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

        // Eight rows by two pointers and the addressing modes of one stride.
        var stride = ldx * sizeof(float);
        var stride3 = stride * 3;
        var upper = (byte*)x;
        var lower = upper + (stride * 4);
        do
        {
            Sse.Prefetch1(next);
            next += NextAdvance;
            var ba = Vector512.Load(b);
            var bb = Vector512.Load(b + Granule);
            var x0 = Vector512.Create(*(float*)upper);
            c0a = Avx512F.FusedMultiplyAdd(x0, ba, c0a);
            c0b = Avx512F.FusedMultiplyAdd(x0, bb, c0b);
            var x1 = Vector512.Create(*(float*)(upper + stride));
            c1a = Avx512F.FusedMultiplyAdd(x1, ba, c1a);
            c1b = Avx512F.FusedMultiplyAdd(x1, bb, c1b);
            var x2 = Vector512.Create(*(float*)(upper + (stride * 2)));
            c2a = Avx512F.FusedMultiplyAdd(x2, ba, c2a);
            c2b = Avx512F.FusedMultiplyAdd(x2, bb, c2b);
            var x3 = Vector512.Create(*(float*)(upper + stride3));
            c3a = Avx512F.FusedMultiplyAdd(x3, ba, c3a);
            c3b = Avx512F.FusedMultiplyAdd(x3, bb, c3b);
            var x4 = Vector512.Create(*(float*)lower);
            c4a = Avx512F.FusedMultiplyAdd(x4, ba, c4a);
            c4b = Avx512F.FusedMultiplyAdd(x4, bb, c4b);
            var x5 = Vector512.Create(*(float*)(lower + stride));
            c5a = Avx512F.FusedMultiplyAdd(x5, ba, c5a);
            c5b = Avx512F.FusedMultiplyAdd(x5, bb, c5b);
            var x6 = Vector512.Create(*(float*)(lower + (stride * 2)));
            c6a = Avx512F.FusedMultiplyAdd(x6, ba, c6a);
            c6b = Avx512F.FusedMultiplyAdd(x6, bb, c6b);
            var x7 = Vector512.Create(*(float*)(lower + stride3));
            c7a = Avx512F.FusedMultiplyAdd(x7, ba, c7a);
            c7b = Avx512F.FusedMultiplyAdd(x7, bb, c7b);
            upper += sizeof(float);
            lower += sizeof(float);
            b += ldb;
        }
        while (--inner > 0);

        if (addend != null)
        {
            c0a += Vector512.Load(addend);
            c0b += Vector512.Load(addend + Granule);
            addend += ldy;
            c1a += Vector512.Load(addend);
            c1b += Vector512.Load(addend + Granule);
            addend += ldy;
            c2a += Vector512.Load(addend);
            c2b += Vector512.Load(addend + Granule);
            addend += ldy;
            c3a += Vector512.Load(addend);
            c3b += Vector512.Load(addend + Granule);
            addend += ldy;
            c4a += Vector512.Load(addend);
            c4b += Vector512.Load(addend + Granule);
            addend += ldy;
            c5a += Vector512.Load(addend);
            c5b += Vector512.Load(addend + Granule);
            addend += ldy;
            c6a += Vector512.Load(addend);
            c6b += Vector512.Load(addend + Granule);
            addend += ldy;
            c7a += Vector512.Load(addend);
            c7b += Vector512.Load(addend + Granule);
        }

        Vector512.Store(c0a, y);
        Vector512.Store(c0b, y + Granule);
        y += ldy;
        Vector512.Store(c1a, y);
        Vector512.Store(c1b, y + Granule);
        y += ldy;
        Vector512.Store(c2a, y);
        Vector512.Store(c2b, y + Granule);
        y += ldy;
        Vector512.Store(c3a, y);
        Vector512.Store(c3b, y + Granule);
        y += ldy;
        Vector512.Store(c4a, y);
        Vector512.Store(c4b, y + Granule);
        y += ldy;
        Vector512.Store(c5a, y);
        Vector512.Store(c5b, y + Granule);
        y += ldy;
        Vector512.Store(c6a, y);
        Vector512.Store(c6b, y + Granule);
        y += ldy;
        Vector512.Store(c7a, y);
        Vector512.Store(c7b, y + Granule);
    }

    // y[8, 16] = x[8, inner] · b[inner, 16] (+ addend): all sums in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x16(int inner, float* x, nint ldx, float* b, nint ldb, float* y, nint ldy, float* addend)
    {
        var c0a = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c4a = Vector512<float>.Zero;
        var c5a = Vector512<float>.Zero;
        var c6a = Vector512<float>.Zero;
        var c7a = Vector512<float>.Zero;

        // Eight rows by two pointers and the addressing modes of one stride.
        var stride = ldx * sizeof(float);
        var stride3 = stride * 3;
        var upper = (byte*)x;
        var lower = upper + (stride * 4);
        do
        {
            var ba = Vector512.Load(b);
            var x0 = Vector512.Create(*(float*)upper);
            c0a = Avx512F.FusedMultiplyAdd(x0, ba, c0a);
            var x1 = Vector512.Create(*(float*)(upper + stride));
            c1a = Avx512F.FusedMultiplyAdd(x1, ba, c1a);
            var x2 = Vector512.Create(*(float*)(upper + (stride * 2)));
            c2a = Avx512F.FusedMultiplyAdd(x2, ba, c2a);
            var x3 = Vector512.Create(*(float*)(upper + stride3));
            c3a = Avx512F.FusedMultiplyAdd(x3, ba, c3a);
            var x4 = Vector512.Create(*(float*)lower);
            c4a = Avx512F.FusedMultiplyAdd(x4, ba, c4a);
            var x5 = Vector512.Create(*(float*)(lower + stride));
            c5a = Avx512F.FusedMultiplyAdd(x5, ba, c5a);
            var x6 = Vector512.Create(*(float*)(lower + (stride * 2)));
            c6a = Avx512F.FusedMultiplyAdd(x6, ba, c6a);
            var x7 = Vector512.Create(*(float*)(lower + stride3));
            c7a = Avx512F.FusedMultiplyAdd(x7, ba, c7a);
            upper += sizeof(float);
            lower += sizeof(float);
            b += ldb;
        }
        while (--inner > 0);

        if (addend != null)
        {
            c0a += Vector512.Load(addend);
            addend += ldy;
            c1a += Vector512.Load(addend);
            addend += ldy;
            c2a += Vector512.Load(addend);
            addend += ldy;
            c3a += Vector512.Load(addend);
            addend += ldy;
            c4a += Vector512.Load(addend);
            addend += ldy;
            c5a += Vector512.Load(addend);
            addend += ldy;
            c6a += Vector512.Load(addend);
            addend += ldy;
            c7a += Vector512.Load(addend);
        }

        Vector512.Store(c0a, y);
        y += ldy;
        Vector512.Store(c1a, y);
        y += ldy;
        Vector512.Store(c2a, y);
        y += ldy;
        Vector512.Store(c3a, y);
        y += ldy;
        Vector512.Store(c4a, y);
        y += ldy;
        Vector512.Store(c5a, y);
        y += ldy;
        Vector512.Store(c6a, y);
        y += ldy;
        Vector512.Store(c7a, y);
    }

    // One row, 16 columns; four sums a column hide the latency.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row16(int inner, float* x, float* b, nint ldb, float* y, float* addend)
    {
        var a0 = Vector512<float>.Zero;
        var a1 = Vector512<float>.Zero;
        var a2 = Vector512<float>.Zero;
        var a3 = Vector512<float>.Zero;
        for (; inner >= 4; inner -= 4, x += 4, b += 4 * ldb)
        {
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(x[0]), Vector512.Load(b), a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Create(x[1]), Vector512.Load(b + ldb), a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Create(x[2]), Vector512.Load(b + (2 * ldb)), a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Create(x[3]), Vector512.Load(b + (3 * ldb)), a3);
        }

        for (; inner > 0; inner--, x++, b += ldb)
        {
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(x[0]), Vector512.Load(b), a0);
        }

        a0 += a1 + (a2 + a3);
        if (addend != null)
        {
            a0 += Vector512.Load(addend);
        }

        Vector512.Store(a0, y);
    }

    // y[4, 32] = x[4, inner] · b[inner, 32] (+ addend): the few rows of a small batch.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x32(int inner, float* x, nint ldx, float* b, nint ldb, float* y, nint ldy, float* addend)
    {
        var c0a = Vector512<float>.Zero;
        var c0b = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c1b = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c2b = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c3b = Vector512<float>.Zero;
        do
        {
            Sse.Prefetch0(b + Ahead);
            Sse.Prefetch0(b + Ahead + Granule);
            var ba = Vector512.Load(b);
            var bb = Vector512.Load(b + Granule);
            var x0 = Vector512.Create(x[0]);
            c0a = Avx512F.FusedMultiplyAdd(x0, ba, c0a);
            c0b = Avx512F.FusedMultiplyAdd(x0, bb, c0b);
            var x1 = Vector512.Create(x[ldx]);
            c1a = Avx512F.FusedMultiplyAdd(x1, ba, c1a);
            c1b = Avx512F.FusedMultiplyAdd(x1, bb, c1b);
            var x2 = Vector512.Create(x[2 * ldx]);
            c2a = Avx512F.FusedMultiplyAdd(x2, ba, c2a);
            c2b = Avx512F.FusedMultiplyAdd(x2, bb, c2b);
            var x3 = Vector512.Create(x[3 * ldx]);
            c3a = Avx512F.FusedMultiplyAdd(x3, ba, c3a);
            c3b = Avx512F.FusedMultiplyAdd(x3, bb, c3b);
            x++;
            b += ldb;
        }
        while (--inner > 0);

        if (addend != null)
        {
            c0a += Vector512.Load(addend);
            c0b += Vector512.Load(addend + Granule);
            addend += ldy;
            c1a += Vector512.Load(addend);
            c1b += Vector512.Load(addend + Granule);
            addend += ldy;
            c2a += Vector512.Load(addend);
            c2b += Vector512.Load(addend + Granule);
            addend += ldy;
            c3a += Vector512.Load(addend);
            c3b += Vector512.Load(addend + Granule);
        }

        Vector512.Store(c0a, y);
        Vector512.Store(c0b, y + Granule);
        y += ldy;
        Vector512.Store(c1a, y);
        Vector512.Store(c1b, y + Granule);
        y += ldy;
        Vector512.Store(c2a, y);
        Vector512.Store(c2b, y + Granule);
        y += ldy;
        Vector512.Store(c3a, y);
        Vector512.Store(c3b, y + Granule);
    }

    // One row, 32 columns; each column is summed as in Row16.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row32(int inner, float* x, float* b, nint ldb, float* y, float* addend)
    {
        var a0 = Vector512<float>.Zero;
        var b0 = Vector512<float>.Zero;
        var a1 = Vector512<float>.Zero;
        var b1 = Vector512<float>.Zero;
        var a2 = Vector512<float>.Zero;
        var b2 = Vector512<float>.Zero;
        var a3 = Vector512<float>.Zero;
        var b3 = Vector512<float>.Zero;
        for (; inner >= 4; inner -= 4, x += 4, b += 4 * ldb)
        {
            Sse.Prefetch0(b + Ahead);
            Sse.Prefetch0(b + Ahead + Granule);
            Sse.Prefetch0(b + Ahead + ldb);
            Sse.Prefetch0(b + Ahead + ldb + Granule);
            Sse.Prefetch0(b + Ahead + (2 * ldb));
            Sse.Prefetch0(b + Ahead + (2 * ldb) + Granule);
            Sse.Prefetch0(b + Ahead + (3 * ldb));
            Sse.Prefetch0(b + Ahead + (3 * ldb) + Granule);
            var x0 = Vector512.Create(x[0]);
            a0 = Avx512F.FusedMultiplyAdd(x0, Vector512.Load(b), a0);
            b0 = Avx512F.FusedMultiplyAdd(x0, Vector512.Load(b + Granule), b0);
            var x1 = Vector512.Create(x[1]);
            a1 = Avx512F.FusedMultiplyAdd(x1, Vector512.Load(b + ldb), a1);
            b1 = Avx512F.FusedMultiplyAdd(x1, Vector512.Load(b + ldb + Granule), b1);
            var x2 = Vector512.Create(x[2]);
            a2 = Avx512F.FusedMultiplyAdd(x2, Vector512.Load(b + (2 * ldb)), a2);
            b2 = Avx512F.FusedMultiplyAdd(x2, Vector512.Load(b + (2 * ldb) + Granule), b2);
            var x3 = Vector512.Create(x[3]);
            a3 = Avx512F.FusedMultiplyAdd(x3, Vector512.Load(b + (3 * ldb)), a3);
            b3 = Avx512F.FusedMultiplyAdd(x3, Vector512.Load(b + (3 * ldb) + Granule), b3);
        }

        for (; inner > 0; inner--, x++, b += ldb)
        {
            a0 = Avx512F.FusedMultiplyAdd(Vector512.Create(x[0]), Vector512.Load(b), a0);
            b0 = Avx512F.FusedMultiplyAdd(Vector512.Create(x[0]), Vector512.Load(b + Granule), b0);
        }

        a0 += a1 + (a2 + a3);
        b0 += b1 + (b2 + b3);
        if (addend != null)
        {
            a0 += Vector512.Load(addend);
            b0 += Vector512.Load(addend + Granule);
        }

        Vector512.Store(a0, y);
        Vector512.Store(b0, y + Granule);
    }
}
