namespace Composer.Training.Tests.Kernels;

public sealed unsafe class NarrowAttentionTests
{
    private const int Head = 8;

    [Theory]
    [InlineData(16, 16, 1.0)]
    [InlineData(32, 32, 1.0)]
    [InlineData(80, 1000, 3.0)]
    [InlineData(48, 48, 30.0)] // scores in the thousands: the true maximum must be subtracted
    [InlineData(32, 1, 1.0)]
    [InlineData(80, 5, 1.0)]
    [InlineData(80, 8, 3.0)]
    [InlineData(96, 16, 1.0)]
    [InlineData(96, 23, 1.0)]
    [InlineData(48, 47, 1.0)]
    [InlineData(64, 13, 30.0)]
    [InlineData(304, 150, 1.0)] // more keys than are taken at once
    public void Forward_and_backward_match_double_precision(int rows, int window, double size)
    {
        foreach (var kernels in Tiers.All)
        {
            var noise = GuardedRows.Noise((ulong)rows);
            double[,] Random(double scale)
            {
                var array = new double[rows, Head];
                ProductTests.Each(rows, Head, (t, d) => array[t, d] = (float)(scale * noise(t, d)));
                return array;
            }

            var (q, k, v, g) = (Random(size), Random(size), Random(1), Random(1));
            using var rowsQ = Rows(q);
            using var rowsK = Rows(k);
            using var rowsV = Rows(v);
            using var rowsG = Rows(g);
            using var columnsQ = Columns(q);
            using var columnsK = Columns(k);
            using var columnsV = Columns(v);
            using var output = Columns(new double[rows, Head]);
            using var offsets = new GuardedRows(1, rows, rows, GuardedRows.Zero);

            kernels.NarrowAttention(rows, window, columnsQ.Data, rowsK.Data, rowsV.Data, rowsK.Stride, output.Data, offsets.Data);

            var reference = new Reference(q, k, v, g, window);
            var what = $"{kernels.Tier} {rows} × {size}, window {window}";
            var tolerance = size > 10 ? 2e-3 : 3e-6;
            output.ShouldBe(Transposed(reference.Output), tolerance, $"{what} output");

            using var deltas = new GuardedRows(1, rows, rows, (_, t) => -reference.Deltas[t]);
            using var dq = Columns(Random(1));
            using var dk = Columns(Random(1));
            using var dv = Columns(Random(1));
            using var scratch = new GuardedRows(1, 32 * rows, 32 * rows, (_, _) => double.NaN);
            var (expectedQ, expectedK, expectedV) = (Sum(dq, reference.DQ), Sum(dk, reference.DK), Sum(dv, reference.DV));

            kernels.NarrowAttentionBackward(
                rows,
                window,
                rowsQ.Data,
                rowsK.Data,
                rowsQ.Stride,
                rowsG.Data,
                rowsG.Stride,
                columnsK.Data,
                columnsV.Data,
                offsets.Data,
                deltas.Data,
                dq.Data,
                dk.Data,
                dv.Data,
                scratch.Data);

            dq.ShouldBe(expectedQ, tolerance, $"{what} dq");
            dk.ShouldBe(expectedK, tolerance, $"{what} dk");
            dv.ShouldBe(expectedV, tolerance, $"{what} dv");
            scratch.CanariesShouldLive($"{what} scratch");
        }
    }

    private static GuardedRows Rows(double[,] x) => new(x.GetLength(0), Head, Head + 16, (t, d) => x[t, d]);

    private static GuardedRows Columns(double[,] x) => new(Head, x.GetLength(0), x.GetLength(0), (d, t) => x[t, d]);

    private static double[,] Transposed(double[,] x)
    {
        var result = new double[Head, x.GetLength(0)];
        ProductTests.Each(x.GetLength(0), Head, (t, d) => result[d, t] = x[t, d]);
        return result;
    }

    private static double[,] Sum(GuardedRows start, double[,] gradient)
    {
        var result = start.ToArray();
        ProductTests.Each(gradient.GetLength(0), Head, (t, d) => result[d, t] += gradient[t, d]);
        return result;
    }

    /// <summary>Causal attention with scores in powers of 2, forward and backward; dQ and dK by the score's natural gradient.</summary>
    private sealed class Reference
    {
        public Reference(double[,] q, double[,] k, double[,] v, double[,] g, int window)
        {
            var rows = q.GetLength(0);
            (Output, DQ, DK, DV, Deltas) =
                (new double[rows, Head], new double[rows, Head], new double[rows, Head], new double[rows, Head], new double[rows]);
            for (var i = 0; i < rows; i++)
            {
                var scores = Enumerable.Range(0, i + 1).Select(j => i - j < window ? Dot(q, i, k, j) : double.NegativeInfinity).ToArray();
                var p = scores.Select(s => Math.Pow(2, s - scores.Max())).ToArray();
                var sum = p.Sum();
                for (var j = 0; j <= i; j++)
                {
                    p[j] /= sum;
                    for (var d = 0; d < Head; d++)
                    {
                        Output[i, d] += p[j] * v[j, d];
                    }
                }

                Deltas[i] = Dot(g, i, Output, i);
                for (var j = 0; j <= i; j++)
                {
                    var ds = p[j] * (Dot(g, i, v, j) - Deltas[i]);
                    for (var d = 0; d < Head; d++)
                    {
                        DQ[i, d] += ds * k[j, d];
                        DK[j, d] += ds * q[i, d];
                        DV[j, d] += p[j] * g[i, d];
                    }
                }
            }
        }

        public double[,] Output { get; }

        public double[,] DQ { get; }

        public double[,] DK { get; }

        public double[,] DV { get; }

        public double[] Deltas { get; }

        private static double Dot(double[,] a, int i, double[,] b, int j) =>
            Enumerable.Range(0, Head).Sum(d => a[i, d] * b[j, d]);
    }
}
