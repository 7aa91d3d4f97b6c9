using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <content>Rotary positions and the dot products of heads; 256 bits suffice on every machine.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Rotate(
        int rows,
        int heads,
        int headSize,
        int headStride,
        float* x,
        nint ld,
        float* cosine,
        float* sine,
        float scale,
        float direction)
    {
        var half = headSize / 2;
        if (headSize == Lanes)
        {
            RotateEights(rows, heads, headStride, x, ld, cosine, sine, scale, direction);
        }
        else if (half % Lanes == 0)
        {
            RotateHalves(rows, heads, half, headStride, x, ld, cosine, sine, scale, direction);
        }
        else
        {
            base.Rotate(rows, heads, headSize, headStride, x, ld, cosine, sine, scale, direction);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NegatedHeadDots(int rows, int heads, int headStride, float* a, nint lda, float* b, nint ldb, float* negated)
    {
        for (nint t = 0; t < rows; t++, a += lda, b += ldb)
        {
            for (nint h = 0; h < heads; h++)
            {
                var sum = Vector256<float>.Zero;
                for (var d = h * headStride; d < (h + 1) * headStride; d += Lanes)
                {
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(a + d), Vector256.Load(b + d), sum);
                }

                negated[(h * rows) + t] = -Vector256.Sum(sum);
            }
        }
    }

    // A head of eight is one vector: (a, b) → (a·c − b·s, b·c + a·s) by exchanging its halves.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RotateEights(
        int rows,
        int heads,
        int headStride,
        float* x,
        nint ld,
        float* cosine,
        float* sine,
        float scale,
        float direction)
    {
        for (var t = 0; t < rows; t++, x += ld, cosine += Lanes / 2, sine += Lanes / 2)
        {
            var c = Vector128.Load(cosine) * scale;
            var s = Vector128.Load(sine) * (scale * direction);
            var cosines = Vector256.Create(c, c);
            var sines = Vector256.Create(-s, s);
            for (nint h = 0; h < heads; h++)
            {
                var head = x + (h * headStride);
                var pairs = Vector256.Load(head);
                var exchanged = Avx.Permute2x128(pairs, pairs, 1);
                Vector256.Store(Vector256.FusedMultiplyAdd(pairs, cosines, exchanged * sines), head);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RotateHalves(
        int rows,
        int heads,
        int half,
        int headStride,
        float* x,
        nint ld,
        float* cosine,
        float* sine,
        float scale,
        float direction)
    {
        for (var t = 0; t < rows; t++, x += ld, cosine += half, sine += half)
        {
            for (nint i = 0; i < half; i += Lanes)
            {
                var c = Vector256.Load(cosine + i) * scale;
                var s = Vector256.Load(sine + i) * (scale * direction);
                for (nint h = 0; h < heads; h++)
                {
                    var first = x + (h * headStride) + i;
                    var a = Vector256.Load(first);
                    var b = Vector256.Load(first + half);
                    Vector256.Store((a * c) - (b * s), first);
                    Vector256.Store(Vector256.FusedMultiplyAdd(a, s, b * c), first + half);
                }
            }
        }
    }
}
