using BenchmarkDotNet.Attributes;
using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Benchmarks;

/// <summary>Matrix products at the shapes of a small model: 128 tokens through dim × hidden.</summary>
public unsafe class ProductBenchmarks : IFloatingPointWork
{
    private const int Rows = 128;
    private readonly AlignedArena arena = new();
    private TierKernels kernels = new ScalarKernels();
    private float* x;
    private float* weights;
    private float* y;

    [Params(InstructionSetTier.Avx2, InstructionSetTier.Avx512)]
    public InstructionSetTier Tier { get; set; }

    [Params(128, 256)]
    public int Inner { get; set; }

    [Params(128, 512)]
    public int Columns { get; set; }

    double IFloatingPointWork.FlopsOf(string method) => 2.0 * Rows * Inner * Columns;

    [GlobalSetup]
    public void Allocate()
    {
        kernels = InstructionSet.For(Tier);
        x = arena.Allocate(Rows * Padding.ToStride(Inner));
        y = arena.Allocate(Rows * Padding.ToStride(Columns));
        weights = arena.Allocate((long)Inner * Columns);
    }

    [GlobalCleanup]
    public void Free() => arena.Dispose();

    [Benchmark]
    public void Forward() => kernels.Multiply(
        Rows,
        Inner,
        Columns,
        x,
        Padding.ToStride(Inner),
        weights,
        TierKernels.PanelWidth,
        Inner * TierKernels.PanelWidth,
        y,
        Padding.ToStride(Columns),
        null);

    [Benchmark]
    public void WeightGradient() => kernels.AccumulateTransposed(
        Rows,
        Inner,
        Columns,
        x,
        Padding.ToStride(Inner),
        y,
        Padding.ToStride(Columns),
        weights,
        TierKernels.PanelWidth,
        Inner * TierKernels.PanelWidth);
}
