using Composer.Training.Kernels;

namespace Composer.Training.Tests.Kernels;

public sealed unsafe class ProductTests
{
    // Rows straddle the tiles of 4 and 8, inner the block of 128, columns the panels of 32.
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 16 }, { 3, 5, 32 }, { 7, 127, 48 }, { 8, 128, 64 }, { 9, 129, 80 }, { 16, 172, 96 }, { 31, 300, 16 }, { 33, 64, 112 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Multiply_matches_double_precision(int rows, int inner, int columns)
    {
        foreach (var kernels in Tiers.All)
        {
            foreach (var withAddend in (bool[])[false, true])
            {
                using var x = new GuardedRows(rows, inner, inner + 3, GuardedRows.Noise(1));
                using var b = new GuardedRows(inner, columns, columns, GuardedRows.Noise(2));
                using var y = new GuardedRows(rows, columns, columns + 16, GuardedRows.Noise(3));
                using var addend = new GuardedRows(rows, columns, columns + 16, GuardedRows.Noise(4));
                var expected = new double[rows, columns];
                Each(rows, columns, (t, n) => expected[t, n] = (withAddend ? addend[t, n] : 0)
                    + Enumerable.Range(0, inner).Sum(k => (double)x[t, k] * b[k, n]));

                kernels.Multiply(
                    rows,
                    inner,
                    columns,
                    x.Data,
                    x.Stride,
                    b.Data,
                    b.Stride,
                    TierKernels.PanelWidth,
                    y.Data,
                    y.Stride,
                    withAddend ? addend.Data : null);

                y.ShouldBe(expected, 2e-6, $"{kernels.Tier} {rows} × {inner} × {columns}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Multiply_reads_packed_panels_as_plain_rows(int rows, int inner, int columns)
    {
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(rows, inner, inner, GuardedRows.Noise(1));
            using var b = new GuardedRows(inner, columns, columns, GuardedRows.Noise(2));
            var panels = (columns + 31) / 32;
            using var packed = new GuardedRows(panels * inner, 32, 32, (r, c) =>
                ((r / inner) * 32) + c < columns ? b[r % inner, ((r / inner) * 32) + c] : double.NaN);
            using var expected = new GuardedRows(rows, columns, columns, GuardedRows.Zero);
            using var y = new GuardedRows(rows, columns, columns, GuardedRows.Zero);

            kernels.Multiply(rows, inner, columns, x.Data, x.Stride, b.Data, b.Stride, 32, expected.Data, columns, null);
            kernels.Multiply(rows, inner, columns, x.Data, x.Stride, packed.Data, 32, inner * 32, y.Data, columns, null);

            y.ShouldBe(expected.ToArray(), 0, $"{kernels.Tier}");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AccumulateTransposed_adds_to_what_was_there(int rows, int inner, int columns)
    {
        var padded = (inner + 7) / 8 * 8;
        foreach (var kernels in Tiers.All)
        {
            using var x = new GuardedRows(rows, padded, padded + 5, GuardedRows.Noise(1, columns: inner));
            using var dy = new GuardedRows(rows, columns, columns + 16, GuardedRows.Noise(2));
            using var c = new GuardedRows(padded, columns, columns + 16, GuardedRows.Noise(3));
            var expected = c.ToArray();
            Each(inner, columns, (k, n) => expected[k, n] += Enumerable.Range(0, rows).Sum(t => (double)x[t, k] * dy[t, n]));

            kernels.AccumulateTransposed(rows, inner, columns, x.Data, x.Stride, dy.Data, dy.Stride, c.Data, c.Stride, 32);

            c.ShouldBe(expected, 2e-6, $"{kernels.Tier} {rows} × {inner} × {columns}");
        }
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(32, 48)]
    [InlineData(80, 16)]
    public void Transpose_exchanges_rows_and_columns(int rows, int columns)
    {
        foreach (var kernels in Tiers.All)
        {
            using var source = new GuardedRows(rows, columns, columns + 7, GuardedRows.Noise(1));
            using var destination = new GuardedRows(columns, rows, rows + 9, GuardedRows.Zero);
            var expected = new double[columns, rows];
            Each(rows, columns, (r, c) => expected[c, r] = source[r, c]);

            kernels.Transpose(rows, columns, source.Data, source.Stride, destination.Data, destination.Stride);

            destination.ShouldBe(expected, 0, $"{kernels.Tier}");
        }
    }

    internal static void Each(int rows, int columns, Action<int, int> act)
    {
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                act(r, c);
            }
        }
    }
}
