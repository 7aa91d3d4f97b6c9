using System.Diagnostics;
using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Threading;

namespace Composer.Training.Benchmarks;

/// <summary>Trains a model on seeded noise and measures, with the peak probed between the steps.</summary>
/// <remarks>
/// The fraction of the peak is taken step by step, by wall time: the useful operations of a step over the higher of
/// the probes right before and right after it, each the best of several bursts; the median step counts. So a machine
/// that slows down for minutes slows both. A disturbed probe would read low and raise the fraction, even above 1,
/// hence the bursts and the higher of two; a disturbed step lowers it: where others work too the fraction errs downwards.
/// </remarks>
public sealed class TrainingBenchmark : IDisposable
{
    private const int WarmUpSteps = 2;
    private const int FewestSteps = 3;
    private readonly ModelConfiguration configuration;
    private readonly InstructionSetTier tier;
    private readonly ProfilingKernels? profiling;
    private readonly CpuModel model;
    private readonly WorkerPool pool;
    private readonly PeakProbe probe;
    private readonly TokenBatch tokens;
    private readonly AdamWSettings settings = new(1e-3, 0.1, ClipNorm: 1);

    /// <summary>Builds the model and warms it up.</summary>
    /// <param name="configuration">The model; its longest length is trained.</param>
    /// <param name="batch">Sequences of a step.</param>
    /// <param name="threads">Threads at once.</param>
    /// <param name="profile">Whether to time each kernel too.</param>
    public TrainingBenchmark(ModelConfiguration configuration, int batch, int threads, bool profile = false)
        : this(configuration, batch, threads, InstructionSet.Tier, profile)
    {
    }

    internal TrainingBenchmark(ModelConfiguration configuration, int batch, int threads, InstructionSetTier tier, bool profile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (this.configuration, this.tier) = (configuration, tier);
        var seed = new Seed(1);
        profiling = profile ? new ProfilingKernels(InstructionSet.For(tier)) : null;
        model = new CpuModel(configuration, seed, threads, profiling ?? InstructionSet.For(tier));
        pool = new WorkerPool(threads);
        probe = new PeakProbe(tier, pool);
        tokens = Noise(configuration, batch, seed);
        for (var step = 0; step < WarmUpSteps; step++)
        {
            model.TrainStep(tokens, settings);
            probe.Measure();
        }
    }

    /// <summary>Builds a model, measures once and forgets it; see <see cref="Measure"/>.</summary>
    /// <inheritdoc cref="TrainingBenchmark(ModelConfiguration, int, int, bool)"/>
    public static TrainingBenchmarkResult Run(
        ModelConfiguration configuration, int batch, int threads, TimeSpan duration, bool profile = false)
    {
        using var benchmark = new TrainingBenchmark(configuration, batch, threads, profile);
        return benchmark.Measure(duration);
    }

    /// <summary>Trains at least three steps and until the time is up.</summary>
    public TrainingBenchmarkResult Measure(TimeSpan duration)
    {
        profiling?.Clear();
        var flops = TrainingFlops.PerToken(configuration, tokens.Length) * tokens.Inputs.Length;
        var (seconds, peaks) = (new List<double>(), new List<double> { probe.Measure() });
        var started = Stopwatch.GetTimestamp();
        while (seconds.Count < FewestSteps || Stopwatch.GetElapsedTime(started) < duration)
        {
            var begun = Stopwatch.GetTimestamp();
            model.TrainStep(tokens, settings);
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            peaks.Add(probe.Measure());
        }

        var (step, peak) = (Median(seconds), Median(peaks));
        return new TrainingBenchmarkResult(
            tokens.Inputs.Length / step,
            flops / step,
            peak,
            pool.Threads,
            InstructionSet.NameOf(tier),
            step,
            seconds.Count,
            model.Memory)
        {
            FractionOfPeak = FractionOf(flops, seconds, peaks),
            Profile = profiling is null ? null : KernelProfile.Of(profiling, seconds.Sum(), seconds.Count, pool.Threads),
        };
    }

    /// <summary>The median over steps of their operations a second over the higher of the two neighbouring probes.</summary>
    /// <param name="flops">Of a step.</param>
    /// <param name="seconds">Of each step.</param>
    /// <param name="peaks">Before the first step, and after each.</param>
    internal static double FractionOf(double flops, List<double> seconds, List<double> peaks) =>
        Median([.. seconds.Select((step, i) => flops / step / Math.Max(peaks[i], peaks[i + 1]))]);

    public void Dispose()
    {
        model.Dispose();
        pool.Dispose();
    }

    internal static TokenBatch Noise(ModelConfiguration configuration, int batch, Seed seed)
    {
        var rng = new Rng(seed.Derive("tokens"));
        var inputs = new int[batch * configuration.MaximumLength];
        var targets = new int[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = rng.NextInt(configuration.Vocabulary);
            targets[i] = rng.NextInt(configuration.Vocabulary);
        }

        return new TokenBatch(batch, configuration.MaximumLength, inputs, targets);
    }

    internal static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
