using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Causal attention of one narrow head: a vector runs along positions, the head stays in registers.</content>
internal sealed unsafe partial class Avx512Kernels
{
    private const float SafeScore = 100f;

    // Row r, lane l: all bits set when l ≥ r (a query may see the key) and, in the second half, l ≤ r.
    private static readonly float* CausalMasks = CreateCausalMasks();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NarrowAttention(
        int rows,
        int window,
        float* queries,
        float* keys,
        float* values,
        nint ld,
        float* output,
        float* offsets)
    {
        // A window is a narrow band: vectors half as wide compute fewer of the scores that nobody sees.
        if (window < rows)
        {
            base.NarrowAttention(rows, window, queries, keys, values, ld, output, offsets);
            return;
        }

        // Lanes are queries. |q| · max |k| bounds every score: while 2^bound is far from overflow, and so
        // 2^−bound from underflow, no maximum needs to be subtracted.
        var masks = CausalMasks;
        var limit = Vector512.Create(SafeScore * SafeScore);
        var longest = Vector512.Create(LongestKeySquared(rows, keys, ld));
        for (nint first = 0; first < rows; first += Lanes)
        {
            var shift = Vector512<float>.Zero;
            if (Vector512.GreaterThanAny(SquaredLengths(rows, queries + first) * longest, limit))
            {
                shift = NegatedMaximum(rows, (int)first, queries + first, keys, ld);
            }

            NarrowQueries(rows, (int)first, queries + first, keys, values, ld, shift, masks, output + first, offsets + first);
            Vector512.Store(shift - Vector512.Log2(Vector512.Load(offsets + first)), offsets + first);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> SquaredLengths(nint rows, float* queries)
    {
        var squares = Vector512<float>.Zero;
        for (nint d = 0; d < NarrowHead; d++)
        {
            var q = Vector512.Load(queries + (d * rows));
            squares = Vector512.FusedMultiplyAdd(q, q, squares);
        }

        return squares;
    }

    // The rare case of very long queries and keys: the true maximum of each query's scores.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> NegatedMaximum(nint rows, int first, float* queries, float* keys, nint ld)
    {
        var maximum = Vector512.Create(float.NegativeInfinity);
        for (var j = 0; j < first + Lanes; j++, keys += ld)
        {
            var score = Vector512<float>.Zero;
            for (nint d = 0; d < NarrowHead; d++)
            {
                score = Vector512.FusedMultiplyAdd(Vector512.Load(queries + (d * rows)), Vector512.Create(keys[d]), score);
            }

            if (j >= first)
            {
                var visible = Vector512.Load(CausalMasks + ((j - first) * Lanes));
                score = Vector512.ConditionalSelect(visible, score, Vector512.Create(float.NegativeInfinity));
            }

            maximum = Vector512.MaxNative(score, maximum);
        }

        return -maximum;
    }

    // Calls nothing, not even for a static field: every vector that lives across a call goes through the stack.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowQueries(
        nint rows,
        int first,
        float* queries,
        float* keys,
        float* values,
        nint ld,
        Vector512<float> shift,
        float* mask,
        float* output,
        float* sums)
    {
        var q0 = Vector512.Load(queries);
        var q1 = Vector512.Load(queries + rows);
        var q2 = Vector512.Load(queries + (2 * rows));
        var q3 = Vector512.Load(queries + (3 * rows));
        var q4 = Vector512.Load(queries + (4 * rows));
        var q5 = Vector512.Load(queries + (5 * rows));
        var q6 = Vector512.Load(queries + (6 * rows));
        var q7 = Vector512.Load(queries + (7 * rows));
        var o0 = Vector512<float>.Zero;
        var o1 = Vector512<float>.Zero;
        var o2 = Vector512<float>.Zero;
        var o3 = Vector512<float>.Zero;
        var o4 = Vector512<float>.Zero;
        var o5 = Vector512<float>.Zero;
        var o6 = Vector512<float>.Zero;
        var o7 = Vector512<float>.Zero;
        var sum = Vector512<float>.Zero;
        for (; first > 0; first -= 2)
        {
            var k0 = keys;
            var v0 = values;
            var s0 = Vector512.FusedMultiplyAdd(q0, Vector512.Create(k0[0]), shift);
            var z0 = q1 * Vector512.Create(k0[1]);
            s0 = Vector512.FusedMultiplyAdd(q2, Vector512.Create(k0[2]), s0);
            z0 = Vector512.FusedMultiplyAdd(q3, Vector512.Create(k0[3]), z0);
            s0 = Vector512.FusedMultiplyAdd(q4, Vector512.Create(k0[4]), s0);
            z0 = Vector512.FusedMultiplyAdd(q5, Vector512.Create(k0[5]), z0);
            s0 = Vector512.FusedMultiplyAdd(q6, Vector512.Create(k0[6]), s0);
            z0 = Vector512.FusedMultiplyAdd(q7, Vector512.Create(k0[7]), z0);
            var p0 = Exp2(s0 + z0);
            sum += p0;
            o0 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[0]), o0);
            o1 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[1]), o1);
            o2 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[2]), o2);
            o3 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[3]), o3);
            o4 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[4]), o4);
            o5 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[5]), o5);
            o6 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[6]), o6);
            o7 = Vector512.FusedMultiplyAdd(p0, Vector512.Create(v0[7]), o7);

            var k1 = keys + ld;
            var v1 = values + ld;
            var s1 = Vector512.FusedMultiplyAdd(q0, Vector512.Create(k1[0]), shift);
            var z1 = q1 * Vector512.Create(k1[1]);
            s1 = Vector512.FusedMultiplyAdd(q2, Vector512.Create(k1[2]), s1);
            z1 = Vector512.FusedMultiplyAdd(q3, Vector512.Create(k1[3]), z1);
            s1 = Vector512.FusedMultiplyAdd(q4, Vector512.Create(k1[4]), s1);
            z1 = Vector512.FusedMultiplyAdd(q5, Vector512.Create(k1[5]), z1);
            s1 = Vector512.FusedMultiplyAdd(q6, Vector512.Create(k1[6]), s1);
            z1 = Vector512.FusedMultiplyAdd(q7, Vector512.Create(k1[7]), z1);
            var p1 = Exp2(s1 + z1);
            sum += p1;
            o0 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[0]), o0);
            o1 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[1]), o1);
            o2 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[2]), o2);
            o3 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[3]), o3);
            o4 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[4]), o4);
            o5 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[5]), o5);
            o6 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[6]), o6);
            o7 = Vector512.FusedMultiplyAdd(p1, Vector512.Create(v1[7]), o7);

            keys += 2 * ld;
            values += 2 * ld;
        }

        for (var j = 0; j < Lanes; j++, mask += Lanes, keys += ld, values += ld)
        {
            var k2 = keys;
            var v2 = values;
            var s2 = Vector512.FusedMultiplyAdd(q0, Vector512.Create(k2[0]), shift);
            var z2 = q1 * Vector512.Create(k2[1]);
            s2 = Vector512.FusedMultiplyAdd(q2, Vector512.Create(k2[2]), s2);
            z2 = Vector512.FusedMultiplyAdd(q3, Vector512.Create(k2[3]), z2);
            s2 = Vector512.FusedMultiplyAdd(q4, Vector512.Create(k2[4]), s2);
            z2 = Vector512.FusedMultiplyAdd(q5, Vector512.Create(k2[5]), z2);
            s2 = Vector512.FusedMultiplyAdd(q6, Vector512.Create(k2[6]), s2);
            z2 = Vector512.FusedMultiplyAdd(q7, Vector512.Create(k2[7]), z2);
            var p2 = Exp2(s2 + z2);
            p2 &= Vector512.Load(mask);
            sum += p2;
            o0 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[0]), o0);
            o1 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[1]), o1);
            o2 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[2]), o2);
            o3 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[3]), o3);
            o4 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[4]), o4);
            o5 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[5]), o5);
            o6 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[6]), o6);
            o7 = Vector512.FusedMultiplyAdd(p2, Vector512.Create(v2[7]), o7);
        }

        var inverse = Vector512<float>.One / sum;
        Vector512.Store(o0 * inverse, output);
        Vector512.Store(o1 * inverse, output + rows);
        Vector512.Store(o2 * inverse, output + (2 * rows));
        Vector512.Store(o3 * inverse, output + (3 * rows));
        Vector512.Store(o4 * inverse, output + (4 * rows));
        Vector512.Store(o5 * inverse, output + (5 * rows));
        Vector512.Store(o6 * inverse, output + (6 * rows));
        Vector512.Store(o7 * inverse, output + (7 * rows));
        Vector512.Store(sum, sums);
    }

    private static float* CreateCausalMasks()
    {
        // For the life of the process.
        var masks = (uint*)NativeMemory.AlignedAlloc(2 * Lanes * Lanes * sizeof(float), 64);
        for (var row = 0; row < Lanes; row++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                masks[(row * Lanes) + lane] = lane >= row ? uint.MaxValue : 0;
                masks[((Lanes + row) * Lanes) + lane] = lane <= row ? uint.MaxValue : 0;
            }
        }

        return (float*)masks;
    }
}
