using static Composer.Training.Tests.Kernels.ProductTests;

namespace Composer.Training.Tests.Kernels;

public sealed unsafe class ExpertTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 48)]
    public void Weighted_rows_match_double_precision(int rows, int width)
    {
        foreach (var kernels in Tiers.All)
        {
            // The last row reaches far into both tails of the sigmoid; a weight may vanish.
            var noise = GuardedRows.Noise(1);
            using var gateUp = new GuardedRows(rows, 2 * width, (2 * width) + 16, (r, c) => noise(r, c) * (r == rows - 1 ? 40 : 1));
            using var dh = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(2));
            using var weights = new GuardedRows(1, rows, rows, (_, t) => t == 1 ? 0 : 1.0 / (t + 2));
            using var dots = new GuardedRows(1, rows, rows, GuardedRows.Noise(3));
            var (expectedH, expectedD, expectedDots) = (new double[rows, width], new double[rows, 2 * width], new double[1, rows]);
            Each(rows, width, (t, f) =>
            {
                var (gate, up) = ((double)gateUp[t, f], (double)gateUp[t, width + f]);
                var sigmoid = 1 / (1 + Math.Exp(-gate));
                expectedH[t, f] = weights[0, t] * gate * sigmoid * up;
                expectedD[t, width + f] = weights[0, t] * dh[t, f] * gate * sigmoid;
                expectedD[t, f] = weights[0, t] * dh[t, f] * up * (sigmoid + (gate * sigmoid * (1 - sigmoid)));
                expectedDots[0, t] += dh[t, f] * gate * sigmoid * up;
            });

            kernels.WeightedSwiGluBackward(
                rows, width, gateUp.Data, gateUp.Stride, dh.Data, dh.Stride, weights.Data, dots.Data);

            dh.ShouldBe(expectedH, 1e-6, $"{kernels.Tier} weighted h");
            gateUp.ShouldBe(expectedD, 1e-6, $"{kernels.Tier} d");
            dots.ShouldBe(expectedDots, 2e-6, $"{kernels.Tier} dots");
        }
    }

    [Fact]
    public void Scaled_rows_are_added()
    {
        foreach (var kernels in Tiers.All)
        {
            using var sum = new GuardedRows(1, 48, 48, GuardedRows.Noise(1));
            using var row = new GuardedRows(1, 48, 48, GuardedRows.Noise(2));
            var expected = sum.ToArray();
            Each(1, 48, (_, i) => expected[0, i] += 0.375 * row[0, i]);
            kernels.AddScaled(sum.Data, row.Data, 48, 0.375f);
            sum.ShouldBe(expected, 1e-6, $"{kernels.Tier}");
        }
    }
}
