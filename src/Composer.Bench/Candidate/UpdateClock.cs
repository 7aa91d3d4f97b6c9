using System.Diagnostics;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Bench.Candidate;

/// <summary>An engine whose models time their updates, and call it enough after so many.</summary>
internal sealed class UpdateClock(ITrainingEngine engine, int updates, CancellationTokenSource enough) : ITrainingEngine
{
    public string Name => engine.Name;

    public string HardwarePolicy => engine.HardwarePolicy;

    /// <summary>When the first update began, a timestamp of <see cref="Stopwatch"/>.</summary>
    public long FirstBegun { get; private set; }

    /// <summary>Milliseconds of each update.</summary>
    public List<double> Durations { get; } = new(updates);

    /// <summary>Bytes that each update allocated on its thread.</summary>
    public List<long> Allocated { get; } = new(updates);

    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads) =>
        new Model(this, engine.Create(configuration, initialization, threads));

    private StepResult Time(ITrainableModel model, TokenBatch batch, in AdamWSettings settings)
    {
        var (allocated, begun) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var result = model.TrainStep(batch, settings);
        var duration = Stopwatch.GetElapsedTime(begun);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        FirstBegun = Durations.Count == 0 ? begun : FirstBegun;
        Durations.Add(duration.TotalMilliseconds);
        Allocated.Add(allocated);
        if (Durations.Count >= updates)
        {
            enough.Cancel();
        }

        return result;
    }

    private sealed class Model(UpdateClock clock, ITrainableModel model) : ITrainableModel
    {
        public ModelConfiguration Configuration => model.Configuration;

        public IReadOnlyList<ParameterDescription> Parameters => model.Parameters;

        public long UpdatesDone => model.UpdatesDone;

        public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings) => clock.Time(model, batch, settings);

        public void Read(int parameter, StateSlot slot, Span<float> destination) => model.Read(parameter, slot, destination);

        public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source) => model.Write(parameter, slot, source);

        public void RestoreUpdatesDone(long updates) => model.RestoreUpdatesDone(updates);

        public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients) => model.ComputeGradients(batch, gradients);

        public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions) => model.Evaluate(batch, predictions);

        public void Score(
            ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<double> logProbabilities, Span<int> predictions) =>
            model.Score(inputs, targets, logProbabilities, predictions);

        public IDecoder CreateDecoder(int maximumLength) => model.CreateDecoder(maximumLength);

        public void Dispose() => model.Dispose();
    }
}
