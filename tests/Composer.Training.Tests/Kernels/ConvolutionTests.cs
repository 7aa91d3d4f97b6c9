using static Composer.Training.Tests.Kernels.ProductTests;

namespace Composer.Training.Tests.Kernels;

public sealed unsafe class ConvolutionTests
{
    [Theory]
    [InlineData(1, 16, 4, true, true)]
    [InlineData(2, 48, 4, false, true)]
    [InlineData(3, 32, 3, true, false)]
    [InlineData(17, 16, 1, true, true)]
    [InlineData(33, 80, 2, false, true)]
    [InlineData(64, 16, 3, true, true)]
    [InlineData(67, 48, 4, true, false)]
    [InlineData(130, 32, 3, false, true)]
    [InlineData(193, 16, 4, true, true)]
    public void Convolution_and_its_backward_match_double_precision(int rows, int channels, int taps, bool hasBias, bool hasHistory)
    {
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(rows, channels, channels + 16, GuardedRows.Noise(1));
            using var history = new GuardedRows(taps - 1, channels, channels + 32, GuardedRows.Noise(2));
            using var w = new GuardedRows(taps, channels, channels + 16, GuardedRows.Noise(3));
            using var bias = new GuardedRows(1, channels, channels, GuardedRows.Noise(4));
            using var y = new GuardedRows(rows, channels, channels + 48, GuardedRows.Noise(5));
            using var dy = new GuardedRows(rows, channels, channels + 32, GuardedRows.Noise(6));
            using var dx = new GuardedRows(rows, channels, channels + 48, GuardedRows.Noise(7));
            using var dw = new GuardedRows(taps, channels, channels + 16, GuardedRows.Noise(8));
            using var dbias = new GuardedRows(1, channels, channels, GuardedRows.Noise(9));
            var (expectedY, expectedDx) = (new double[rows, channels], new double[rows, channels]);
            var (expectedDw, expectedDbias) = (dw.ToArray(), dbias.ToArray());
            Each(rows, channels, (t, c) =>
            {
                expectedY[t, c] = hasBias ? bias[0, c] : 0;
                expectedDbias[0, c] += hasBias ? dy[t, c] : 0;
                for (var j = 0; j < taps; j++)
                {
                    var from = t - (taps - 1) + j;
                    expectedY[t, c] += (double)w[j, c] * (from >= 0 ? x[from, c] : hasHistory ? history[taps - 1 + from, c] : 0);
                    if (from >= 0)
                    {
                        expectedDx[from, c] += (double)w[j, c] * dy[t, c];
                        expectedDw[j, c] += (double)dy[t, c] * x[from, c];
                    }
                }
            });
            var before = hasHistory ? history.Data : null;
            var b = hasBias ? bias.Data : null;
            var db = hasBias ? dbias.Data : null;

            kernels.Convolve(
                rows, channels, taps, x.Data, x.Stride, before, history.Stride, w.Data, w.Stride, b, y.Data, y.Stride);
            kernels.ConvolveBackward(
                rows, channels, taps, x.Data, x.Stride, w.Data, w.Stride, dy.Data, dy.Stride, dx.Data, dx.Stride, dw.Data, db);

            y.ShouldBe(expectedY, 1e-6, $"{kernels.Tier} y");
            dx.ShouldBe(expectedDx, 1e-6, $"{kernels.Tier} dx");
            dw.ShouldBe(expectedDw, 2e-6, $"{kernels.Tier} dw");
            dbias.ShouldBe(expectedDbias, 2e-6, $"{kernels.Tier} dbias");

            kernels.ConvolveBackward(
                rows, channels, taps, x.Data, x.Stride, w.Data, w.Stride, dy.Data, dy.Stride, dy.Data, dy.Stride, dw.Data, db);
            dy.ShouldBe(expectedDx, 1e-6, $"{kernels.Tier} dx in place of dy");
            kernels.Convolve(
                rows, channels, taps, x.Data, x.Stride, before, history.Stride, w.Data, w.Stride, b, x.Data, x.Stride);
            x.ShouldBe(expectedY, 1e-6, $"{kernels.Tier} y in place of x");
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(5, 48)]
    public void Gates_and_SiLU_and_their_backwards_match_double_precision(int rows, int width)
    {
        foreach (var kernels in Tiers.All)
        {
            // The last row reaches far into both tails of the sigmoid.
            var noise = GuardedRows.Noise(1);
            using var x = new GuardedRows(rows, width, width + 16, (r, c) => noise(r, c) * (r == rows - 1 ? 40 : 1));
            using var gate = new GuardedRows(rows, width, width + 32, GuardedRows.Noise(2));
            using var dy = new GuardedRows(rows, width, width, GuardedRows.Noise(3));
            using var d = new GuardedRows(rows, width, width + 48, (r, c) => dy[r, c]);
            using var y = new GuardedRows(rows, width, width + 16, GuardedRows.Noise(4));
            var (silu, dSilu, gated) = (new double[rows, width], new double[rows, width], new double[rows, width]);
            var (dGate, dX) = (new double[rows, width], new double[rows, width]);
            Each(rows, width, (t, f) =>
            {
                var sigmoid = 1 / (1 + Math.Exp(-(double)x[t, f]));
                silu[t, f] = x[t, f] * sigmoid;
                dSilu[t, f] = dy[t, f] * (sigmoid + (x[t, f] * sigmoid * (1 - sigmoid)));
                gated[t, f] = (double)gate[t, f] * x[t, f];
                (dGate[t, f], dX[t, f]) = ((double)dy[t, f] * x[t, f], (double)dy[t, f] * gate[t, f]);
            });

            kernels.Silu(rows, width, x.Data, x.Stride, y.Data, y.Stride);
            kernels.SiluBackward(rows, width, x.Data, x.Stride, d.Data, d.Stride);
            y.ShouldBe(silu, 1e-6, $"{kernels.Tier} silu");
            d.ShouldBe(dSilu, 1e-6, $"{kernels.Tier} dx of silu");

            kernels.Gate(rows, width, gate.Data, gate.Stride, x.Data, x.Stride, y.Data, y.Stride);
            kernels.GateBackward(rows, width, gate.Data, gate.Stride, x.Data, x.Stride, dy.Data, dy.Stride);
            y.ShouldBe(gated, 1e-6, $"{kernels.Tier} gated");
            dy.ShouldBe(gated, 1e-6, $"{kernels.Tier} gated once more");
            gate.ShouldBe(dGate, 1e-6, $"{kernels.Tier} dgate");
            x.ShouldBe(dX, 1e-6, $"{kernels.Tier} dx of the gate");
        }
    }

