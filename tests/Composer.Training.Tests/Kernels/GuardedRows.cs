using Composer.Core;
using Composer.Training.Parameters;
using Composer.Training.TierProbe;

namespace Composer.Training.Tests.Kernels;

/// <summary>
/// Rows in unmanaged memory whose surroundings hold NaN: a kernel that reads them spoils its result, one
/// that writes them is found out. Where guard pages are to be had the last row ends at one: a kernel that so much
/// as reads on ends the process, with a trace that names it.
/// </summary>
internal sealed unsafe class GuardedRows : IDisposable
{
    private const int Guard = 64;
    private const uint Canary = 0x7FC0BEEF;
    private readonly AlignedArena arena = new();
    private readonly float* memory;
    private readonly int total;

    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns that hold numbers.</param>
    /// <param name="stride">Distance of two rows; what lies between holds canaries.</param>
    /// <param name="value">The number at (row, column).</param>
    public GuardedRows(int rows, int columns, int stride, Func<int, int, double> value)
    {
        (Rows, Columns, Stride) = (rows, columns, stride);
        total = (rows * stride) + ((GuardPages.AreSupported ? 1 : 2) * Guard);
        memory = GuardPages.AreSupported
            ? (float*)GuardPages.Allocate(total * sizeof(float), flushWithEnd: true)
            : arena.Allocate(total);
        for (var i = 0; i < total; i++)
        {
            ((uint*)memory)[i] = Canary;
        }

        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                Data[(r * stride) + c] = (float)value(r, c);
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Stride { get; }

    public float* Data => memory + Guard;

    public float this[int row, int column] => Data[(row * Stride) + column];

    public static Func<int, int, double> Noise(ulong seed, int columns = int.MaxValue, int rows = int.MaxValue)
    {
        var rng = new Rng(new Seed(seed));
        return (row, column) =>
        {
            var number = rng.NextGaussian();
            return column < columns && row < rows ? number : 0;
        };
    }

    public static double Zero(int row, int column) => 0;

    /// <summary>What the numbers are now, in double precision.</summary>
    public double[,] ToArray()
    {
        var result = new double[Rows, Columns];
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                result[r, c] = this[r, c];
            }
        }

        return result;
    }

    /// <summary>Every number is near the expected one, relative to their largest, and every canary lives.</summary>
    public void ShouldBe(double[,] expected, double tolerance, string what)
    {
        var scale = 1e-3;
        foreach (var value in expected)
        {
            scale = Math.Max(scale, Math.Abs(value));
        }

        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                Assert.True(
                    Math.Abs(this[r, c] - expected[r, c]) <= tolerance * scale,
                    $"{what} [{r}, {c}]: {this[r, c]}, expected {expected[r, c]}");
            }
        }

        CanariesShouldLive(what);
    }

    public void CanariesShouldLive(string what)
    {
        for (var i = 0; i < total; i++)
        {
            var (row, column) = (Math.DivRem(i - Guard, Stride, out var c), c);
            var inside = i >= Guard && row < Rows && column < Columns;
            Assert.True(inside || ((uint*)memory)[i] == Canary, $"{what} wrote outside, at {i - Guard}");
        }
    }

    public void Dispose()
    {
        arena.Dispose();
        if (GuardPages.AreSupported)
        {
            GuardPages.Free((nint)memory, total * sizeof(float));
        }
    }
}
