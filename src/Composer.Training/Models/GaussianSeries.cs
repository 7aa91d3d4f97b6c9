using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Composer.Core;

namespace Composer.Training.Models;

/// <summary>Many of <see cref="Rng.NextGaussian"/>'s numbers, scaled and rounded to floats: the same bits, sooner.</summary>
/// <remarks>
/// Logarithm and cosine come from vectors and may differ from the scalar ones in their last bits. Where that
/// could change the rounded float (once in some ten thousand numbers), or where the error is not relative (next to
/// the logarithm's or the cosine's zero), the scalar functions decide.
/// </remarks>
internal static class GaussianSeries
{
    private const int Block = 256;

    /// <summary>Far more than both functions err together: 2⁻⁴⁰ against some 2⁻⁵⁰.</summary>
    private const double Margin = 1.0 / (1L << 40);
    private const double NearZero = 1.0 / 1024;

    /// <summary>values[i] = (float)(deviation · rng.NextGaussian()).</summary>
    public static void Fill(Rng rng, double deviation, Span<float> values)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            foreach (ref var value in values)
            {
                value = (float)(deviation * rng.NextGaussian());
            }

            return;
        }

        Span<double> uniforms = stackalloc double[Block];
        Span<double> angles = stackalloc double[Block];
        Span<double> cosines = stackalloc double[Block];
        Span<double> normals = stackalloc double[Block];
        for (; !values.IsEmpty; values = values[Math.Min(Block, values.Length)..])
        {
            FillBlock(rng, deviation, values[..Math.Min(Block, values.Length)], uniforms, angles, cosines, normals);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillBlock(
        Rng rng,
        double deviation,
        Span<float> values,
        Span<double> uniforms,
        Span<double> angles,
        Span<double> cosines,
        Span<double> normals)
    {
        for (var i = 0; i < values.Length; i++)
        {
            uniforms[i] = 1.0 - rng.NextDouble();
            angles[i] = 2.0 * Math.PI * rng.NextDouble();
        }

        for (var i = 0; i < values.Length; i += Vector256<double>.Count)
        {
            var cosine = Vector256.Cos(Vector256.Create<double>(angles[i..]));
            var radius = Vector256.Sqrt(Vector256.Log(Vector256.Create<double>(uniforms[i..])) * -2.0);
            cosine.CopyTo(cosines[i..]);
            (radius * cosine * deviation).CopyTo(normals[i..]);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var (low, high) = ((float)(normals[i] * (1 - Margin)), (float)(normals[i] * (1 + Margin)));
            var isSafe = low == high && Math.Abs(cosines[i]) > NearZero && uniforms[i] < 1 - NearZero;
            values[i] = isSafe ? low : (float)(deviation * (Math.Sqrt(-2.0 * Math.Log(uniforms[i])) * Math.Cos(angles[i])));
        }
    }
}
