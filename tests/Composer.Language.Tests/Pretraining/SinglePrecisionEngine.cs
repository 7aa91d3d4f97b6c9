using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Language.Tests.Pretraining;

/// <summary>Another engine whose state is rounded to single precision after each update, as a checkpoint keeps it.</summary>
internal sealed class SinglePrecisionEngine(ITrainingEngine inner) : ITrainingEngine
{
    public string Name => inner.Name;

    public string HardwarePolicy => inner.HardwarePolicy;

    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads) =>
        new Model(inner.Create(configuration, initialization, threads));

    private sealed class Model : ITrainableModel
    {
        private readonly ITrainableModel inner;

        public Model(ITrainableModel inner)
        {
            this.inner = inner;
            Round();
        }

        public ModelConfiguration Configuration => inner.Configuration;

        public IReadOnlyList<ParameterDescription> Parameters => inner.Parameters;

        public long UpdatesDone => inner.UpdatesDone;

        public void Read(int parameter, StateSlot slot, Span<float> destination) => inner.Read(parameter, slot, destination);

        public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source) => inner.Write(parameter, slot, source);

        public void RestoreUpdatesDone(long updates) => inner.RestoreUpdatesDone(updates);

        public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings)
        {
            var result = inner.TrainStep(batch, settings);
            Round();
            return result;
        }

        public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients) => inner.ComputeGradients(batch, gradients);

        public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default) => inner.Evaluate(batch, predictions);

        public void Score(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<double> logProbabilities, Span<int> predictions) =>
            inner.Score(inputs, targets, logProbabilities, predictions);

        public IDecoder CreateDecoder(int maximumLength) => inner.CreateDecoder(maximumLength);

        public void Dispose() => inner.Dispose();

        private void Round()
        {
            foreach (var slot in Enum.GetValues<StateSlot>())
            {
                for (var i = 0; i < Parameters.Count; i++)
                {
                    var values = new float[Parameters[i].Count];
                    inner.Read(i, slot, values);
                    inner.Write(i, slot, values);
                }
            }
        }
    }
}
