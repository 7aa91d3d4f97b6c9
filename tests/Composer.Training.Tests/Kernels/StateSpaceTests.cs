using static Composer.Training.Tests.Kernels.ProductTests;

namespace Composer.Training.Tests.Kernels;

/// <summary>What Mamba-2's chunks have beside products, each kernel against its definition in double precision.</summary>
public sealed unsafe class StateSpaceTests
{
    [Theory]
    [InlineData(1, 1, 32)]
    [InlineData(33, 3, 32)]
    [InlineData(67, 16, 64)]
    [InlineData(130, 21, 64)]
    [InlineData(5, 7, 1)]
    public void Step_sizes_and_their_backward_match_double_precision(int rows, int heads, int chunk)
    {
        var width = (heads + 15) / 16 * 16;
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(rows, width, width + 16, Spread(1, heads, 3));
            using var bias = new GuardedRows(1, width, width, Spread(2, heads, 3));
            using var rates = new GuardedRows(1, width, width, (_, h) => h < heads ? 0.3 + h : 0);
            using var steps = new GuardedRows(rows, width, width, GuardedRows.Zero);
            using var decays = new GuardedRows(rows, width, width, GuardedRows.Zero);
            using var fromStart = new GuardedRows(rows, width, width, GuardedRows.Zero);
            using var toEnd = new GuardedRows(rows, width, width, GuardedRows.Zero);
            using var dSteps = new GuardedRows(rows, width, width, GuardedRows.Noise(3, heads));
            using var dDecays = new GuardedRows(rows, width, width, GuardedRows.Noise(4, heads));
            using var dx = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(5));
            using var dBias = new GuardedRows(1, width, width, GuardedRows.Noise(6, heads));
            using var dLogRates = new GuardedRows(1, width, width, GuardedRows.Noise(7, heads));
            var (expectedSteps, expectedDecays) = (new double[rows, width], new double[rows, width]);
            var (expectedDx, expectedDBias, expectedDRates) = (new double[rows, width], dBias.ToArray(), dLogRates.ToArray());
            Each(rows, width, (t, h) =>
            {
                expectedSteps[t, h] = Math.Log(1 + Math.Exp((double)x[t, h] + bias[0, h]));
                expectedDecays[t, h] = (t % chunk == 0 ? 0 : expectedDecays[t - 1, h]) - (rates[0, h] * expectedSteps[t, h]);
            });
            Each(rows, width, (t, h) =>
            {
                var later = 0.0;
                for (var i = t; i < rows && i / chunk == t / chunk; i++)
                {
                    later += dDecays[i, h];
                }

                expectedDx[t, h] = (dSteps[t, h] - (rates[0, h] * later)) / (1 + Math.Exp(-(double)x[t, h] - bias[0, h]));
                expectedDBias[0, h] += expectedDx[t, h];
                expectedDRates[0, h] -= rates[0, h] * later * expectedSteps[t, h];
            });

            kernels.StepSizes(rows, heads, chunk, x.Data, x.Stride, bias.Data, rates.Data, steps.Data, decays.Data, width);
            kernels.StepSizesBackward(
                rows, heads, chunk, x.Data, x.Stride, bias.Data, rates.Data, steps.Data, dSteps.Data, dDecays.Data, width,
                dx.Data, dx.Stride, dBias.Data, dLogRates.Data);

            Each(rows, width, (t, h) => Assert.Equal(1, steps[t, h] / expectedSteps[t, h], 2e-6));
            steps.ShouldBe(expectedSteps, 1e-6, $"{kernels.Tier} steps");
            decays.ShouldBe(expectedDecays, 1e-6, $"{kernels.Tier} decays");
            dx.ShouldBe(expectedDx, 5e-6, $"{kernels.Tier} dx");
            dBias.ShouldBe(expectedDBias, 1e-5, $"{kernels.Tier} bias");
            dLogRates.ShouldBe(expectedDRates, 1e-5, $"{kernels.Tier} rates");

