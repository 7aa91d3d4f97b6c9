using static Composer.Training.Tests.Kernels.ProductTests;

namespace Composer.Training.Tests.Kernels;

public sealed unsafe class DeltaRuleTests
{
    private const double Epsilon = 1e-5;

    [Theory]
    [InlineData(1, 1, 3, 16)]
    [InlineData(5, 3, 17, 32)]
    [InlineData(3, 2, 64, 64)]
    public void Heads_become_of_length_1_and_their_gradient_comes_back(int rows, int heads, int size, int stride)
    {
        foreach (var kernels in Tiers.All)
        {
            using var x = Heads(1, rows, heads, size, stride);
            using var dy = Heads(2, rows, heads, size, stride);
            using var inverses = new GuardedRows(rows, heads, heads, GuardedRows.Zero);
            var (y, dx, expectedInverses) = (x.ToArray(), dy.ToArray(), new double[rows, heads]);
            Each(rows, heads, (t, h) =>
            {
                double Sum(Func<int, double> term) => Enumerable.Range(h * stride, size).Sum(term);
                var inverse = 1 / Math.Sqrt(Sum(d => (double)x[t, d] * x[t, d]) + Epsilon);
                var dot = Sum(d => (double)x[t, d] * dy[t, d]);
                expectedInverses[t, h] = inverse;
                for (var d = h * stride; d < (h * stride) + size; d++)
                {
                    y[t, d] = x[t, d] * inverse;
                    dx[t, d] = (inverse * dy[t, d]) - (inverse * inverse * inverse * x[t, d] * dot);
                }
            });

            kernels.NormalizeHeads(rows, heads, stride, (float)Epsilon, x.Data, x.Stride, inverses.Data);
            kernels.NormalizeHeadsBackward(rows, heads, stride, x.Data, x.Stride, inverses.Data, dy.Data, dy.Stride);

            x.ShouldBe(y, 1e-6, $"{kernels.Tier} y");
            inverses.ShouldBe(expectedInverses, 1e-6, $"{kernels.Tier} inverses");
            dy.ShouldBe(dx, 2e-6, $"{kernels.Tier} dx");
        }
    }

    [Theory]
    [InlineData(1, 1, 3, 16)]
    [InlineData(5, 3, 17, 32)]
    [InlineData(3, 2, 64, 64)]
    public void Gated_norms_of_heads_and_their_backward_match_double_precision(int rows, int heads, int size, int stride)
    {
        foreach (var kernels in Tiers.All)
        {
            using var x = Heads(1, rows, heads, size, stride);
            using var gate = Heads(2, rows, heads, size, stride);
            using var dy = Heads(3, rows, heads, size, stride);
            using var gain = new GuardedRows(1, stride, stride, GuardedRows.Noise(4, size));
            using var dgain = new GuardedRows(1, stride, stride, GuardedRows.Noise(5, size));
            using var y = new GuardedRows(rows, heads * stride, (heads * stride) + 16, GuardedRows.Noise(6));
            using var dx = new GuardedRows(rows, heads * stride, (heads * stride) + 16, GuardedRows.Noise(7));
            using var dgate = new GuardedRows(rows, heads * stride, (heads * stride) + 16, GuardedRows.Noise(8));
            var expectedY = new double[rows, heads * stride];
            var expectedDx = new double[rows, heads * stride];
            var expectedDgate = new double[rows, heads * stride];
            var expectedDgain = dgain.ToArray();
            Each(rows, heads, (t, h) =>
            {
                double Mean(Func<int, double> term) => Enumerable.Range(h * stride, size).Sum(term) / size;
                double Sigmoid(int d) => 1 / (1 + Math.Exp(-gate[t, d]));
                double Changed(int d) => (double)gain[0, d % stride] * gate[t, d] * Sigmoid(d) * dy[t, d];
                var inverse = 1 / Math.Sqrt(Mean(d => (double)x[t, d] * x[t, d]) + Epsilon);
                var pull = Mean(d => Changed(d) * x[t, d]) * inverse * inverse * inverse;
                for (var d = h * stride; d < (h * stride) + size; d++)
                {
                    var (silu, slope) = (gate[t, d] * Sigmoid(d), Sigmoid(d) + (gate[t, d] * Sigmoid(d) * (1 - Sigmoid(d))));
                    expectedY[t, d] = x[t, d] * inverse * gain[0, d % stride] * silu;
                    expectedDx[t, d] = (inverse * Changed(d)) - (pull * x[t, d]);
                    expectedDgate[t, d] = dy[t, d] * x[t, d] * inverse * gain[0, d % stride] * slope;
                    expectedDgain[0, d % stride] += dy[t, d] * x[t, d] * inverse * silu;
                }
            });

            kernels.NormalizeGatedHeads(
                rows, heads, size, stride, (float)Epsilon, x.Data, x.Stride, gain.Data, gate.Data, gate.Stride, y.Data, y.Stride);
            kernels.NormalizeGatedHeadsBackward(
                rows,
                heads,
                size,
                stride,
                (float)Epsilon,
                x.Data,
                x.Stride,
                gain.Data,
                gate.Data,
                gate.Stride,
                dy.Data,
                dy.Stride,
                dx.Data,
                dx.Stride,
                dgate.Data,
                dgate.Stride,
                dgain.Data);

            y.ShouldBe(expectedY, 2e-6, $"{kernels.Tier} y");
            dy.ShouldBe(expectedY, 2e-6, $"{kernels.Tier} y again");
            dx.ShouldBe(expectedDx, 3e-6, $"{kernels.Tier} dx");
            dgate.ShouldBe(expectedDgate, 2e-6, $"{kernels.Tier} dgate");
            dgain.ShouldBe(expectedDgain, 2e-6, $"{kernels.Tier} dgain");
        }
    }

