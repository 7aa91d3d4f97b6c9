using Composer.Training.Models;

namespace Composer.Training.Benchmarks;

/// <summary>How fast a model trained, beside what the same threads could do at most in the same run.</summary>
/// <param name="TokensPerSecond">Trained tokens, at the median step.</param>
/// <param name="FlopsPerSecond">Useful floating-point operations; see <see cref="TrainingFlops"/>.</param>
/// <param name="PeakFlopsPerSecond">Of fused multiply-adds on all the threads at once: the median of probes taken
/// between the steps, each the best of several bursts.</param>
/// <param name="Threads">Threads that worked.</param>
/// <param name="InstructionSet"><c>avx512</c>, <c>avx2</c> or <c>scalar</c>.</param>
/// <param name="StepSeconds">Of the median step: forward, backward and update of one batch.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="Memory">What the engine has allocated.</param>
public sealed record TrainingBenchmarkResult(
    double TokensPerSecond,
    double FlopsPerSecond,
    double PeakFlopsPerSecond,
    int Threads,
    string InstructionSet,
    double StepSeconds,
    int Steps,
    TrainingMemory Memory)
{
    /// <summary>
    /// Useful operations a second of a step over the higher of the probes right before and after it, the median of all
    /// steps; near <see cref="FlopsPerSecond"/> over <see cref="PeakFlopsPerSecond"/>, which are medians each by itself.
    /// </summary>
    public required double FractionOfPeak { get; init; }

    /// <summary>Each part's share of the threads' time; null when it was not asked for.</summary>
    public IReadOnlyList<KernelShare>? Profile { get; init; }
}
