using BenchmarkDotNet.Attributes;
using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Benchmarks;

/// <summary>What lies between the products of a small model: norms, SwiGLU and the update, which wait for memory.</summary>
/// <remarks>Their operations are counted as written, an exponential as one: small shares of the peak are their nature.</remarks>
public unsafe class ElementwiseBenchmarks : IFloatingPointWork
{
    private const int Rows = 128;
    private const int Width = 256;
    private const int NormOperations = 4;
    private const int ActivationOperations = 5;
    private const int UpdateOperations = 15;
    private readonly AlignedArena arena = new();
    private readonly int stride = Padding.ToStride(2 * Width);
    private TierKernels kernels = new ScalarKernels();
    private float* x;
    private float* y;
    private float* moments;

    [Params(InstructionSetTier.Avx2, InstructionSetTier.Avx512)]
    public InstructionSetTier Tier { get; set; }

    double IFloatingPointWork.FlopsOf(string method) => (double)Rows * Width * (method switch
    {
        nameof(Normalize) => NormOperations,
        nameof(SwiGlu) => ActivationOperations,
        _ => UpdateOperations,
    });

    [GlobalSetup]
    public void Allocate()
    {
        kernels = InstructionSet.For(Tier);
        x = arena.Allocate((long)Rows * stride);
        y = arena.Allocate((long)Rows * stride);
        moments = arena.Allocate(2L * Rows * Width);
        new Span<float>(x, Rows * stride).Fill(0.5f);
    }

    [GlobalCleanup]
    public void Free() => arena.Dispose();

    [Benchmark]
    public void Normalize() => kernels.Normalize(Rows, Width, 1e-5f, x, x, y, stride);

    [Benchmark]
    public void SwiGlu() => kernels.SwiGlu(Rows, Width, x, stride, y, stride);

    [Benchmark]
    public void Update() => kernels.Update(
        y,
        x,
        moments,
        moments + (Rows * Width),
        Rows * Width,
        new AdamWCoefficients(new Training.Optimization.AdamWSettings(1e-3, 0.1), 1, 1));
}