    /// <summary>Terms of a tap's gradient are added in one order: over rows, in blocks of 64, whatever the vectors.</summary>
    [Fact]
    public void Channels_beside_each_other_change_no_bit()
    {
        const int Rows = 150;
        foreach (var kernels in Tiers.All)
        {
            var bits = new List<float[]>();
            foreach (var channels in (int[])[16, 80])
            {
                var noise = GuardedRows.Noise(1);
                var numbers = new double[Rows, 16];
                Each(Rows, 16, (t, c) => numbers[t, c] = noise(t, c));
                using var x = new GuardedRows(Rows, channels, channels, (t, c) => numbers[t, c % 16]);
                using var w = new GuardedRows(4, channels, channels, (t, c) => numbers[t, c % 16]);
                using var dx = new GuardedRows(Rows, channels, channels, GuardedRows.Zero);
                using var dw = new GuardedRows(4, channels, channels, GuardedRows.Zero);
                kernels.ConvolveBackward(
                    Rows, channels, 4, x.Data, channels, w.Data, channels, x.Data, channels, dx.Data, channels, dw.Data, null);
                var last = channels - 16;
                bits.Add([.. Enumerable.Range(0, 4 * 16).Select(i => dw[i / 16, last + (i % 16)])]);
            }

            Assert.Equal(bits[0], bits[1]);
        }
    }
}
