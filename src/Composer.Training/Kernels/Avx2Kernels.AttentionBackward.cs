using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>The backward of the attention of one narrow head.</content>
internal unsafe partial class Avx2Kernels
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
        // Lanes are keys. For each block of eight keys: probabilities and score gradients of all later queries that
        // see one of them, then the sums over queries (keys, values), then those over keys (queries, token-major: a key is a vector).
        var p = scratch;
        var ds = p + ((nint)rows * Lanes);
        var dq = ds + ((nint)rows * Lanes);
        new Span<float>(dq, rows * Lanes).Clear();
        for (nint first = 0; first < rows; first += Lanes)
        {
            var count = (int)Math.Min(rows - first, ((long)window + (2 * Lanes) - 2) / Lanes * Lanes);
            var q = queries + (first * ld);
            var g = dOutput + (first * ldo);
            NarrowOffsetScores(rows, count, q, ld, keysTransposed + first, offsets + first, p);
            Powers(count, p);
            MaskRows(p, CausalMasks + (Lanes * Lanes));
            MaskForgetful(count, window, p);
            NarrowScoreGradients(rows, count, g, ldo, valuesTransposed + first, negatedDeltas + first, p, ds);
            NarrowSums(rows, count, p, g, ldo, dValues + first);
            NarrowSums(rows, count, ds, q, ld, dKeys + first);
            NarrowQueries(count, ds, keys + (first * ld), ld, dq + (first * Lanes));
        }

        for (nint first = 0; first < rows; first += Lanes)
        {
            AddTransposed(rows, dq + (first * Lanes), dQueries + first);
        }
    }

    // From the window's length on, query after query: the keys that it still sees are the lanes from one more each time.
    private static void MaskForgetful(int count, int window, float* p)
    {
        for (var query = window; query < count; query++)
        {
            var lane = query - window + 1;
            var visible = lane < Lanes ? Vector256.Load(CausalMasks + (lane * Lanes)) : Vector256<float>.Zero;
            Vector256.Store(Vector256.Load(p + (query * Lanes)) & visible, p + (query * Lanes));
        }
    }

    // p[query, lane] = q · k + offset.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowOffsetScores(nint rows, int count, float* q, nint ld, float* keys, float* offsets, float* p)
    {
        var k0 = Vector256.Load(keys);
        var k1 = Vector256.Load(keys + rows);
        var k2 = Vector256.Load(keys + (2 * rows));
        var k3 = Vector256.Load(keys + (3 * rows));
        var k4 = Vector256.Load(keys + (4 * rows));
        var k5 = Vector256.Load(keys + (5 * rows));
        var k6 = Vector256.Load(keys + (6 * rows));
        var k7 = Vector256.Load(keys + (7 * rows));
        for (; count > 0; count--, p += Lanes, q += ld, offsets++)
        {
            var s = Vector256.FusedMultiplyAdd(k0, Vector256.Create(q[0]), Vector256.Create(*offsets));
            var z = k1 * Vector256.Create(q[1]);
            s = Vector256.FusedMultiplyAdd(k2, Vector256.Create(q[2]), s);
            z = Vector256.FusedMultiplyAdd(k3, Vector256.Create(q[3]), z);
            s = Vector256.FusedMultiplyAdd(k4, Vector256.Create(q[4]), s);
            z = Vector256.FusedMultiplyAdd(k5, Vector256.Create(q[5]), z);
            s = Vector256.FusedMultiplyAdd(k6, Vector256.Create(q[6]), s);
            z = Vector256.FusedMultiplyAdd(k7, Vector256.Create(q[7]), z);
            Vector256.Store(s + z, p);
        }
    }

    // ds[query, lane] = p · (g · v − delta).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowScoreGradients(
        nint rows,
        int count,
        float* g,
        nint ldo,
        float* values,
        float* negatedDeltas,
        float* p,
        float* ds)
    {
        var v0 = Vector256.Load(values);
        var v1 = Vector256.Load(values + rows);
        var v2 = Vector256.Load(values + (2 * rows));
        var v3 = Vector256.Load(values + (3 * rows));
        var v4 = Vector256.Load(values + (4 * rows));
        var v5 = Vector256.Load(values + (5 * rows));
        var v6 = Vector256.Load(values + (6 * rows));
        var v7 = Vector256.Load(values + (7 * rows));
        for (; count > 0; count--, p += Lanes, ds += Lanes, g += ldo, negatedDeltas++)
        {
            var x = Vector256.FusedMultiplyAdd(v0, Vector256.Create(g[0]), Vector256.Create(*negatedDeltas));
            var y = v1 * Vector256.Create(g[1]);
            x = Vector256.FusedMultiplyAdd(v2, Vector256.Create(g[2]), x);
            y = Vector256.FusedMultiplyAdd(v3, Vector256.Create(g[3]), y);
            x = Vector256.FusedMultiplyAdd(v4, Vector256.Create(g[4]), x);
            y = Vector256.FusedMultiplyAdd(v5, Vector256.Create(g[5]), y);
            x = Vector256.FusedMultiplyAdd(v6, Vector256.Create(g[6]), x);
            y = Vector256.FusedMultiplyAdd(v7, Vector256.Create(g[7]), y);
            Vector256.Store(Vector256.Load(p) * (x + y), ds);
        }
    }

    // sums[d, lane] += Σ weights[query, lane] · x[query, d].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowSums(nint rows, int count, float* weights, float* x, nint ld, float* sums)
    {
        var a0 = Vector256.Load(sums);
        var a1 = Vector256.Load(sums + rows);
        var a2 = Vector256.Load(sums + (2 * rows));
        var a3 = Vector256.Load(sums + (3 * rows));
        var a4 = Vector256.Load(sums + (4 * rows));
        var a5 = Vector256.Load(sums + (5 * rows));
        var a6 = Vector256.Load(sums + (6 * rows));
        var a7 = Vector256.Load(sums + (7 * rows));
        for (; count > 0; count--, weights += Lanes, x += ld)
        {
            var e = Vector256.Load(weights);
            a0 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[0]), a0);
            a1 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[1]), a1);
            a2 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[2]), a2);
            a3 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[3]), a3);
            a4 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[4]), a4);
            a5 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[5]), a5);
            a6 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[6]), a6);
            a7 = Vector256.FusedMultiplyAdd(e, Vector256.Create(x[7]), a7);
        }

        Vector256.Store(a0, sums);
        Vector256.Store(a1, sums + rows);
        Vector256.Store(a2, sums + (2 * rows));
        Vector256.Store(a3, sums + (3 * rows));
        Vector256.Store(a4, sums + (4 * rows));
        Vector256.Store(a5, sums + (5 * rows));
        Vector256.Store(a6, sums + (6 * rows));
        Vector256.Store(a7, sums + (7 * rows));
    }

    // dq[query, d] += Σ ds[query, key] · k[key, d] over eight keys.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowQueries(int count, float* ds, float* keys, nint ld, float* dq)
    {
        var k0 = Vector256.Load(keys);
        var k1 = Vector256.Load(keys + ld);
        var k2 = Vector256.Load(keys + (2 * ld));
        var k3 = Vector256.Load(keys + (3 * ld));
        var k4 = Vector256.Load(keys + (4 * ld));
        var k5 = Vector256.Load(keys + (5 * ld));
        var k6 = Vector256.Load(keys + (6 * ld));
        var k7 = Vector256.Load(keys + (7 * ld));
        for (; count > 0; count--, ds += Lanes, dq += Lanes)
        {
            var a = Vector256.FusedMultiplyAdd(k0, Vector256.Create(ds[0]), Vector256.Load(dq));
            var b = k1 * Vector256.Create(ds[1]);
            a = Vector256.FusedMultiplyAdd(k2, Vector256.Create(ds[2]), a);
            b = Vector256.FusedMultiplyAdd(k3, Vector256.Create(ds[3]), b);
            a = Vector256.FusedMultiplyAdd(k4, Vector256.Create(ds[4]), a);
            b = Vector256.FusedMultiplyAdd(k5, Vector256.Create(ds[5]), b);
            a = Vector256.FusedMultiplyAdd(k6, Vector256.Create(ds[6]), a);
            b = Vector256.FusedMultiplyAdd(k7, Vector256.Create(ds[7]), b);
            Vector256.Store(a + b, dq);
        }
    }

    // columns[d, lane] += rows[lane, d], eight by eight; the rows are transposed where they lie.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTransposed(nint stride, float* source, float* destination)
    {
        TransposeTile(source, Lanes, source, Lanes);
        for (var d = 0; d < Lanes; d++, source += Lanes, destination += stride)
        {
            Vector256.Store(Vector256.Load(destination) + Vector256.Load(source), destination);
        }
    }
}
