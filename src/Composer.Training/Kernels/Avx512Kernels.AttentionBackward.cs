using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>The backward of the attention of one narrow head.</content>
internal sealed unsafe partial class Avx512Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NarrowAttentionBackward(
        int rows,
        int window,
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
        if (window < rows)
        {
            base.NarrowAttentionBackward(
                rows, window, queries, keys, ld, dOutput, ldo, keysTransposed, valuesTransposed,
                offsets, negatedDeltas, dQueries, dKeys, dValues, scratch);
            return;
        }

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
                rows,
                count,
                q,
                ld,
                keysTransposed + first,
                valuesTransposed + first,
                g,
                ldo,
                offsets + first,
                negatedDeltas + first,
                p,
                ds);
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
        var k0 = Vector512.Load(keys);
        var k1 = Vector512.Load(keys + rows);
        var k2 = Vector512.Load(keys + (2 * rows));
        var k3 = Vector512.Load(keys + (3 * rows));
        var k4 = Vector512.Load(keys + (4 * rows));
        var k5 = Vector512.Load(keys + (5 * rows));
        var k6 = Vector512.Load(keys + (6 * rows));
        var k7 = Vector512.Load(keys + (7 * rows));
        var v0 = Vector512.Load(values);
        var v1 = Vector512.Load(values + rows);
        var v2 = Vector512.Load(values + (2 * rows));
        var v3 = Vector512.Load(values + (3 * rows));
        var v4 = Vector512.Load(values + (4 * rows));
        var v5 = Vector512.Load(values + (5 * rows));
        var v6 = Vector512.Load(values + (6 * rows));
        var v7 = Vector512.Load(values + (7 * rows));
        var mask = CausalMasks + (Lanes * Lanes);
        for (var i = 0; i < Lanes; i++, mask += Lanes, p += Lanes, ds += Lanes, q += ld, g += ldo, offsets++, negatedDeltas++)
        {
            var s = Vector512.FusedMultiplyAdd(k0, Vector512.Create(q[0]), Vector512.Create(*offsets));
            var z = k1 * Vector512.Create(q[1]);
            var x = Vector512.FusedMultiplyAdd(v0, Vector512.Create(g[0]), Vector512.Create(*negatedDeltas));
            var y = v1 * Vector512.Create(g[1]);
            s = Vector512.FusedMultiplyAdd(k2, Vector512.Create(q[2]), s);
            x = Vector512.FusedMultiplyAdd(v2, Vector512.Create(g[2]), x);
            z = Vector512.FusedMultiplyAdd(k3, Vector512.Create(q[3]), z);
            y = Vector512.FusedMultiplyAdd(v3, Vector512.Create(g[3]), y);
            s = Vector512.FusedMultiplyAdd(k4, Vector512.Create(q[4]), s);
            x = Vector512.FusedMultiplyAdd(v4, Vector512.Create(g[4]), x);
            z = Vector512.FusedMultiplyAdd(k5, Vector512.Create(q[5]), z);
            y = Vector512.FusedMultiplyAdd(v5, Vector512.Create(g[5]), y);
            s = Vector512.FusedMultiplyAdd(k6, Vector512.Create(q[6]), s);
            x = Vector512.FusedMultiplyAdd(v6, Vector512.Create(g[6]), x);
            z = Vector512.FusedMultiplyAdd(k7, Vector512.Create(q[7]), z);
            y = Vector512.FusedMultiplyAdd(v7, Vector512.Create(g[7]), y);
            var e = Exp2(s + z) & Vector512.Load(mask);
            Vector512.Store(e, p);
            Vector512.Store(e * (x + y), ds);
        }

        for (var i = Lanes; i < count; i++, p += Lanes, ds += Lanes, q += ld, g += ldo, offsets++, negatedDeltas++)
        {
            var s = Vector512.FusedMultiplyAdd(k0, Vector512.Create(q[0]), Vector512.Create(*offsets));
            var z = k1 * Vector512.Create(q[1]);
            var x = Vector512.FusedMultiplyAdd(v0, Vector512.Create(g[0]), Vector512.Create(*negatedDeltas));
            var y = v1 * Vector512.Create(g[1]);
            s = Vector512.FusedMultiplyAdd(k2, Vector512.Create(q[2]), s);
            x = Vector512.FusedMultiplyAdd(v2, Vector512.Create(g[2]), x);
            z = Vector512.FusedMultiplyAdd(k3, Vector512.Create(q[3]), z);
            y = Vector512.FusedMultiplyAdd(v3, Vector512.Create(g[3]), y);
            s = Vector512.FusedMultiplyAdd(k4, Vector512.Create(q[4]), s);
            x = Vector512.FusedMultiplyAdd(v4, Vector512.Create(g[4]), x);
            z = Vector512.FusedMultiplyAdd(k5, Vector512.Create(q[5]), z);
            y = Vector512.FusedMultiplyAdd(v5, Vector512.Create(g[5]), y);
            s = Vector512.FusedMultiplyAdd(k6, Vector512.Create(q[6]), s);
            x = Vector512.FusedMultiplyAdd(v6, Vector512.Create(g[6]), x);
            z = Vector512.FusedMultiplyAdd(k7, Vector512.Create(q[7]), z);
            y = Vector512.FusedMultiplyAdd(v7, Vector512.Create(g[7]), y);
            var e = Exp2(s + z);
            Vector512.Store(e, p);
            Vector512.Store(e * (x + y), ds);
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
        var a0 = Vector512.Load(dKeys);
        var a1 = Vector512.Load(dKeys + rows);
        var a2 = Vector512.Load(dKeys + (2 * rows));
        var a3 = Vector512.Load(dKeys + (3 * rows));
        var a4 = Vector512.Load(dKeys + (4 * rows));
        var a5 = Vector512.Load(dKeys + (5 * rows));
        var a6 = Vector512.Load(dKeys + (6 * rows));
        var a7 = Vector512.Load(dKeys + (7 * rows));
        var b0 = Vector512.Load(dValues);
        var b1 = Vector512.Load(dValues + rows);
        var b2 = Vector512.Load(dValues + (2 * rows));
        var b3 = Vector512.Load(dValues + (3 * rows));
        var b4 = Vector512.Load(dValues + (4 * rows));
        var b5 = Vector512.Load(dValues + (5 * rows));
        var b6 = Vector512.Load(dValues + (6 * rows));
        var b7 = Vector512.Load(dValues + (7 * rows));
        for (; count > 0; count--, p += Lanes, ds += Lanes, q += ld, g += ldo)
        {
            var e = Vector512.Load(p);
            var s = Vector512.Load(ds);
            a0 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[0]), a0);
            b0 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[0]), b0);
            a1 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[1]), a1);
            b1 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[1]), b1);
            a2 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[2]), a2);
            b2 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[2]), b2);
            a3 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[3]), a3);
            b3 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[3]), b3);
            a4 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[4]), a4);
            b4 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[4]), b4);
            a5 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[5]), a5);
            b5 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[5]), b5);
            a6 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[6]), a6);
            b6 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[6]), b6);
            a7 = Vector512.FusedMultiplyAdd(s, Vector512.Create(q[7]), a7);
            b7 = Vector512.FusedMultiplyAdd(e, Vector512.Create(g[7]), b7);
        }

        Vector512.Store(a0, dKeys);
        Vector512.Store(a1, dKeys + rows);
        Vector512.Store(a2, dKeys + (2 * rows));
        Vector512.Store(a3, dKeys + (3 * rows));
        Vector512.Store(a4, dKeys + (4 * rows));
        Vector512.Store(a5, dKeys + (5 * rows));
        Vector512.Store(a6, dKeys + (6 * rows));
        Vector512.Store(a7, dKeys + (7 * rows));
        Vector512.Store(b0, dValues);
        Vector512.Store(b1, dValues + rows);
        Vector512.Store(b2, dValues + (2 * rows));
        Vector512.Store(b3, dValues + (3 * rows));
        Vector512.Store(b4, dValues + (4 * rows));
        Vector512.Store(b5, dValues + (5 * rows));
        Vector512.Store(b6, dValues + (6 * rows));
        Vector512.Store(b7, dValues + (7 * rows));
    }

    // One tile of 16 queries by 16 keys, transposed where it lies: lanes become queries.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowTile(nint rows, float* ds, float* keys, nint ld, float* dQueries)
    {
        TransposeTile(ds, Lanes, ds, Lanes);
        var g0 = Vector512.Load(dQueries);
        var g1 = Vector512.Load(dQueries + rows);
        var g2 = Vector512.Load(dQueries + (2 * rows));
        var g3 = Vector512.Load(dQueries + (3 * rows));
        var g4 = Vector512.Load(dQueries + (4 * rows));
        var g5 = Vector512.Load(dQueries + (5 * rows));
        var g6 = Vector512.Load(dQueries + (6 * rows));
        var g7 = Vector512.Load(dQueries + (7 * rows));
        for (var key = 0; key < Lanes; key++, keys += ld, ds += Lanes)
        {
            var w = Vector512.Load(ds);
            g0 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[0]), g0);
            g1 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[1]), g1);
            g2 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[2]), g2);
            g3 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[3]), g3);
            g4 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[4]), g4);
            g5 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[5]), g5);
            g6 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[6]), g6);
            g7 = Vector512.FusedMultiplyAdd(w, Vector512.Create(keys[7]), g7);
        }

        Vector512.Store(g0, dQueries);
        Vector512.Store(g1, dQueries + rows);
        Vector512.Store(g2, dQueries + (2 * rows));
        Vector512.Store(g3, dQueries + (3 * rows));
        Vector512.Store(g4, dQueries + (4 * rows));
        Vector512.Store(g5, dQueries + (5 * rows));
        Vector512.Store(g6, dQueries + (6 * rows));
        Vector512.Store(g7, dQueries + (7 * rows));
    }
}
