using System.Diagnostics;
using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Threading;

namespace Composer.Training.Benchmarks;

/// <summary>Trains on seeded noise and measures, with the peak probed between the steps.</summary>
public static class TrainingBenchmark
{
    private const int WarmUpSteps = 2;
    private const int FewestSteps = 3;

    /// <summary>Trains at least three steps and until the time is up.</summary>
    /// <param name="configuration">The model; its longest length is trained.</param>
    /// <param name="batch">Sequences of a step.</param>
    /// <param name="threads">Threads at once.</param>
    /// <param name="duration">How long to measure.</param>
    /// <param name="profile">Whether to time each kernel too.</param>
    public static TrainingBenchmarkResult Run(
        ModelConfiguration configuration, int batch, int threads, TimeSpan duration, bool profile = false) =>
        Run(configuration, batch, threads, duration, InstructionSet.Tier, profile);

    internal static TrainingBenchmarkResult Run(
        ModelConfiguration configuration, int batch, int threads, TimeSpan duration, InstructionSetTier tier, bool profile = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var seed = new Seed(1);
        var profiling = profile ? new ProfilingKernels(InstructionSet.For(tier)) : null;
        using var model = new CpuModel(configuration, seed, threads, profiling ?? InstructionSet.For(tier));
        using var pool = new WorkerPool(threads);
        var probe = new PeakProbe(tier);
        var tokens = Noise(configuration, batch, seed);
        var settings = new AdamWSettings(1e-3, 0.1, ClipNorm: 1);
        for (var step = 0; step < WarmUpSteps; step++)
        {
            model.TrainStep(tokens, settings);
            probe.Measure(pool);
        }

        profiling?.Clear();
        var flops = TrainingFlops.PerToken(configuration, tokens.Length) * tokens.Inputs.Length;
        var (seconds, fractions, peaks) = (new List<double>(), new List<double>(), new List<double> { probe.Measure(pool) });
        var started = Stopwatch.GetTimestamp();
        while (seconds.Count < FewestSteps || Stopwatch.GetElapsedTime(started) < duration)
        {
            var begun = Stopwatch.GetTimestamp();
            model.TrainStep(tokens, settings);
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            peaks.Add(probe.Measure(pool));
            fractions.Add(flops / seconds[^1] / ((peaks[^1] + peaks[^2]) / 2));
        }

        var median = Median(seconds);
        return new TrainingBenchmarkResult(
            tokens.Inputs.Length / median,
            flops / median,
            Median(peaks),
            Median(fractions),
            threads,
            InstructionSet.NameOf(tier),
            median,
            seconds.Count,
            model.Memory)
        {
            Profile = profiling is null ? null : KernelProfile.Of(profiling, seconds.Sum(), seconds.Count, threads),
        };
    }

    private static TokenBatch Noise(ModelConfiguration configuration, int batch, Seed seed)
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

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