    [Theory]
    [InlineData(1, 16, 1)]
    [InlineData(39, 16, 16)]
    [InlineData(20, 32, 32)]
    public void Gates_and_their_backward_match_double_precision(int rows, int width, int chunk)
    {
        foreach (var kernels in Tiers.All)
        {
            // The first row reaches far into both tails.
            var noise = GuardedRows.Noise(1);
            using var x = new GuardedRows(rows, 2 * width, (2 * width) + 16, (t, h) => noise(t, h) * (t == 0 ? 12 : 2));
            using var bias = new GuardedRows(1, width, width, GuardedRows.Noise(2));
            using var logRate = new GuardedRows(1, width, width, GuardedRows.Noise(3));
            using var dLogs = new GuardedRows(rows, width, width, GuardedRows.Noise(4));
            using var betaDots = new GuardedRows(rows, width, width, GuardedRows.Noise(5));
            using var dbias = new GuardedRows(1, width, width, GuardedRows.Noise(6));
            using var dlogRate = new GuardedRows(1, width, width, GuardedRows.Noise(7));
            using var decays = new GuardedRows(rows, width, width, GuardedRows.Zero);
            using var betas = new GuardedRows(rows, width, width, GuardedRows.Zero);
            using var dx = new GuardedRows(rows, 2 * width, (2 * width) + 16, GuardedRows.Noise(8));
            var (expectedDecays, expectedBetas, expectedDx) = (new double[rows, width], new double[rows, width], new double[rows, 2 * width]);
            var (expectedDbias, expectedDlogRate) = (dbias.ToArray(), dlogRate.ToArray());
            Each(rows, width, (t, h) =>
            {
                var (a, rate) = ((double)x[t, h] + bias[0, h], -Math.Exp(logRate[0, h]));
                var softplus = Math.Max(a, 0) + Math.Log(1 + Math.Exp(-Math.Abs(a)));
                expectedDecays[t, h] = (t % chunk == 0 ? 0 : expectedDecays[t - 1, h]) + (rate * softplus / Math.Log(2));
                expectedBetas[t, h] = 1 / (1 + Math.Exp(-x[t, width + h]));
                expectedDx[t, h] = dLogs[t, h] * rate / (1 + Math.Exp(-a));
                expectedDx[t, width + h] = betaDots[t, h] * (1 - expectedBetas[t, h]);
                expectedDbias[0, h] += expectedDx[t, h];
                expectedDlogRate[0, h] += dLogs[t, h] * rate * softplus;
            });

            kernels.DeltaGates(rows, width, chunk, x.Data, x.Stride, bias.Data, logRate.Data, decays.Data, betas.Data);
            kernels.DeltaGatesBackward(
                rows,
                width,
                x.Data,
                x.Stride,
                bias.Data,
                logRate.Data,
                dLogs.Data,
                betaDots.Data,
                dx.Data,
                dx.Stride,
                dbias.Data,
                dlogRate.Data);

            decays.ShouldBe(expectedDecays, 1e-6, $"{kernels.Tier} decays");
            betas.ShouldBe(expectedBetas, 1e-6, $"{kernels.Tier} betas");
            dx.ShouldBe(expectedDx, 1e-6, $"{kernels.Tier} dx");
            dbias.ShouldBe(expectedDbias, 2e-6, $"{kernels.Tier} dbias");
            dlogRate.ShouldBe(expectedDlogRate, 2e-6, $"{kernels.Tier} dlogRate");
        }
    }

