using BenchmarkDotNet.Attributes;
using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Benchmarks;

/// <summary>One head of eight features, forward and backward.</summary>
public unsafe class NarrowAttentionBenchmarks : IFloatingPointWork
{
    private const int Head = TierKernels.NarrowHead;
    private const int Stride = 208;
    private readonly AlignedArena arena = new();
    private TierKernels kernels = new ScalarKernels();
    private float* rows;
    private float* transposed;
    private float* gradient;
    private float* offsets;
    private float* scratch;

    [Params(InstructionSetTier.Avx2, InstructionSetTier.Avx512)]
    public InstructionSetTier Tier { get; set; }

    [Params(32, 128, 256)]
    public int Length { get; set; }

    // Scores and values of the causal half; backward scores again and four gradients.
    double IFloatingPointWork.FlopsOf(string method) => (method == nameof(Forward) ? 4.0 : 10.0) * Head * Length * (Length + 1) / 2;

    [GlobalSetup]
    public void Allocate()
    {
        kernels = InstructionSet.For(Tier);
        rows = arena.Allocate((long)Length * Stride);
        transposed = arena.Allocate((long)Length * Head);
        gradient = arena.Allocate((long)Length * Head * 3);
        offsets = arena.Allocate(Length);
        scratch = arena.Allocate((long)Length * 2 * TierKernels.Granule);
    }

    [GlobalCleanup]
    public void Free() => arena.Dispose();

    [Benchmark]
    public void Forward() =>
        kernels.NarrowAttention(Length, Length, transposed, rows, rows + Head, Stride, gradient, offsets);

    [Benchmark]
    public void Backward() => kernels.NarrowAttentionBackward(
        Length,
        Length,
        rows,
        rows + Head,
        Stride,
        rows,
        Stride,
        transposed,
        transposed,
        offsets,
        offsets,
        gradient,
        gradient + (Length * Head),
        gradient + (2 * Length * Head),
        scratch);
}
