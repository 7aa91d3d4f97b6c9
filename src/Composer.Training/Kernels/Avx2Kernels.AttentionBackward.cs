using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>The backward of the attention of one narrow head.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NarrowAttentionBackward(
        int rows,
        float* queries,
        float* keys,
        nint ld,
        float* dOutput,
        nint ldo,
        float* keysTransposed,
        float* valuesTransposed,
        float* offsets,
        float* negatedDeltas,
        float* dQueries,
        float* dKeys,
        float* dValues,
        float* scratch)
    {
        // Lanes are keys. For each block of keys: probabilities and score gradients of all later queries,
        // then the sums over queries (keys, values), then, tile by tile transposed, those over keys (queries).
        var p = scratch;
        var ds = scratch + ((nint)rows * Lanes);
        for (nint first = 0; first < rows; first += Lanes)
        {
            var count = rows - (int)first;
            var q = queries + (first * ld);
            var g = dOutput + (first * ldo);
            NarrowScores(
                rows, count, q, ld, keysTransposed + first, valuesTransposed + first, g, ldo, offsets + first, negatedDeltas + first, p, ds);
            NarrowKeys(rows, count, q, ld, g, ldo, p, ds, dKeys + first, dValues + first);
            for (nint i = 0; i < count; i += Lanes)
            {
                NarrowTile(rows, ds + (i * Lanes), keys + (first * ld), ld, dQueries + first + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowScores(
        nint rows,
        int count,
        float* q,
        nint ld,
        float* keys,
        float* values,
        float* g,
        nint ldo,
        float* offsets,
        float* negatedDeltas,
        float* p,
        float* ds)
    {
        var k0 = Vector256.Load(keys);
        var k1 = Vector256.Load(keys + rows);
        var k2 = Vector256.Load(keys + (2 * rows));
        var k3 = Vector256.Load(keys + (3 * rows));
        var k4 = Vector256.Load(keys + (4 * rows));
        var k5 = Vector256.Load(keys + (5 * rows));
        var k6 = Vector256.Load(keys + (6 * rows));
        var k7 = Vector256.Load(keys + (7 * rows));
        var v0 = Vector256.Load(values);
        var v1 = Vector256.Load(values + rows);
        var v2 = Vector256.Load(values + (2 * rows));
        var v3 = Vector256.Load(values + (3 * rows));
        var v4 = Vector256.Load(values + (4 * rows));
        var v5 = Vector256.Load(values + (5 * rows));
        var v6 = Vector256.Load(values + (6 * rows));
        var v7 = Vector256.Load(values + (7 * rows));
        var mask = CausalMasks + (Lanes * Lanes);
        for (var i = 0; i < Lanes; i++, mask += Lanes, p += Lanes, ds += Lanes, q += ld, g += ldo, offsets++, negatedDeltas++)
        {
            var s = Vector256.FusedMultiplyAdd(k0, Vector256.Create(q[0]), Vector256.Create(*offsets));
            var z = k1 * Vector256.Create(q[1]);
            var x = Vector256.FusedMultiplyAdd(v0, Vector256.Create(g[0]), Vector256.Create(*negatedDeltas));
            var y = v1 * Vector256.Create(g[1]);
            s = Vector256.FusedMultiplyAdd(k2, Vector256.Create(q[2]), s);
            x = Vector256.FusedMultiplyAdd(v2, Vector256.Create(g[2]), x);
            z = Vector256.FusedMultiplyAdd(k3, Vector256.Create(q[3]), z);
            y = Vector256.FusedMultiplyAdd(v3, Vector256.Create(g[3]), y);
            s = Vector256.FusedMultiplyAdd(k4, Vector256.Create(q[4]), s);
            x = Vector256.FusedMultiplyAdd(v4, Vector256.Create(g[4]), x);
            z = Vector256.FusedMultiplyAdd(k5, Vector256.Create(q[5]), z);
            y = Vector256.FusedMultiplyAdd(v5, Vector256.Create(g[5]), y);
            s = Vector256.FusedMultiplyAdd(k6, Vector256.Create(q[6]), s);
            x = Vector256.FusedMultiplyAdd(v6, Vector256.Create(g[6]), x);
            z = Vector256.FusedMultiplyAdd(k7, Vector256.Create(q[7]), z);
            y = Vector256.FusedMultiplyAdd(v7, Vector256.Create(g[7]), y);
            var e = Exp2(s + z) & Vector256.Load(mask);
            Vector256.Store(e, p);
            Vector256.Store(e * (x + y), ds);
        }

        for (var i = Lanes; i < count; i++, p += Lanes, ds += Lanes, q += ld, g += ldo, offsets++, negatedDeltas++)
        {
            var s = Vector256.FusedMultiplyAdd(k0, Vector256.Create(q[0]), Vector256.Create(*offsets));
            var z = k1 * Vector256.Create(q[1]);
            var x = Vector256.FusedMultiplyAdd(v0, Vector256.Create(g[0]), Vector256.Create(*negatedDeltas));
            var y = v1 * Vector256.Create(g[1]);
            s = Vector256.FusedMultiplyAdd(k2, Vector256.Create(q[2]), s);
            x = Vector256.FusedMultiplyAdd(v2, Vector256.Create(g[2]), x);
            z = Vector256.FusedMultiplyAdd(k3, Vector256.Create(q[3]), z);
            y = Vector256.FusedMultiplyAdd(v3, Vector256.Create(g[3]), y);
            s = Vector256.FusedMultiplyAdd(k4, Vector256.Create(q[4]), s);
            x = Vector256.FusedMultiplyAdd(v4, Vector256.Create(g[4]), x);
            z = Vector256.FusedMultiplyAdd(k5, Vector256.Create(q[5]), z);
            y = Vector256.FusedMultiplyAdd(v5, Vector256.Create(g[5]), y);
            s = Vector256.FusedMultiplyAdd(k6, Vector256.Create(q[6]), s);
            x = Vector256.FusedMultiplyAdd(v6, Vector256.Create(g[6]), x);
            z = Vector256.FusedMultiplyAdd(k7, Vector256.Create(q[7]), z);
            y = Vector256.FusedMultiplyAdd(v7, Vector256.Create(g[7]), y);
            var e = Exp2(s + z);
            Vector256.Store(e, p);
            Vector256.Store(e * (x + y), ds);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowKeys(
        nint rows,
        int count,
        float* q,
        nint ld,
        float* g,
        nint ldo,
        float* p,
        float* ds,
        float* dKeys,
        float* dValues)
    {
        var a0 = Vector256.Load(dKeys);
        var a1 = Vector256.Load(dKeys + rows);
        var a2 = Vector256.Load(dKeys + (2 * rows));
        var a3 = Vector256.Load(dKeys + (3 * rows));
        var a4 = Vector256.Load(dKeys + (4 * rows));
        var a5 = Vector256.Load(dKeys + (5 * rows));
        var a6 = Vector256.Load(dKeys + (6 * rows));
        var a7 = Vector256.Load(dKeys + (7 * rows));
        var b0 = Vector256.Load(dValues);
        var b1 = Vector256.Load(dValues + rows);
        var b2 = Vector256.Load(dValues + (2 * rows));
        var b3 = Vector256.Load(dValues + (3 * rows));
        var b4 = Vector256.Load(dValues + (4 * rows));
        var b5 = Vector256.Load(dValues + (5 * rows));
        var b6 = Vector256.Load(dValues + (6 * rows));
        var b7 = Vector256.Load(dValues + (7 * rows));
        for (; count > 0; count--, p += Lanes, ds += Lanes, q += ld, g += ldo)
        {
            var e = Vector256.Load(p);
            var s = Vector256.Load(ds);
            a0 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[0]), a0);
            b0 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[0]), b0);
            a1 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[1]), a1);
            b1 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[1]), b1);
            a2 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[2]), a2);
            b2 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[2]), b2);
            a3 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[3]), a3);
            b3 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[3]), b3);
            a4 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[4]), a4);
            b4 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[4]), b4);
            a5 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[5]), a5);
            b5 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[5]), b5);
            a6 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[6]), a6);
            b6 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[6]), b6);
            a7 = Vector256.FusedMultiplyAdd(s, Vector256.Create(q[7]), a7);
            b7 = Vector256.FusedMultiplyAdd(e, Vector256.Create(g[7]), b7);
        }

        Vector256.Store(a0, dKeys);
        Vector256.Store(a1, dKeys + rows);
        Vector256.Store(a2, dKeys + (2 * rows));
        Vector256.Store(a3, dKeys + (3 * rows));
        Vector256.Store(a4, dKeys + (4 * rows));
        Vector256.Store(a5, dKeys + (5 * rows));
        Vector256.Store(a6, dKeys + (6 * rows));
        Vector256.Store(a7, dKeys + (7 * rows));
        Vector256.Store(b0, dValues);
        Vector256.Store(b1, dValues + rows);
        Vector256.Store(b2, dValues + (2 * rows));
        Vector256.Store(b3, dValues + (3 * rows));
        Vector256.Store(b4, dValues + (4 * rows));
        Vector256.Store(b5, dValues + (5 * rows));
        Vector256.Store(b6, dValues + (6 * rows));
        Vector256.Store(b7, dValues + (7 * rows));
    }

    // One tile of 8 queries by 8 keys, transposed in registers: lanes become queries.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowTile(nint rows, float* ds, float* keys, nint ld, float* dQueries)
    {
        var r0 = Vector256.Load(ds);
        var r1 = Vector256.Load(ds + Lanes);
        var r2 = Vector256.Load(ds + (2 * Lanes));
        var r3 = Vector256.Load(ds + (3 * Lanes));
        var r4 = Vector256.Load(ds + (4 * Lanes));
        var r5 = Vector256.Load(ds + (5 * Lanes));
        var r6 = Vector256.Load(ds + (6 * Lanes));
        var r7 = Vector256.Load(ds + (7 * Lanes));
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
        var g0 = Vector256.Load(dQueries);
        var g1 = Vector256.Load(dQueries + rows);
        var g2 = Vector256.Load(dQueries + (2 * rows));
        var g3 = Vector256.Load(dQueries + (3 * rows));
        var g4 = Vector256.Load(dQueries + (4 * rows));
        var g5 = Vector256.Load(dQueries + (5 * rows));
        var g6 = Vector256.Load(dQueries + (6 * rows));
        var g7 = Vector256.Load(dQueries + (7 * rows));
        g0 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w0, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w1, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w2, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w3, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w4, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w5, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w6, Vector256.Create(keys[7]), g7);
        keys += ld;
        g0 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[0]), g0);
        g1 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[1]), g1);
        g2 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[2]), g2);
        g3 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[3]), g3);
        g4 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[4]), g4);
        g5 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[5]), g5);
        g6 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[6]), g6);
        g7 = Vector256.FusedMultiplyAdd(w7, Vector256.Create(keys[7]), g7);
        Vector256.Store(g0, dQueries);
        Vector256.Store(g1, dQueries + rows);
        Vector256.Store(g2, dQueries + (2 * rows));
        Vector256.Store(g3, dQueries + (3 * rows));
        Vector256.Store(g4, dQueries + (4 * rows));
        Vector256.Store(g5, dQueries + (5 * rows));
        Vector256.Store(g6, dQueries + (6 * rows));
        Vector256.Store(g7, dQueries + (7 * rows));
    }
}
