using System.Diagnostics;
using Composer.Bench.Measuring;
using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Threading;

namespace Composer.Bench.Train;

/// <summary>
/// Trains a model on seeded noise with one engine, or with several one step of each in turn, and probes the peak of the
/// CPU between the steps.
/// </summary>
/// <remarks>
/// What slows the machine down for longer than a turn slows all engines, so that the median of the turns' ratios holds
/// on a busy machine where the times themselves do not.
/// </remarks>
internal static class TrainingBenchmark
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
    /// <param name="begins">Called when all is warm, right before what is measured.</param>
    /// <exception cref="EngineUnavailableException">The machine lacks what an engine needs.</exception>
    public static IReadOnlyList<EngineMeasurement> Run(
        IReadOnlyList<ITrainingEngine> engines,
        ModelConfiguration configuration,
        int batch,
        int threads,
        TimeSpan duration,
        Action? begins = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfZero(engines.Count);
        var policies = engines.Select(engine => engine.HardwarePolicy).ToList();
        var models = new List<ITrainableModel>();
        using var pool = new WorkerPool(threads);
        try
        {
            var probe = policies.TrueForAll(GpuPeak.IsGpu) ? null : new PeakProbe(InstructionSet.Tier, pool);
            var tokens = Noise(configuration, batch, new Seed(1));
            foreach (var engine in engines)
            {
                models.Add(engine.Create(configuration, new Seed(1), threads));
                WarmUp(models[^1], tokens, probe);
            }

            var times = models.ConvertAll(_ => new StepTimes());
            begins?.Invoke();
            var before = probe?.Measure() ?? 0;
            var started = Stopwatch.GetTimestamp();
            while (times[0].Seconds.Count < FewestTurns || Stopwatch.GetElapsedTime(started) < duration)
            {
                foreach (var (model, own) in models.Zip(times))
                {
                    var begun = Stopwatch.GetTimestamp();
                    model.TrainStep(tokens, Settings);
                    var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                    var after = probe?.Measure() ?? 0;
                    own.Add(seconds, before, after);
                    before = after;
                }
            }

            var flops = TrainingFlops.PerToken(configuration, tokens.Length) * tokens.Inputs.Length;
            return [.. engines.Select((engine, i) =>
                MeasurementOf(engine, policies[i], models[i], times[i], times[0], flops, tokens.Inputs.Length))];
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
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

    private static void WarmUp(ITrainableModel model, TokenBatch tokens, PeakProbe? probe)
    {
        var started = Stopwatch.GetTimestamp();
        for (var step = 0; step < WarmUpSteps && Stopwatch.GetElapsedTime(started) < LongestWarmUp; step++)
        {
            model.TrainStep(tokens, Settings);
            probe?.Measure();
        }
    }

    private static EngineMeasurement MeasurementOf(
        ITrainingEngine engine, string policy, ITrainableModel model, StepTimes own, StepTimes first, double flops, int tokens)
    {
        var gpu = GpuPeak.IsGpu(policy);
        var peak = gpu ? GpuPeak.Of(policy) : own.Peak;
        var step = own.MedianSeconds;
        return new EngineMeasurement(
            engine.Name,
            policy,
            tokens / step,
            flops / step,
            peak,
            gpu ? flops / step / peak : own.FractionOf(flops),
            step,
            own.Seconds.Count,
            (model as IReportsMemory)?.Memory,
            RepeatedFigure.OfRatios(first.Seconds, own.Seconds, null))
        {
            Seconds = own.Seconds.Sum(),
        };
    }
}
