using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Mad.Tests.Evaluation;

/// <summary>
/// An engine whose losses follow a script, and which keeps what it was given: for the protocol around the
/// engine, not for learning. Its prediction is always the same token.
/// </summary>
internal sealed class ScriptedEngine : ITrainingEngine
{
    /// <summary>The training loss of an update, counted from 1.</summary>
    public Func<int, double> TrainingLoss { get; init; } = step => 1.0 / step;

    /// <summary>The test loss after so many updates.</summary>
    public Func<int, double> TestLoss { get; init; } = _ => 0.5;

    /// <summary>What the model predicts everywhere; null: always right.</summary>
    public int? Prediction { get; init; } = 0;

    public List<Seed> Seeds { get; } = [];

    public List<ModelConfiguration> Configurations { get; } = [];

    /// <summary>The inputs of every update's batch.</summary>
    public List<int[]> Batches { get; } = [];

    public List<AdamWSettings> Updates { get; } = [];

    /// <summary>The sequences of every scored batch, each with the updates done before it.</summary>
    public List<(int Updates, int Sequences)> Scored { get; } = [];

    public string Name => "scripted";

    public string HardwarePolicy => "scripted";

    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads)
    {
        Seeds.Add(initialization);
        Configurations.Add(configuration);
        return new Model(this, configuration);
    }

    private sealed class Model(ScriptedEngine engine, ModelConfiguration configuration) : ITrainableModel
    {
        private int updates;

        public ModelConfiguration Configuration => configuration;

        public IReadOnlyList<ParameterDescription> Parameters => [];

        public long UpdatesDone => updates;

        public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings)
        {
            updates++;
            engine.Batches.Add([.. batch.Inputs]);
            engine.Updates.Add(settings);
            return new StepResult(engine.TrainingLoss(updates), 1, batch.CountedTargets);
        }

        public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default)
        {
            engine.Scored.Add((updates, batch.Sequences));
            var correct = 0;
            for (var i = 0; i < batch.Targets.Length; i++)
            {
                var target = batch.Targets[i];
                predictions[i] = target == TokenBatch.Ignored ? TokenBatch.Ignored : engine.Prediction ?? target;
                correct += target != TokenBatch.Ignored && predictions[i] == target ? 1 : 0;
            }

            return new BatchMetrics(engine.TestLoss(updates) * batch.CountedTargets, batch.CountedTargets, correct);
        }

        public void Dispose()
        {
        }

        public void Read(int parameter, StateSlot slot, Span<float> destination) => throw new NotSupportedException();

        public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source) => throw new NotSupportedException();

        public void RestoreUpdatesDone(long updates) => throw new NotSupportedException();

        public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients) => throw new NotSupportedException();

        public void Score(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<double> logProbabilities, Span<int> predictions) =>
            throw new NotSupportedException();

        public IDecoder CreateDecoder(int maximumLength) => throw new NotSupportedException();
    }
}
