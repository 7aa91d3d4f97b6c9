using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Matrix products: tiles of 3 rows by 32 columns in registers, of 6 or 4 by 16 where the rest asks for it.</content>
internal unsafe partial class Avx2Kernels
{
    private const int TileRows = 6;
    private const int LowTileRows = 4;
    private const int WideTileRows = 3;

    /// <summary>Lines of the next block of a panel that a tile fetches at most: more at once find no room.</summary>
    private const int MostFetched = 8;

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
        // As many lines of the next block as make all of it together with the other tiles' shares.
        var share = Math.Min(MostFetched, (2 * InnerBlock * WideTileRows / Math.Max(rows, 1)) + 1) * Granule;
        for (var n = 0; n < columns; n += PanelWidth, b += panelStride, y += PanelWidth)
        {
            for (var k = 0; k < inner; k += InnerBlock)
            {
                var depth = Math.Min(InnerBlock, inner - k);
                var block = b + (k * ldb);
                var sum = k > 0 ? y : addend == null ? null : addend + n;
                if (columns - n > Granule)
                {
                    MultiplyPanel(rows, depth, x + k, ldx, block, ldb, y, ldy, sum, share);
                }
                else
                {
                    MultiplyHalfPanel(rows, depth, x + k, ldx, block, ldb, y, ldy, sum);
                }
            }
        }
    }

    private static void MultiplyPanel(
        int rows,
        int inner,
        float* x,
        nint ldx,
        float* b,
        nint ldb,
        float* y,
        nint ldy,
        float* addend,
        int share)
    {
        // Packed panels follow each other: each tile fetches its share of the next block to the second cache.
        var next = b + (inner * ldb);
        var rest = rows % WideTileRows * LowTileRows;
        var wide = rest <= rows ? rows - rest : rows - (rows % WideTileRows);
        for (var t = 0; t < wide; t += WideTileRows)
        {
            Tile3x32(inner, x, ldx, b, ldb, y, ldy, addend, next, share);
            x += WideTileRows * ldx;
            y += WideTileRows * ldy;
            addend = addend == null ? null : addend + (WideTileRows * ldy);
            next += share;
        }

        MultiplyHalfPanel(rows - wide, inner, x, ldx, b, ldb, y, ldy, addend);
        MultiplyHalfPanel(rows - wide, inner, x, ldx, b + Granule, ldb, y + Granule, ldy, addend == null ? null : addend + Granule);
    }

    private static void MultiplyHalfPanel(
        int rows,
        int inner,
        float* x,
        nint ldx,
        float* b,
        nint ldb,
        float* y,
        nint ldy,
        float* addend)
    {
        var high = RowsOfHighTiles(rows);
        nint t = 0;
        for (; t < high; t += TileRows)
        {
            Tile6x16(inner, x + (t * ldx), ldx, b, ldb, y + (t * ldy), ldy, addend == null ? null : addend + (t * ldy));
        }

        for (; t + LowTileRows <= rows; t += LowTileRows)
        {
            Tile4x16(inner, x + (t * ldx), ldx, b, ldb, y + (t * ldy), ldy, addend == null ? null : addend + (t * ldy));
        }

        for (; t < rows; t++)
        {
            Row16(inner, x + (t * ldx), b, ldb, y + (t * ldy), addend == null ? null : addend + (t * ldy));
        }
    }

    // An even number is six times something and at most two fours: only an odd rest goes row by row.
    private static int RowsOfHighTiles(int rows)
    {
        var rest = rows % TileRows;
        return rest is 2 or 3 && rows >= 2 * LowTileRows ? rows - rest - TileRows : rows - rest;
    }

    // y[3, 32] = x[3, inner] · b[inner, 32] (+ addend): twelve sums, three rows' numbers and a vector of b fill the
    // sixteen registers. Seven loads feed twelve sums, where a tile of 6 × 16 takes eight.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x32(
        int inner, float* x, nint ldx, float* b, nint ldb, float* y, nint ldy, float* addend, float* next, int share)
    {
        for (nint i = 0; i < share; i += Granule)
        {
            Sse.Prefetch1(next + i);
        }

        var target = y;
        for (var i = 0; i < WideTileRows; i++, target += ldy)
        {
            Sse.Prefetch0(target);
            Sse.Prefetch0(target + Granule);
        }

        var c0a = Vector256<float>.Zero;
        var c0b = Vector256<float>.Zero;
        var c0c = Vector256<float>.Zero;
        var c0d = Vector256<float>.Zero;
        var c1a = Vector256<float>.Zero;
        var c1b = Vector256<float>.Zero;
        var c1c = Vector256<float>.Zero;
        var c1d = Vector256<float>.Zero;
        var c2a = Vector256<float>.Zero;
        var c2b = Vector256<float>.Zero;
        var c2c = Vector256<float>.Zero;
        var c2d = Vector256<float>.Zero;

        var stride = ldx * sizeof(float);
        var row = (byte*)x;
        for (; inner >= 2; inner -= 2)
        {
            var x0 = Vector256.Create(*(float*)row);
            var x1 = Vector256.Create(*(float*)(row + stride));
            var x2 = Vector256.Create(*(float*)(row + (stride * 2)));
            var b0a = Vector256.Load(b);
            c0a = Fma.MultiplyAdd(x0, b0a, c0a);
            c1a = Fma.MultiplyAdd(x1, b0a, c1a);
            c2a = Fma.MultiplyAdd(x2, b0a, c2a);
            var b0b = Vector256.Load(b + Lanes);
            c0b = Fma.MultiplyAdd(x0, b0b, c0b);
            c1b = Fma.MultiplyAdd(x1, b0b, c1b);
            c2b = Fma.MultiplyAdd(x2, b0b, c2b);
            var b0c = Vector256.Load(b + (2 * Lanes));
            c0c = Fma.MultiplyAdd(x0, b0c, c0c);
            c1c = Fma.MultiplyAdd(x1, b0c, c1c);
            c2c = Fma.MultiplyAdd(x2, b0c, c2c);
            var b0d = Vector256.Load(b + (3 * Lanes));
            c0d = Fma.MultiplyAdd(x0, b0d, c0d);
            c1d = Fma.MultiplyAdd(x1, b0d, c1d);
            c2d = Fma.MultiplyAdd(x2, b0d, c2d);
            var x3 = Vector256.Create(*(float*)(row + sizeof(float)));
            var x4 = Vector256.Create(*(float*)(row + stride + sizeof(float)));
            var x5 = Vector256.Create(*(float*)(row + (stride * 2) + sizeof(float)));
            var b1a = Vector256.Load(b + ldb);
            c0a = Fma.MultiplyAdd(x3, b1a, c0a);
            c1a = Fma.MultiplyAdd(x4, b1a, c1a);
            c2a = Fma.MultiplyAdd(x5, b1a, c2a);
            var b1b = Vector256.Load(b + ldb + Lanes);
            c0b = Fma.MultiplyAdd(x3, b1b, c0b);
            c1b = Fma.MultiplyAdd(x4, b1b, c1b);
            c2b = Fma.MultiplyAdd(x5, b1b, c2b);
            var b1c = Vector256.Load(b + ldb + (2 * Lanes));
            c0c = Fma.MultiplyAdd(x3, b1c, c0c);
            c1c = Fma.MultiplyAdd(x4, b1c, c1c);
            c2c = Fma.MultiplyAdd(x5, b1c, c2c);
            var b1d = Vector256.Load(b + ldb + (3 * Lanes));
            c0d = Fma.MultiplyAdd(x3, b1d, c0d);
            c1d = Fma.MultiplyAdd(x4, b1d, c1d);
            c2d = Fma.MultiplyAdd(x5, b1d, c2d);
            row += 2 * sizeof(float);
            b += 2 * ldb;
        }

        if (inner > 0)
        {
            var x0 = Vector256.Create(*(float*)row);
            var x1 = Vector256.Create(*(float*)(row + stride));
            var x2 = Vector256.Create(*(float*)(row + (stride * 2)));
            var b0a = Vector256.Load(b);
            c0a = Fma.MultiplyAdd(x0, b0a, c0a);
            c1a = Fma.MultiplyAdd(x1, b0a, c1a);
            c2a = Fma.MultiplyAdd(x2, b0a, c2a);
            var b0b = Vector256.Load(b + Lanes);
            c0b = Fma.MultiplyAdd(x0, b0b, c0b);
            c1b = Fma.MultiplyAdd(x1, b0b, c1b);
            c2b = Fma.MultiplyAdd(x2, b0b, c2b);
            var b0c = Vector256.Load(b + (2 * Lanes));
            c0c = Fma.MultiplyAdd(x0, b0c, c0c);
            c1c = Fma.MultiplyAdd(x1, b0c, c1c);
            c2c = Fma.MultiplyAdd(x2, b0c, c2c);
            var b0d = Vector256.Load(b + (3 * Lanes));
            c0d = Fma.MultiplyAdd(x0, b0d, c0d);
            c1d = Fma.MultiplyAdd(x1, b0d, c1d);
            c2d = Fma.MultiplyAdd(x2, b0d, c2d);
        }

        if (addend != null)
        {
            c0a += Vector256.Load(addend);
            c0b += Vector256.Load(addend + Lanes);
            c0c += Vector256.Load(addend + (2 * Lanes));
            c0d += Vector256.Load(addend + (3 * Lanes));
            addend += ldy;
            c1a += Vector256.Load(addend);
            c1b += Vector256.Load(addend + Lanes);
            c1c += Vector256.Load(addend + (2 * Lanes));
            c1d += Vector256.Load(addend + (3 * Lanes));
            addend += ldy;
            c2a += Vector256.Load(addend);
            c2b += Vector256.Load(addend + Lanes);
            c2c += Vector256.Load(addend + (2 * Lanes));
            c2d += Vector256.Load(addend + (3 * Lanes));
        }

        Vector256.Store(c0a, y);
        Vector256.Store(c0b, y + Lanes);
        Vector256.Store(c0c, y + (2 * Lanes));
        Vector256.Store(c0d, y + (3 * Lanes));
        y += ldy;
        Vector256.Store(c1a, y);
        Vector256.Store(c1b, y + Lanes);
        Vector256.Store(c1c, y + (2 * Lanes));
        Vector256.Store(c1d, y + (3 * Lanes));
        y += ldy;
        Vector256.Store(c2a, y);
        Vector256.Store(c2b, y + Lanes);
        Vector256.Store(c2c, y + (2 * Lanes));
        Vector256.Store(c2d, y + (3 * Lanes));
    }

    // y[6, 16] = x[6, inner] · b[inner, 16] (+ addend): twelve sums, two columns' vectors and a row's number fill the
    // sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x16(int inner, float* x, nint ldx, float* b, nint ldb, float* y, nint ldy, float* addend)
    {
        var target = y;
        for (var i = 0; i < TileRows; i++, target += ldy)
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

        // Six rows by two pointers and the addressing modes of one stride.
        var stride = ldx * sizeof(float);
        var upper = (byte*)x;
        var lower = upper + (stride * 3);
        // Two turns at once: what is no arithmetic costs half, and the decoders are the bottleneck where a core is shared.
        for (; inner > 1; inner -= 2)
        {
            var ba = Vector256.Load(b);
            var bb = Vector256.Load(b + Lanes);
            var x0 = Vector256.Create(*(float*)upper);
            c0a = Fma.MultiplyAdd(x0, ba, c0a);
            c0b = Fma.MultiplyAdd(x0, bb, c0b);
            var x1 = Vector256.Create(*(float*)(upper + stride));
            c1a = Fma.MultiplyAdd(x1, ba, c1a);
            c1b = Fma.MultiplyAdd(x1, bb, c1b);
            var x2 = Vector256.Create(*(float*)(upper + (stride * 2)));
            c2a = Fma.MultiplyAdd(x2, ba, c2a);
            c2b = Fma.MultiplyAdd(x2, bb, c2b);
            var x3 = Vector256.Create(*(float*)lower);
            c3a = Fma.MultiplyAdd(x3, ba, c3a);
            c3b = Fma.MultiplyAdd(x3, bb, c3b);
            var x4 = Vector256.Create(*(float*)(lower + stride));
            c4a = Fma.MultiplyAdd(x4, ba, c4a);
            c4b = Fma.MultiplyAdd(x4, bb, c4b);
            var x5 = Vector256.Create(*(float*)(lower + (stride * 2)));
            c5a = Fma.MultiplyAdd(x5, ba, c5a);
            c5b = Fma.MultiplyAdd(x5, bb, c5b);
            var bc = Vector256.Load(b + ldb);
            var bd = Vector256.Load(b + ldb + Lanes);
            var x6 = Vector256.Create(*(float*)(upper + sizeof(float)));
            c0a = Fma.MultiplyAdd(x6, bc, c0a);
            c0b = Fma.MultiplyAdd(x6, bd, c0b);
            var x7 = Vector256.Create(*(float*)(upper + stride + sizeof(float)));
            c1a = Fma.MultiplyAdd(x7, bc, c1a);
            c1b = Fma.MultiplyAdd(x7, bd, c1b);
            var x8 = Vector256.Create(*(float*)(upper + (stride * 2) + sizeof(float)));
            c2a = Fma.MultiplyAdd(x8, bc, c2a);
            c2b = Fma.MultiplyAdd(x8, bd, c2b);
            var x9 = Vector256.Create(*(float*)(lower + sizeof(float)));
            c3a = Fma.MultiplyAdd(x9, bc, c3a);
            c3b = Fma.MultiplyAdd(x9, bd, c3b);
            var x10 = Vector256.Create(*(float*)(lower + stride + sizeof(float)));
            c4a = Fma.MultiplyAdd(x10, bc, c4a);
            c4b = Fma.MultiplyAdd(x10, bd, c4b);
            var x11 = Vector256.Create(*(float*)(lower + (stride * 2) + sizeof(float)));
            c5a = Fma.MultiplyAdd(x11, bc, c5a);
            c5b = Fma.MultiplyAdd(x11, bd, c5b);
            upper += 2 * sizeof(float);
            lower += 2 * sizeof(float);
            b += 2 * ldb;
        }

        if (inner > 0)
        {
            var ba = Vector256.Load(b);
            var bb = Vector256.Load(b + Lanes);
            var x0 = Vector256.Create(*(float*)upper);
            c0a = Fma.MultiplyAdd(x0, ba, c0a);
            c0b = Fma.MultiplyAdd(x0, bb, c0b);
            var x1 = Vector256.Create(*(float*)(upper + stride));
            c1a = Fma.MultiplyAdd(x1, ba, c1a);
            c1b = Fma.MultiplyAdd(x1, bb, c1b);
            var x2 = Vector256.Create(*(float*)(upper + (stride * 2)));
            c2a = Fma.MultiplyAdd(x2, ba, c2a);
            c2b = Fma.MultiplyAdd(x2, bb, c2b);
            var x3 = Vector256.Create(*(float*)lower);
            c3a = Fma.MultiplyAdd(x3, ba, c3a);
            c3b = Fma.MultiplyAdd(x3, bb, c3b);
            var x4 = Vector256.Create(*(float*)(lower + stride));
            c4a = Fma.MultiplyAdd(x4, ba, c4a);
            c4b = Fma.MultiplyAdd(x4, bb, c4b);
            var x5 = Vector256.Create(*(float*)(lower + (stride * 2)));
            c5a = Fma.MultiplyAdd(x5, ba, c5a);
            c5b = Fma.MultiplyAdd(x5, bb, c5b);
        }

        if (addend != null)
        {
            c0a += Vector256.Load(addend);
            c0b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c1a += Vector256.Load(addend);
            c1b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c2a += Vector256.Load(addend);
            c2b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c3a += Vector256.Load(addend);
            c3b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c4a += Vector256.Load(addend);
            c4b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c5a += Vector256.Load(addend);
            c5b += Vector256.Load(addend + Lanes);
        }

        Vector256.Store(c0a, y);
        Vector256.Store(c0b, y + Lanes);
        y += ldy;
        Vector256.Store(c1a, y);
        Vector256.Store(c1b, y + Lanes);
        y += ldy;
        Vector256.Store(c2a, y);
        Vector256.Store(c2b, y + Lanes);
        y += ldy;
        Vector256.Store(c3a, y);
        Vector256.Store(c3b, y + Lanes);
        y += ldy;
        Vector256.Store(c4a, y);
        Vector256.Store(c4b, y + Lanes);
        y += ldy;
        Vector256.Store(c5a, y);
        Vector256.Store(c5b, y + Lanes);
    }

    // y[4, 16] = x[4, inner] · b[inner, 16] (+ addend): all sums in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x16(int inner, float* x, nint ldx, float* b, nint ldb, float* y, nint ldy, float* addend)
    {
        var c0a = Vector256<float>.Zero;
        var c0b = Vector256<float>.Zero;
        var c1a = Vector256<float>.Zero;
        var c1b = Vector256<float>.Zero;
        var c2a = Vector256<float>.Zero;
        var c2b = Vector256<float>.Zero;
        var c3a = Vector256<float>.Zero;
        var c3b = Vector256<float>.Zero;

        var stride = ldx * sizeof(float);
        var stride3 = stride * 3;
        var row = (byte*)x;
        do
        {
            var ba = Vector256.Load(b);
            var bb = Vector256.Load(b + Lanes);
            var x0 = Vector256.Create(*(float*)row);
            c0a = Fma.MultiplyAdd(x0, ba, c0a);
            c0b = Fma.MultiplyAdd(x0, bb, c0b);
            var x1 = Vector256.Create(*(float*)(row + stride));
            c1a = Fma.MultiplyAdd(x1, ba, c1a);
            c1b = Fma.MultiplyAdd(x1, bb, c1b);
            var x2 = Vector256.Create(*(float*)(row + (stride * 2)));
            c2a = Fma.MultiplyAdd(x2, ba, c2a);
            c2b = Fma.MultiplyAdd(x2, bb, c2b);
            var x3 = Vector256.Create(*(float*)(row + stride3));
            c3a = Fma.MultiplyAdd(x3, ba, c3a);
            c3b = Fma.MultiplyAdd(x3, bb, c3b);
            row += sizeof(float);
            b += ldb;
        }
        while (--inner > 0);

        if (addend != null)
        {
            c0a += Vector256.Load(addend);
            c0b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c1a += Vector256.Load(addend);
            c1b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c2a += Vector256.Load(addend);
            c2b += Vector256.Load(addend + Lanes);
            addend += ldy;
            c3a += Vector256.Load(addend);
            c3b += Vector256.Load(addend + Lanes);
        }

        Vector256.Store(c0a, y);
        Vector256.Store(c0b, y + Lanes);
        y += ldy;
        Vector256.Store(c1a, y);
        Vector256.Store(c1b, y + Lanes);
        y += ldy;
        Vector256.Store(c2a, y);
        Vector256.Store(c2b, y + Lanes);
        y += ldy;
        Vector256.Store(c3a, y);
        Vector256.Store(c3b, y + Lanes);
    }

    // One row, 16 columns; four sums a column hide the latency.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row16(int inner, float* x, float* b, nint ldb, float* y, float* addend)
    {
        var a0 = Vector256<float>.Zero;
        var b0 = Vector256<float>.Zero;
        var a1 = Vector256<float>.Zero;
        var b1 = Vector256<float>.Zero;
        var a2 = Vector256<float>.Zero;
        var b2 = Vector256<float>.Zero;
        var a3 = Vector256<float>.Zero;
        var b3 = Vector256<float>.Zero;
        for (; inner >= 4; inner -= 4, x += 4, b += 4 * ldb)
        {
            a0 = Vector256.FusedMultiplyAdd(Vector256.Create(x[0]), Vector256.Load(b), a0);
            b0 = Vector256.FusedMultiplyAdd(Vector256.Create(x[0]), Vector256.Load(b + Lanes), b0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Create(x[1]), Vector256.Load(b + ldb), a1);
            b1 = Vector256.FusedMultiplyAdd(Vector256.Create(x[1]), Vector256.Load(b + ldb + Lanes), b1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Create(x[2]), Vector256.Load(b + (2 * ldb)), a2);
            b2 = Vector256.FusedMultiplyAdd(Vector256.Create(x[2]), Vector256.Load(b + (2 * ldb) + Lanes), b2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Create(x[3]), Vector256.Load(b + (3 * ldb)), a3);
            b3 = Vector256.FusedMultiplyAdd(Vector256.Create(x[3]), Vector256.Load(b + (3 * ldb) + Lanes), b3);
        }

        for (; inner > 0; inner--, x++, b += ldb)
        {
            a0 = Vector256.FusedMultiplyAdd(Vector256.Create(x[0]), Vector256.Load(b), a0);
            b0 = Vector256.FusedMultiplyAdd(Vector256.Create(x[0]), Vector256.Load(b + Lanes), b0);
        }

        a0 += a1 + (a2 + a3);
        b0 += b1 + (b2 + b3);
        if (addend != null)
        {
            a0 += Vector256.Load(addend);
            b0 += Vector256.Load(addend + Lanes);
        }

        Vector256.Store(a0, y);
        Vector256.Store(b0, y + Lanes);
    }
}