            var last = Math.Min(rows, chunk);
            kernels.DecayFactors(last, heads, decays.Data, fromStart.Data, toEnd.Data, width);
            Each(last, heads, (t, h) =>
            {
                Assert.Equal(Math.Exp(decays[t, h]), fromStart[t, h], 1e-6);
                Assert.Equal(Math.Exp((double)decays[last - 1, h] - decays[t, h]), toEnd[t, h], 1e-6);
            });
            fromStart.CanariesShouldLive($"{kernels.Tier}");
            toEnd.CanariesShouldLive($"{kernels.Tier}");
        }
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(32, 16)]
    [InlineData(16, 32)]
    [InlineData(32, 32)]
    public void Weights_decay_and_forget_what_comes_later(int first, int rows)
    {
        var width = first + rows;
        foreach (var kernels in Tiers.All)
        {
            // Falls so fast that what lies above the diagonal would overflow.
            using var decays = new GuardedRows(1, width, width, (_, s) => -0.11 * s * s);
            using var scores = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(1));
            using var weights = new GuardedRows(rows, width, width + 48, GuardedRows.Noise(2));
            using var dWeights = new GuardedRows(rows, width, width + 48, GuardedRows.Noise(3));
            using var dScores = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(4));
            var (expected, expectedD) = (new double[rows, width], dScores.ToArray());
            Each(rows, width, (r, s) =>
            {
                var left = s <= first + r ? Math.Exp((double)decays[0, first + r] - decays[0, s]) : 0;
                expected[r, s] = left * scores[r, s];
                expectedD[r, s] += left * dWeights[r, s];
            });

            kernels.DecayWeights(first, rows, decays.Data, scores.Data, scores.Stride, weights.Data, weights.Stride);
            kernels.DecayWeightsBackward(
                first, rows, decays.Data, scores.Data, dWeights.Data, dScores.Data, scores.Stride, dWeights.Stride);

            weights.ShouldBe(expected, 2e-6, $"{kernels.Tier} weights");
            dWeights.ShouldBe(expected, 2e-6, $"{kernels.Tier} weights again");
            dScores.ShouldBe(expectedD, 2e-6, $"{kernels.Tier} scores");
        }
    }

    [Theory]
    [InlineData(1, 16, 1)]
    [InlineData(3, 16, 5)]
    [InlineData(2, 48, 16)]
    [InlineData(5, 32, 33)]
    public void States_decay_take_in_and_are_read(int heads, int headStride, int state)
    {
        var (width, panels) = (heads * headStride, ((heads * headStride) + 31) / 32);
        foreach (var kernels in Tiers.All)
        {
            using var held = new GuardedRows(panels, state * 32, state * 32, GuardedRows.Noise(1));
            using var other = new GuardedRows(panels, state * 32, state * 32, GuardedRows.Noise(2));
            using var decays = new GuardedRows(1, heads, heads, (_, h) => 0.9 / (h + 1));
            using var steps = new GuardedRows(1, heads, heads, GuardedRows.Noise(3));
            using var dots = new GuardedRows(1, heads, heads, GuardedRows.Noise(4));
            using var x = new GuardedRows(1, width, width, GuardedRows.Noise(5));
            using var b = new GuardedRows(1, state, state, GuardedRows.Noise(6));
            using var c = new GuardedRows(1, state, state, GuardedRows.Noise(7));
            using var y = new GuardedRows(1, width, width, GuardedRows.Noise(8));
            var (expected, expectedDots, expectedY) = (held.ToArray(), dots.ToArray(), new double[1, width]);
            Each(state, width, (n, d) =>
            {
                var h = d / headStride;
                var (panel, column) = (d / 32, (n * 32) + (d % 32));
                expected[panel, column] = (decays[0, h] * (double)held[panel, column]) + ((double)b[0, n] * steps[0, h] * x[0, d]);
                expectedY[0, d] += expected[panel, column] * c[0, n];
                expectedDots[0, h] += (double)held[panel, column] * other[panel, column];
            });

            kernels.AddStateDots(state, heads, headStride, state * 32, held.Data, other.Data, dots.Data);
            kernels.ScaleState(state, heads, headStride, state * 32, held.Data, decays.Data, other.Data);
            Each(state, width, (n, d) => Assert.Equal(
                held[d / 32, (n * 32) + (d % 32)] * decays[0, d / headStride], other[d / 32, (n * 32) + (d % 32)]));
            kernels.StepState(
                state, heads, headStride, state * 32, decays.Data, steps.Data, x.Data, b.Data, c.Data, held.Data, y.Data);

            dots.ShouldBe(expectedDots, 2e-6, $"{kernels.Tier} dots");
            held.ShouldBe(expected, 1e-6, $"{kernels.Tier} state");
            y.ShouldBe(expectedY, 2e-6, $"{kernels.Tier} y");
            other.CanariesShouldLive($"{kernels.Tier}");
        }
    }

    [Theory]
    [InlineData(1, 1, 16)]
    [InlineData(17, 3, 16)]
    [InlineData(5, 2, 48)]
    public void Heads_are_scaled_each_by_its_own(int rows, int heads, int headStride)
    {
        var width = heads * headStride;
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(1));
            using var dy = new GuardedRows(rows, width, width + 48, GuardedRows.Noise(2));
            using var q = new GuardedRows(rows, width, width + 48, GuardedRows.Noise(3));
            using var y = new GuardedRows(rows, width, width + 48, GuardedRows.Noise(4));
            using var factors = new GuardedRows(rows, heads, heads + 16, GuardedRows.Noise(5));
            using var skip = new GuardedRows(1, heads, heads, GuardedRows.Noise(6));
            using var dSteps = new GuardedRows(rows, heads, heads + 16, GuardedRows.Noise(7));
            using var dDecays = new GuardedRows(rows, heads, heads + 16, GuardedRows.Noise(8));
            var (scaled, sums, dx) = (new double[rows, width], y.ToArray(), new double[rows, width]);
            var (expectedSteps, expectedDecays) = (new double[rows, heads], dDecays.ToArray());
            Each(rows, width, (t, d) =>
            {
                var h = d / headStride;
                scaled[t, d] = (double)factors[t, h] * q[t, d];
                sums[t, d] += (double)skip[0, h] * q[t, d];
                dx[t, d] = scaled[t, d] + ((double)skip[0, h] * dy[t, d]);
                expectedSteps[t, h] += (double)x[t, d] * q[t, d];
                expectedDecays[t, h] -= (double)factors[t, h] * x[t, d] * q[t, d];
            });

            kernels.AddScaledHeads(rows, heads, headStride, q.Data, q.Stride, skip.Data, 0, y.Data, y.Stride);
            kernels.StateInputsBackward(
                rows, heads, headStride, q.Data, dy.Data, q.Stride, skip.Data, x.Data, x.Stride,
                factors.Data, dSteps.Data, dDecays.Data, factors.Stride);
            kernels.ScaleHeads(rows, heads, headStride, q.Data, q.Stride, factors.Data, factors.Stride, q.Data, q.Stride);

            y.ShouldBe(sums, 1e-6, $"{kernels.Tier} added");
            q.ShouldBe(scaled, 1e-6, $"{kernels.Tier} scaled");
            x.ShouldBe(dx, 1e-6, $"{kernels.Tier} dx");
            dSteps.ShouldBe(expectedSteps, 1e-6, $"{kernels.Tier} steps");
            dDecays.ShouldBe(expectedDecays, 1e-6, $"{kernels.Tier} decays");
        }
    }

    [Theory]
    [InlineData(1, 1, 16, 16)]
    [InlineData(7, 3, 16, 5)]
    [InlineData(17, 2, 48, 41)]
    public void Gated_norm_and_its_backward_match_double_precision(int rows, int heads, int headStride, int headSize)
    {
        var (width, inner) = (heads * headStride, heads * headSize);
        foreach (var kernels in Tiers.All)
        {
            using var y = new GuardedRows(rows, width, width + 16, OfHeads(1));
            using var x = new GuardedRows(rows, width, width + 48, OfHeads(2));
            using var z = new GuardedRows(rows, width, width + 32, OfHeads(3));
            using var dO = new GuardedRows(rows, width, width + 16, OfHeads(4));
            using var o = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(5));
            using var dz = new GuardedRows(rows, width, width + 32, GuardedRows.Noise(6));
            using var gain = new GuardedRows(1, width, width, OfHeads(7));
            using var skip = new GuardedRows(1, heads, heads, GuardedRows.Noise(8));
            using var dots = new GuardedRows(rows, heads, heads + 16, GuardedRows.Noise(9));
            using var dGain = new GuardedRows(1, width, width, OfHeads(10));
            using var dSkip = new GuardedRows(1, width, width, OfHeads(11));
            var (expectedO, expectedDy, expectedDz) = (new double[rows, width], new double[rows, width], new double[rows, width]);
            var (expectedDots, expectedGain, expectedSkip) = (new double[rows, heads], dGain.ToArray(), dSkip.ToArray());
            for (var t = 0; t < rows; t++)
            {
                double Mixed(int d) => y[t, d] + ((double)skip[0, d / headStride] * x[t, d]);
                double Sigmoid(int d) => 1 / (1 + Math.Exp(-(double)z[t, d]));
                double Gated(int d) => Mixed(d) * z[t, d] * Sigmoid(d);
                var inverse = 1 / Math.Sqrt((Enumerable.Range(0, width).Sum(d => Gated(d) * Gated(d)) / inner) + 1e-5);
                var pull = Enumerable.Range(0, width).Sum(d => Gated(d) * gain[0, d] * dO[t, d]) / inner;
                for (var d = 0; d < width; d++)
                {
                    expectedO[t, d] = Gated(d) * inverse * gain[0, d];
                    var dGated = inverse * ((gain[0, d] * (double)dO[t, d]) - (inverse * inverse * pull * Gated(d)));
                    expectedDy[t, d] = dGated * z[t, d] * Sigmoid(d);
                    expectedDz[t, d] = dGated * Mixed(d) * Sigmoid(d) * (1 + (z[t, d] * (1 - Sigmoid(d))));
                    expectedGain[0, d] += dO[t, d] * Gated(d) * inverse;
                    expectedSkip[0, d] += expectedDy[t, d] * x[t, d];
                    expectedDots[t, d / headStride] += expectedDy[t, d] * y[t, d];
                }
            }

            kernels.NormalizeGated(
                rows, heads, headStride, inner, 1e-5f, y.Data, y.Stride, x.Data, x.Stride, skip.Data, z.Data, z.Stride, gain.Data, o.Data);
            kernels.NormalizeGatedBackward(
                rows, heads, headStride, inner, 1e-5f, y.Data, y.Stride, x.Data, x.Stride, skip.Data, z.Data, z.Stride, gain.Data,
                dO.Data, dz.Data, dots.Data, dots.Stride, dGain.Data, dSkip.Data);

            o.ShouldBe(expectedO, 2e-6, $"{kernels.Tier} o");
            dO.ShouldBe(expectedO, 2e-6, $"{kernels.Tier} o again");
            y.ShouldBe(expectedDy, 3e-6, $"{kernels.Tier} dy");
            dz.ShouldBe(expectedDz, 3e-6, $"{kernels.Tier} dz");
            dots.ShouldBe(expectedDots, 3e-6, $"{kernels.Tier} dots");
            dGain.ShouldBe(expectedGain, 3e-6, $"{kernels.Tier} gain");
            dSkip.ShouldBe(expectedSkip, 3e-6, $"{kernels.Tier} skip");
        }

        Func<int, int, double> OfHeads(ulong seed)
        {
            var noise = GuardedRows.Noise(seed);
            return (row, column) => column % headStride < headSize ? noise(row, column) : 0;
        }
    }

    // Numbers of every size that matters, large ones too.
    private static Func<int, int, double> Spread(ulong seed, int columns, double scale)
    {
        var noise = GuardedRows.Noise(seed, columns);
        return (row, column) => scale * noise(row, column);
    }
}
