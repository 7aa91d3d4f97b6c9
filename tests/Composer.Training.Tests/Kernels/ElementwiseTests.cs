using Composer.Training.Kernels;
using Composer.Training.Optimization;
using static Composer.Training.Tests.Kernels.ProductTests;

namespace Composer.Training.Tests.Kernels;

public sealed unsafe class ElementwiseTests
{
    private const double Epsilon = 1e-5;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(5, 15)]
    [InlineData(3, 16)]
    [InlineData(7, 33)]
    [InlineData(4, 172)]
    public void Normalize_and_its_backward_match_double_precision(int rows, int width)
    {
        var padded = (width + 15) / 16 * 16;
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(rows, padded, padded + 16, GuardedRows.Noise(1, width));
            using var gain = new GuardedRows(1, padded, padded, GuardedRows.Noise(2, width));
            using var dy = new GuardedRows(rows, padded, padded + 16, GuardedRows.Noise(3, width));
            using var y = new GuardedRows(rows, padded, padded + 16, GuardedRows.Noise(4));
            using var dx = new GuardedRows(rows, padded, padded + 16, GuardedRows.Noise(5, width));
            using var dgain = new GuardedRows(1, padded, padded, GuardedRows.Noise(6, width));
            var (expectedY, expectedDx, expectedDgain) = (new double[rows, padded], dx.ToArray(), dgain.ToArray());
            for (var t = 0; t < rows; t++)
            {
                var inverse = 1 / Math.Sqrt((Enumerable.Range(0, width).Sum(d => (double)x[t, d] * x[t, d]) / width) + Epsilon);
                var dot = Enumerable.Range(0, width).Sum(d => (double)x[t, d] * gain[0, d] * dy[t, d]);
                for (var d = 0; d < width; d++)
                {
                    expectedY[t, d] = x[t, d] * inverse * gain[0, d];
                    expectedDx[t, d] += (inverse * gain[0, d] * dy[t, d]) - (x[t, d] * inverse * inverse * inverse * dot / width);
                    expectedDgain[0, d] += dy[t, d] * x[t, d] * inverse;
                }
            }

            kernels.Normalize(rows, width, (float)Epsilon, x.Data, gain.Data, y.Data, x.Stride);
            kernels.NormalizeBackward(rows, width, (float)Epsilon, x.Data, gain.Data, dy.Data, dx.Data, dgain.Data, x.Stride);

            y.ShouldBe(expectedY, 2e-6, $"{kernels.Tier} y");
            dx.ShouldBe(expectedDx, 2e-6, $"{kernels.Tier} dx");
            dgain.ShouldBe(expectedDgain, 2e-6, $"{kernels.Tier} dgain");
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(5, 48)]
    public void SwiGlu_and_its_backward_match_double_precision(int rows, int width)
    {
        foreach (var kernels in Tiers.All)
        {
            // The last row reaches far into both tails of the sigmoid.
            var noise = GuardedRows.Noise(1);
            using var gateUp = new GuardedRows(rows, 2 * width, (2 * width) + 16, (r, c) => noise(r, c) * (r == rows - 1 ? 40 : 1));
            using var dh = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(2));
            using var h = new GuardedRows(rows, width, width + 16, GuardedRows.Zero);
            var (expectedH, expectedD) = (new double[rows, width], new double[rows, 2 * width]);
            Each(rows, width, (t, f) =>
            {
                var (gate, up) = ((double)gateUp[t, f], (double)gateUp[t, width + f]);
                var sigmoid = 1 / (1 + Math.Exp(-gate));
                expectedH[t, f] = gate * sigmoid * up;
                expectedD[t, width + f] = dh[t, f] * gate * sigmoid;
                expectedD[t, f] = dh[t, f] * up * (sigmoid + (gate * sigmoid * (1 - sigmoid)));
            });

            kernels.SwiGlu(rows, width, gateUp.Data, gateUp.Stride, h.Data, h.Stride);
            kernels.SwiGluBackward(rows, width, gateUp.Data, gateUp.Stride, dh.Data, dh.Stride);

            h.ShouldBe(expectedH, 1e-6, $"{kernels.Tier} h");
            dh.ShouldBe(expectedH, 1e-6, $"{kernels.Tier} h again");
            gateUp.ShouldBe(expectedD, 1e-6, $"{kernels.Tier} d");
        }
    }

    [Fact]
    public void Gelu_and_its_backward_match_the_exact_one()
    {
        const int Count = 1024;
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(1, Count, Count, (_, i) => (i - 512) / 64.0);
            using var y = new GuardedRows(1, Count, Count, GuardedRows.Zero);
            using var dx = new GuardedRows(1, Count, Count, (_, _) => 1);
            var (expectedY, expectedDx) = (new double[1, Count], new double[1, Count]);
            for (var i = 0; i < Count; i++)
            {
                double a = x[0, i];
                expectedY[0, i] = a * NormalCumulative(a);
                expectedDx[0, i] = NormalCumulative(a) + (a * Math.Exp(-a * a / 2) / Math.Sqrt(2 * Math.PI));
            }

            kernels.Gelu(x.Data, y.Data, Count);
            kernels.GeluBackward(x.Data, dx.Data, Count);

            y.ShouldBe(expectedY, 3e-7, $"{kernels.Tier} y");
            dx.ShouldBe(expectedDx, 1e-6, $"{kernels.Tier} dx");
        }
    }

    [Theory]
    [InlineData(3, 2, 8)]
    [InlineData(1, 8, 8)]
    [InlineData(3, 8, 8)]
    [InlineData(2, 10, 16)]
    [InlineData(2, 16, 16)]
    [InlineData(3, 32, 32)]
    [InlineData(1, 24, 32)]
    [InlineData(2, 64, 64)]
    public void Rotate_turns_half_split_pairs_and_back(int heads, int headSize, int headStride)
    {
        const int Rows = 9;
        var half = headSize / 2;
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(
                Rows, heads * headStride, (heads * headStride) + 16, (r, c) => c % headStride < headSize ? Math.Sin((r * 7) + c) : 0);
            using var cosine = new GuardedRows(Rows, half, half, (t, i) => Math.Cos(t * Math.Pow(10_000, -(double)i / half)));
            using var sine = new GuardedRows(Rows, half, half, (t, i) => Math.Sin(t * Math.Pow(10_000, -(double)i / half)));
            var original = x.ToArray();
            var expected = x.ToArray();
            Each(Rows, heads * half, (t, hi) =>
            {
                var (first, second) = ((hi / half * headStride) + (hi % half), (hi / half * headStride) + (hi % half) + half);
                var (c, s) = (cosine[t, hi % half], sine[t, hi % half]);
                expected[t, first] = 3 * ((original[t, first] * c) - (original[t, second] * s));
                expected[t, second] = 3 * ((original[t, first] * s) + (original[t, second] * c));
            });

            kernels.Rotate(Rows, heads, headSize, headStride, x.Data, x.Stride, cosine.Data, sine.Data, 3f, 1f);
            x.ShouldBe(expected, 1e-6, $"{kernels.Tier}");

            kernels.Rotate(Rows, heads, headSize, headStride, x.Data, x.Stride, cosine.Data, sine.Data, 1f / 3, -1f);
            x.ShouldBe(original, 1e-6, $"{kernels.Tier} back");
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(15, 16)]
    [InlineData(16, 32)]
    [InlineData(17, 48)]
    [InlineData(100, 112)]
    public void Exponentials_sum_what_counts_and_clear_the_rest(int count, int padded)
    {
        foreach (var kernels in Tiers.All)
        {
            var noise = GuardedRows.Noise((ulong)count);
            using var z = new GuardedRows(1, padded, padded, (_, i) => i < count ? 30 * noise(0, i) : double.NaN);
            var values = Enumerable.Range(0, count).Select(i => (double)z[0, i]).ToList();
            var expected = new double[1, padded];
            for (var i = 0; i < count; i++)
            {
                expected[0, i] = Math.Pow(2, (values[i] - values.Max()) * 1.5);
            }

            var sum = kernels.Exponentials(z.Data, count, padded, 1.5f, out var maximum);

            Assert.Equal((float)values.Max(), maximum);
            Assert.Equal(1, sum / expected.Cast<double>().Sum(), 1e-6);
            z.ShouldBe(expected, 5e-6, $"{kernels.Tier}");
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(17, 48)]
    [InlineData(33, 48)]
    public void Softmax_backward_clears_what_does_not_count(int count, int padded)
    {
        foreach (var kernels in Tiers.All)
        {
            using var s = new GuardedRows(1, padded, padded, GuardedRows.Noise(1, count));
            using var dp = new GuardedRows(1, padded, padded, GuardedRows.Noise(2, count));
            var (p, ds) = (new double[1, padded], new double[1, padded]);
            for (var i = 0; i < count; i++)
            {
                p[0, i] = Math.Pow(2, s[0, i] - 3.25);
                ds[0, i] = p[0, i] * (dp[0, i] + 0.5);
            }

            kernels.SoftmaxBackward(s.Data, dp.Data, count, padded, -3.25f, 0.5f);

            s.ShouldBe(p, 1e-6, $"{kernels.Tier} p");
            dp.ShouldBe(ds, 1e-6, $"{kernels.Tier} ds");
        }
    }

    [Fact]
    public void Update_is_AdamW()
    {
        var settings = new AdamWSettings(1e-2, 0.1, 0.9, 0.98, 1e-8, ClipNorm: 2);
        foreach (var kernels in Tiers.All)
        {
            const int Count = 48;
            using var p = new GuardedRows(1, Count, Count, GuardedRows.Noise(1));
            using var g = new GuardedRows(1, Count, Count, GuardedRows.Noise(2));
            using var m = new GuardedRows(1, Count, Count, GuardedRows.Zero);
            using var v = new GuardedRows(1, Count, Count, GuardedRows.Zero);
            var (expectedP, em, ev) = (p.ToArray(), new double[Count], new double[Count]);
            for (var step = 1; step <= 3; step++)
            {
                for (var i = 0; i < Count; i++)
                {
                    var clipped = g[0, i] * 2 / 5.0;
                    em[i] = (0.9 * em[i]) + (0.1 * clipped);
                    ev[i] = (0.98 * ev[i]) + (0.02 * clipped * clipped);
                    expectedP[0, i] -= 1e-2 * ((em[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(ev[i] / (1 - Math.Pow(0.98, step))) + 1e-8))
                        + (0.1 * expectedP[0, i]));
                }

                kernels.Update(p.Data, g.Data, m.Data, v.Data, Count, new AdamWCoefficients(settings, step, 5));
            }

            p.ShouldBe(expectedP, 1e-6, $"{kernels.Tier}");
        }
    }

    [Fact]
    public void Sums_scales_and_dots_match_double_precision()
    {
        foreach (var kernels in Tiers.All)
        {
            using var a = new GuardedRows(5, 48, 64, GuardedRows.Noise(1));
            using var b = new GuardedRows(5, 48, 64, GuardedRows.Noise(2));
            using var dots = new GuardedRows(6, 5, 5, GuardedRows.Zero);
            var expected = new double[6, 5];
            Each(6, 5, (h, t) => expected[h, t] = -Enumerable.Range(8 * h, 8).Sum(d => (double)a[t, d] * b[t, d]));
            kernels.NegatedHeadDots(5, 6, 8, a.Data, 64, b.Data, 64, dots.Data);
            dots.ShouldBe(expected, 1e-6, $"{kernels.Tier} dots");

            var squares = Enumerable.Range(0, 48).Sum(d => (double)a[0, d] * a[0, d]);
            Assert.Equal(1, kernels.SumOfSquares(a.Data, 48) / squares, 1e-12);

            var sums = a.ToArray();
            Each(1, 48, (_, d) => sums[0, d] = (a[0, d] + b[0, d]) * 0.5);
            kernels.Add(a.Data, b.Data, 48);
            kernels.Scale(a.Data, 48, 0.5f);
            a.ShouldBe(sums, 1e-6, $"{kernels.Tier} sums");
        }
    }

    // erf by its series and, far out, by its continued fraction (Abramowitz and Stegun 7.1.5, 7.1.14).
    private static double NormalCumulative(double x)
    {
        var z = Math.Abs(x) / Math.Sqrt(2);
        double complement;
        if (z < 3)
        {
            var (term, sum) = (z, z);
            for (var n = 1; n < 80; n++)
            {
                term *= -z * z / n;
                sum += term / ((2 * n) + 1);
            }

            complement = 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }
        else
        {
            var fraction = z;
            for (var n = 60; n > 0; n--)
            {
                fraction = z + (n / 2.0 / fraction);
            }

            complement = Math.Exp(-z * z) / Math.Sqrt(Math.PI) / fraction;
        }

        return x < 0 ? complement / 2 : 1 - (complement / 2);
    }
}