    [Theory]
    [InlineData(16, 0.1)]
    [InlineData(32, 3)]
    [InlineData(48, 40)]
    public void Scores_are_decayed_below_the_diagonal_alone(int rows, double decay)
    {
        foreach (var kernels in Tiers.All)
        {
            using var logs = new GuardedRows(1, rows, rows, (_, t) => -decay * (t + 1));
            using var betas = new GuardedRows(1, rows, rows, (_, t) => 1.0 / (t + 1));
            using var factors = new GuardedRows(1, rows, rows, GuardedRows.Zero);
            using var mask = new GuardedRows(rows, rows, rows, GuardedRows.Noise(1));
            using var strict = new GuardedRows(rows, rows, rows, GuardedRows.Noise(2));
            using var inclusive = new GuardedRows(rows, rows, rows, GuardedRows.Noise(3));
            var (expectedMask, expectedStrict, expectedInclusive) = (new double[rows, rows], strict.ToArray(), inclusive.ToArray());
            Each(rows, rows, (t, j) =>
            {
                expectedMask[t, j] = j <= t ? Math.Pow(2, (double)logs[0, t] - logs[0, j]) : 0;
                expectedStrict[t, j] *= j < t ? -betas[0, t] * expectedMask[t, j] : 0;
                expectedInclusive[t, j] *= expectedMask[t, j];
            });

            kernels.DecayMask(rows, logs.Data, factors.Data, mask.Data);
            kernels.MaskScores(rows, mask.Data, betas.Data, strict.Data, inclusive.Data);

            factors.ShouldBe(Of(1, rows, (_, t) => Math.Pow(2, logs[0, t])), 1e-6, $"{kernels.Tier} factors");
            mask.ShouldBe(expectedMask, 1e-6, $"{kernels.Tier} mask");
            strict.ShouldBe(expectedStrict, 1e-6, $"{kernels.Tier} strict");
            inclusive.ShouldBe(expectedInclusive, 1e-6, $"{kernels.Tier} inclusive");
        }
    }

    [Theory]
    [InlineData(8, 16)]
    [InlineData(16, 48)]
    [InlineData(32, 16)]
    [InlineData(40, 64)]
    public void Triangular_systems_are_solved_in_both_directions(int rows, int columns)
    {
        foreach (var kernels in Tiers.All)
        {
            var noise = GuardedRows.Noise(1);
            using var l = new GuardedRows(rows, rows, rows + 16, (t, j) => (noise(t, j) * 0.3) + (j >= t ? 100 : 0));
            using var lower = new GuardedRows(rows, columns, columns + 16, GuardedRows.Noise(2));
            using var upper = new GuardedRows(rows, columns, columns + 16, GuardedRows.Noise(3));
            var (solvedLower, solvedUpper) = (lower.ToArray(), upper.ToArray());
            for (var t = 0; t < rows; t++)
            {
                Each(t, columns, (j, n) => solvedLower[t, n] += l[t, j] * solvedLower[j, n]);
            }

            for (var t = rows - 1; t >= 0; t--)
            {
                Each(rows - t - 1, columns, (j, n) => solvedUpper[t, n] += l[t + 1 + j, t] * solvedUpper[t + 1 + j, n]);
            }

            kernels.SolveLower(rows, columns, l.Data, l.Stride, lower.Data, lower.Stride);
            kernels.SolveUpper(rows, columns, l.Data, l.Stride, upper.Data, upper.Stride);

            lower.ShouldBe(solvedLower, 1e-5, $"{kernels.Tier} lower");
            upper.ShouldBe(solvedUpper, 1e-5, $"{kernels.Tier} upper");
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 16)]
    [InlineData(34, 48)]
    [InlineData(64, 64)]
    public void A_step_is_the_rule(int size, int columns)
    {
        const float Alpha = 0.7f, Beta = 0.4f;
        foreach (var kernels in Tiers.All)
        {
            using var query = new GuardedRows(1, size, size, GuardedRows.Noise(1));
            using var key = new GuardedRows(1, size, size, (_, i) => Math.Sin(i) / Math.Sqrt(size));
            using var value = new GuardedRows(1, columns, columns, GuardedRows.Noise(2));
            using var state = new GuardedRows(size, columns, columns, GuardedRows.Noise(3));
            using var output = new GuardedRows(1, columns, columns, GuardedRows.Zero);
            var said = Of(1, columns, (_, n) => Enumerable.Range(0, size).Sum(i => (double)key[0, i] * state[i, n]));
            var next = Of(
                size, columns, (i, n) => (Alpha * (state[i, n] - (Beta * key[0, i] * said[0, n]))) + (Beta * key[0, i] * value[0, n]));

            kernels.DeltaStep(size, columns, Alpha, Beta, query.Data, key.Data, value.Data, state.Data, output.Data);

            state.ShouldBe(next, 1e-6, $"{kernels.Tier} state");
            output.ShouldBe(
                Of(1, columns, (_, n) => Enumerable.Range(0, size).Sum(i => query[0, i] * next[i, n])), 2e-6, $"{kernels.Tier} output");
        }
    }

    private static GuardedRows Heads(ulong seed, int rows, int heads, int size, int stride)
    {
        var noise = GuardedRows.Noise(seed);
        return new GuardedRows(rows, heads * stride, (heads * stride) + 16, (t, d) => d % stride < size ? noise(t, d) : 0);
    }

    private static double[,] Of(int rows, int columns, Func<int, int, double> value)
    {
        var result = new double[rows, columns];
        Each(rows, columns, (r, c) => result[r, c] = value(r, c));
        return result;
    }
}
