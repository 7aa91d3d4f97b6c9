using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>
/// Causal attention of one narrow head: a vector runs along positions. Sixteen registers hold eight features of
/// one thing and what is being computed, not eight of two: probabilities go through memory, a chunk at a time.
/// </content>
internal unsafe partial class Avx2Kernels
{
    private const float SafeScore = 100f;

    /// <summary>Keys at once: their probabilities for one vector of queries are 4 KiB.</summary>
    private const int KeyChunk = 128;

    // Row r, lane l: all bits set when l ≥ r (a query may see the key) and, in the second half, l ≤ r.
    private static readonly float* CausalMasks = CreateCausalMasks();

    [SkipLocalsInit]
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
        // Lanes are queries. |q| · max |k| bounds every score: while 2^bound is far from overflow, and so
        // 2^−bound from underflow, no maximum needs to be subtracted.
        var p = stackalloc float[KeyChunk * Lanes];
        var limit = Vector256.Create(SafeScore * SafeScore);
        var longest = Vector256.Create(LongestKeySquared(rows, keys, ld));
        for (nint first = 0; first < rows; first += Lanes)
        {
            var shift = Vector256<float>.Zero;
            if (Vector256.GreaterThanAny(SquaredLengths(rows, queries + first) * longest, limit))
            {
                shift = NegatedMaximum(rows, window, (int)first, queries + first, keys, ld);
            }

            var sum = Vector256<float>.Zero;
            var seen = (int)first + Lanes;
            var oldest = OldestOf((int)first, window);
            for (var j = oldest; j < seen; j += KeyChunk)
            {
                var count = Math.Min(KeyChunk, seen - j);
                NarrowScores(rows, count, queries + first, keys + (j * ld), ld, shift, p);
                Powers(count, p);
                if (j + count == seen)
                {
                    MaskRows(p + ((count - Lanes) * Lanes), CausalMasks);
                }

                if (seen > window)
                {
                    MaskForgotten(count, p, j - (int)first + window - 1);
                }

                sum += NarrowMix(rows, count, p, values + (j * ld), ld, output + first, j == oldest);
            }

            var inverse = Vector256<float>.One / sum;
            for (nint d = 0; d < NarrowHead; d++)
            {
                var o = output + first + (d * rows);
                Vector256.Store(Vector256.Load(o) * inverse, o);
            }

            Vector256.Store(shift - Vector256.Log2(sum), offsets + first);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static float LongestKeySquared(int rows, float* keys, nint ld)
    {
        var longest = Vector128<float>.Zero;
        for (nint j = 0; j < rows; j += 4, keys += 4 * ld)
        {
            var lower = Sse3.HorizontalAdd(SquaredHalves(keys), SquaredHalves(keys + ld));
            var upper = Sse3.HorizontalAdd(SquaredHalves(keys + (2 * ld)), SquaredHalves(keys + (3 * ld)));
            longest = Sse.Max(Sse3.HorizontalAdd(lower, upper), longest);
        }

        longest = Sse.Max(longest, Sse.MoveHighToLow(longest, longest));
        return MathF.Max(longest.GetElement(0), longest.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SquaredHalves(float* key)
    {
        var (lower, upper) = (Vector128.Load(key), Vector128.Load(key + 4));
        return Vector128.FusedMultiplyAdd(lower, lower, upper * upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SquaredLengths(nint rows, float* queries)
    {
        var squares = Vector256<float>.Zero;
        for (nint d = 0; d < NarrowHead; d++)
        {
            var q = Vector256.Load(queries + (d * rows));
            squares = Vector256.FusedMultiplyAdd(q, q, squares);
        }

        return squares;
    }

    // The rare case of very long queries and keys: the true maximum of each query's scores.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> NegatedMaximum(nint rows, int window, int first, float* queries, float* keys, nint ld)
    {
        var maximum = Vector256.Create(float.NegativeInfinity);
        var j = OldestOf(first, window);
        keys += j * ld;
        for (; j < first + Lanes; j++, keys += ld)
        {
            var score = Vector256<float>.Zero;
            for (nint d = 0; d < NarrowHead; d++)
            {
                score = Vector256.FusedMultiplyAdd(Vector256.Load(queries + (d * rows)), Vector256.Create(keys[d]), score);
            }

            if (j >= first)
            {
                var visible = Vector256.Load(CausalMasks + ((j - first) * Lanes));
                score = Vector256.ConditionalSelect(visible, score, Vector256.Create(float.NegativeInfinity));
            }

            if (j - first + window < Lanes)
            {
                var visible = LanesUpTo(j - first + window - 1);
                score = Vector256.ConditionalSelect(visible, score, Vector256.Create(float.NegativeInfinity));
            }

            maximum = Vector256.MaxNative(score, maximum);
        }

        return -maximum;
    }

    // p[key, lane] = q · k + shift.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowScores(nint rows, int count, float* queries, float* keys, nint ld, Vector256<float> shift, float* p)
    {
        var q0 = Vector256.Load(queries);
        var q1 = Vector256.Load(queries + rows);
        var q2 = Vector256.Load(queries + (2 * rows));
        var q3 = Vector256.Load(queries + (3 * rows));
        var q4 = Vector256.Load(queries + (4 * rows));
        var q5 = Vector256.Load(queries + (5 * rows));
        var q6 = Vector256.Load(queries + (6 * rows));
        var q7 = Vector256.Load(queries + (7 * rows));
        for (; count > 0; count--, p += Lanes, keys += ld)
        {
            var s = Vector256.FusedMultiplyAdd(q0, Vector256.Create(keys[0]), shift);
            var z = q1 * Vector256.Create(keys[1]);
            s = Vector256.FusedMultiplyAdd(q2, Vector256.Create(keys[2]), s);
            z = Vector256.FusedMultiplyAdd(q3, Vector256.Create(keys[3]), z);
            s = Vector256.FusedMultiplyAdd(q4, Vector256.Create(keys[4]), s);
            z = Vector256.FusedMultiplyAdd(q5, Vector256.Create(keys[5]), z);
            s = Vector256.FusedMultiplyAdd(q6, Vector256.Create(keys[6]), s);
            z = Vector256.FusedMultiplyAdd(q7, Vector256.Create(keys[7]), z);
            Vector256.Store(s + z, p);
        }
    }

    // p = 2^p, two vectors in a turn; count is even, as padded positions are. A pass of its own: beside a head's
    // features the registers have no room for the constants.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Powers(int count, float* p)
    {
        var constants = Exp2Constants;
        var c0 = Vector256.Create(constants[0]);
        var c1 = Vector256.Create(constants[1]);
        var c2 = Vector256.Create(constants[2]);
        var c3 = Vector256.Create(constants[3]);
        var c4 = Vector256.Create(constants[4]);
        var c5 = Vector256.Create(constants[5]);
        var lowest = Vector256.Create(constants[6]);
        for (; count > 0; count -= 2, p += 2 * Lanes)
        {
            var a = Exp2(Vector256.Load(p), lowest, c0, c1, c2, c3, c4, c5);
            var b = Exp2(Vector256.Load(p + Lanes), lowest, c0, c1, c2, c3, c4, c5);
            Vector256.Store(a, p);
            Vector256.Store(b, p + Lanes);
        }
    }

    // output[d, lane] (+)= Σ p[key, lane] · v[key, d]; returns Σ p[key, lane].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> NarrowMix(nint rows, int count, float* p, float* values, nint ld, float* output, bool overwrite)
    {
        var keep = overwrite ? Vector256<float>.Zero : Vector256<float>.AllBitsSet;
        var o0 = Vector256.Load(output) & keep;
        var o1 = Vector256.Load(output + rows) & keep;
        var o2 = Vector256.Load(output + (2 * rows)) & keep;
        var o3 = Vector256.Load(output + (3 * rows)) & keep;
        var o4 = Vector256.Load(output + (4 * rows)) & keep;
        var o5 = Vector256.Load(output + (5 * rows)) & keep;
        var o6 = Vector256.Load(output + (6 * rows)) & keep;
        var o7 = Vector256.Load(output + (7 * rows)) & keep;
        var sum = Vector256<float>.Zero;
        for (; count > 0; count--, p += Lanes, values += ld)
        {
            var e = Vector256.Load(p);
            sum += e;
            o0 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[0]), o0);
            o1 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[1]), o1);
            o2 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[2]), o2);
            o3 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[3]), o3);
            o4 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[4]), o4);
            o5 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[5]), o5);
            o6 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[6]), o6);
            o7 = Vector256.FusedMultiplyAdd(e, Vector256.Create(values[7]), o7);
        }

        Vector256.Store(o0, output);
        Vector256.Store(o1, output + rows);
        Vector256.Store(o2, output + (2 * rows));
        Vector256.Store(o3, output + (3 * rows));
        Vector256.Store(o4, output + (4 * rows));
        Vector256.Store(o5, output + (5 * rows));
        Vector256.Store(o6, output + (6 * rows));
        Vector256.Store(o7, output + (7 * rows));
        return sum;
    }

    // The first key that a vector of queries reads; some of its lanes may not see it.
    private static int OldestOf(int first, int window) => Math.Max(0, first - window + 1) / Lanes * Lanes;

    // Key after key: the queries that have it in their window are the lanes up to one more each time.
    private static void MaskForgotten(int count, float* p, int lastLane)
    {
        for (; count > 0 && lastLane < Lanes - 1; count--, lastLane++, p += Lanes)
        {
            Vector256.Store(Vector256.Load(p) & LanesUpTo(lastLane), p);
        }
    }

    private static Vector256<float> LanesUpTo(int lane) =>
        lane < 0 ? Vector256<float>.Zero : Vector256.Load(CausalMasks + ((Lanes + lane) * Lanes));

    // Eight vectors, each kept where its mask is set.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MaskRows(float* p, float* masks)
    {
        for (nint i = 0; i < Lanes * Lanes; i += Lanes)
        {
            Vector256.Store(Vector256.Load(p + i) & Vector256.Load(masks + i), p + i);
        }
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
