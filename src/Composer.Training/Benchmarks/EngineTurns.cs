using System.Diagnostics;
using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Threading;

namespace Composer.Training.Benchmarks;

/// <summary>Trains the same model on the same seeded noise with several engines, one step of each in turn.</summary>
/// <remarks>
/// What slows the machine down for longer than a turn slows all of them, so that the median of the turns' ratios holds
/// on a busy machine where the times themselves do not. Fractions of a peak are taken as in <see cref="TrainingBenchmark"/>.
/// </remarks>
public static class EngineTurns
{
    private const int FewestTurns = 3;
    private const int WarmUpSteps = 2;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);
    private static readonly AdamWSettings Settings = new(1e-3, 0.1, ClipNorm: 1);

    /// <summary>Takes at least three turns, and until the time is up.</summary>
    /// <param name="engines">At least one; ratios are to the first.</param>
    /// <param name="configuration">The model; its longest length is trained.</param>
    /// <param name="batch">Sequences of a step.</param>
    /// <param name="threads">Threads at once.</param>
    /// <param name="duration">How long.</param>
    /// <exception cref="EngineUnavailableException">The machine lacks what an engine needs.</exception>
    public static IReadOnlyList<EngineTurnsResult> Run(
        IReadOnlyList<ITrainingEngine> engines, ModelConfiguration configuration, int batch, int threads, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfZero(engines.Count);
        var policies = engines.Select(engine => engine.HardwarePolicy).ToList();
        var models = new List<ITrainableModel>();
        using var pool = new WorkerPool(threads);
        try
        {
            var tokens = TrainingBenchmark.Noise(configuration, batch, new Seed(1));
            foreach (var engine in engines)
            {
                models.Add(engine.Create(configuration, new Seed(1), threads));
                WarmUp(models[^1], tokens);
            }

            PeakProbe? probe = policies.TrueForAll(GpuPeak.IsGpu) ? null : new PeakProbe(InstructionSet.Tier, pool);
            probe?.Measure();
            var turns = models.Select(_ => new Turns()).ToList();
            var started = Stopwatch.GetTimestamp();
            while (turns[0].Seconds.Count < FewestTurns || Stopwatch.GetElapsedTime(started) < duration)
            {
                foreach (var (model, turn) in models.Zip(turns))
                {
                    var before = probe?.Measure() ?? 0;
                    var begun = Stopwatch.GetTimestamp();
                    model.TrainStep(tokens, Settings);
                    turn.Seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
                    turn.Peaks.Add(Math.Max(before, probe?.Measure() ?? 0));
                }
            }

            var flops = TrainingFlops.PerToken(configuration, tokens.Length) * tokens.Inputs.Length;
            return [.. engines.Select((engine, i) => ResultOf(engine, policies[i], models[i], turns[i], turns[0], flops, tokens.Inputs.Length))];
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    private static void WarmUp(ITrainableModel model, TokenBatch tokens)
    {
        var started = Stopwatch.GetTimestamp();
        for (var step = 0; step < WarmUpSteps && Stopwatch.GetElapsedTime(started) < LongestWarmUp; step++)
        {
            model.TrainStep(tokens, Settings);
        }
    }

    private static EngineTurnsResult ResultOf(
        ITrainingEngine engine, string policy, ITrainableModel model, Turns own, Turns first, double flops, int tokens)
    {
        var gpu = GpuPeak.IsGpu(policy);
        double? peak = gpu ? GpuPeak.Of(policy) : TrainingBenchmark.Median(own.Peaks);
        var step = TrainingBenchmark.Median(own.Seconds);
        double? fraction = gpu
            ? flops / step / peak
            : TrainingBenchmark.Median([.. own.Seconds.Zip(own.Peaks, (seconds, top) => flops / seconds / top)]);
        return new EngineTurnsResult(
            engine.Name,
            policy,
            tokens / step,
            flops / step,
            peak,
            fraction,
            step,
            own.Seconds.Count,
            (model as IReportsMemory)?.Memory,
            RepeatedFigure.OfRatios(first.Seconds, own.Seconds, null));
    }

    /// <summary>Of each step its seconds and the higher of the probes beside it.</summary>
    private sealed class Turns
    {
        public List<double> Seconds { get; } = [];

        public List<double> Peaks { get; } = [];
    }
}
