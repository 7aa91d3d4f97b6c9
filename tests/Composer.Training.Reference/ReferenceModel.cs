using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Training.Reference;

/// <summary>The contract's words as code. State is double; <see cref="Read"/> rounds it to float.</summary>
public sealed class ReferenceModel : ITrainableModel
{
    private readonly Parameters[] slots;
    private readonly Parameters gradients;

    public ReferenceModel(ModelConfiguration configuration, Seed initialization)
    {
        if (configuration.Shape.Validate() is { Count: > 0 } mistakes)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(configuration));
        }

        Configuration = configuration;
        Parameters = ParameterLayout.Of(configuration);
        slots = [new Parameters(Parameters), new Parameters(Parameters), new Parameters(Parameters)];
        gradients = new Parameters(Parameters);
        for (var i = 0; i < Parameters.Count; i++)
        {
            var values = new float[Parameters[i].Count];
            ModelInitializer.Fill(configuration, Parameters[i], initialization, values);
            Write(i, StateSlot.Parameter, values);
        }
    }

    public ModelConfiguration Configuration { get; }

    public IReadOnlyList<ParameterDescription> Parameters { get; }

    public long UpdatesDone { get; private set; }

    /// <summary>The parameters themselves, unrounded: what finite differences nudge.</summary>
    public Parameters Values => slots[(int)StateSlot.Parameter];

    public void Read(int parameter, StateSlot slot, Span<float> destination)
    {
        var source = slots[(int)slot].Tensors[parameter].Values;
        RequireSize(source.Length, destination.Length);
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source)
    {
        var destination = slots[(int)slot].Tensors[parameter].Values;
        RequireSize(destination.Length, source.Length);
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    public void RestoreUpdatesDone(long updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        UpdatesDone = updates;
    }

    public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings)
    {
        var loss = Backward(batch);
        var norm = Math.Sqrt(gradients.Tensors.Sum(tensor => tensor.Values.Sum(g => g * g)));
        var result = new StepResult(loss, norm, batch.CountedTargets);
        if (!result.IsFinite)
        {
            return result;
        }

        UpdatesDone++;
        var scale = norm > settings.ClipNorm ? settings.ClipNorm / norm : 1.0;
        var correction1 = 1 - Math.Pow(settings.Beta1, UpdatesDone);
        var correction2 = 1 - Math.Pow(settings.Beta2, UpdatesDone);
        for (var tensor = 0; tensor < Parameters.Count; tensor++)
        {
            var rate = settings.LearningRate * Configuration.Parametrization.RateFactorOf(Configuration, Parameters[tensor]);
            var (p, m, v) = (slots[0].Tensors[tensor].Values, slots[1].Tensors[tensor].Values, slots[2].Tensors[tensor].Values);
            for (var i = 0; i < p.Length; i++)
            {
                var g = gradients.Tensors[tensor].Values[i] * scale;
                m[i] = (settings.Beta1 * m[i]) + ((1 - settings.Beta1) * g);
                v[i] = (settings.Beta2 * v[i]) + ((1 - settings.Beta2) * g * g);
                var step = m[i] / correction1 / (Math.Sqrt(v[i] / correction2) + settings.Epsilon);
                p[i] -= (rate * step) + (settings.LearningRate * settings.WeightDecay * p[i]);
            }
        }

        return result;
    }

    public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients)
    {
        var (loss, exact) = ExactGradients(batch);
        for (var tensor = 0; tensor < Parameters.Count; tensor++)
        {
            var source = exact.Tensors[tensor].Values;
            RequireSize(source.Length, gradients[tensor].Length);
            for (var i = 0; i < source.Length; i++)
            {
                gradients[tensor][i] = (float)source[i];
            }
        }

        return loss;
    }

    /// <summary>
    /// What the gradient is of: the mean loss, and the mean over the sequences with a counted target of what the layers add.
    /// </summary>
    public double Objective(TokenBatch batch)
    {
        var (summed, auxiliary) = (0.0, 0.0);
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var forward = Run(batch.Inputs.AsSpan(sequence * batch.Length, batch.Length));
            var targets = batch.Targets.AsSpan(sequence * batch.Length, batch.Length);
            for (var t = 0; t < batch.Length; t++)
            {
                summed -= targets[t] == TokenBatch.Ignored ? 0.0 : forward.LogProbability(t, targets[t]);
            }

            auxiliary += targets.ContainsAnyExcept(TokenBatch.Ignored) ? forward.Auxiliary : 0;
        }

        return (summed / batch.CountedTargets) + (auxiliary / CountedSequences(batch));
    }

    /// <summary>As <see cref="ComputeGradients"/>, unrounded. Valid until the next call.</summary>
    public (double Loss, Parameters Gradients) ExactGradients(TokenBatch batch) => (Backward(batch), gradients);

    public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default)
    {
        Validate(batch.Inputs, batch.Targets, batch.Length);
        var (summed, correct) = (0.0, 0);
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var start = sequence * batch.Length;
            var forward = Run(batch.Inputs.AsSpan(start, batch.Length));
            for (var t = 0; t < batch.Length; t++)
            {
                var target = batch.Targets[start + t];
                var prediction = target == TokenBatch.Ignored ? TokenBatch.Ignored : forward.Prediction(t);
                if (target != TokenBatch.Ignored)
                {
                    summed -= forward.LogProbability(t, target);
                    correct += prediction == target ? 1 : 0;
                }

                if (!predictions.IsEmpty)
                {
                    predictions[start + t] = prediction;
                }
            }
        }

        return new BatchMetrics(summed, batch.CountedTargets, correct);
    }

    public void Score(
        ReadOnlySpan<int> inputs,
        ReadOnlySpan<int> targets,
        Span<double> logProbabilities,
        Span<int> predictions)
    {
        Validate(inputs, targets, inputs.Length);
        var forward = Run(inputs);
        for (var t = 0; t < inputs.Length; t++)
        {
            var counts = targets[t] != TokenBatch.Ignored;
            logProbabilities[t] = counts ? forward.LogProbability(t, targets[t]) : 0.0;
            predictions[t] = counts ? forward.Prediction(t) : TokenBatch.Ignored;
        }
    }

    /// <summary>[T, vocabulary], unrounded.</summary>
    public Matrix Logits(ReadOnlySpan<int> inputs) => Run(inputs).Logits;

    public IDecoder CreateDecoder(int maximumLength) => Configuration.Head == ModelHead.Language
        ? new ReferenceDecoder(this, maximumLength)
        : throw new NotSupportedException("Only a language model decodes token by token.");

    public void Dispose()
    {
    }

    private static void RequireSize(int expected, int actual)
    {
        if (expected != actual)
        {
            throw new ArgumentException($"The tensor has {expected} elements, not {actual}.");
        }
    }

    private static int CountedSequences(TokenBatch batch) => Enumerable.Range(0, batch.Sequences)
        .Count(sequence => batch.Targets.AsSpan(sequence * batch.Length, batch.Length).ContainsAnyExcept(TokenBatch.Ignored));

    private Forward Run(ReadOnlySpan<int> inputs) => new(Configuration, Values, inputs);

    private double Backward(TokenBatch batch)
    {
        Validate(batch.Inputs, batch.Targets, batch.Length);
        var counted = batch.CountedTargets;
        if (counted == 0)
        {
            throw new ArgumentException("No target counts.", nameof(batch));
        }

        gradients.Clear();
        var summed = 0.0;
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var start = sequence * batch.Length;
            var targets = batch.Targets.AsSpan(start, batch.Length);
            var forward = Run(batch.Inputs.AsSpan(start, batch.Length));
            for (var t = 0; t < batch.Length; t++)
            {
                summed -= targets[t] == TokenBatch.Ignored ? 0.0 : forward.LogProbability(t, targets[t]);
            }

            var counts = targets.ContainsAnyExcept(TokenBatch.Ignored);
            forward.Backward(targets, 1.0 / counted, counts ? 1.0 / CountedSequences(batch) : 0, gradients);
        }

        return summed / counted;
    }

    private void Validate(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int length)
    {
        if (length > Configuration.MaximumLength)
        {
            throw new ArgumentException($"Length {length} is beyond the configuration's {Configuration.MaximumLength}.");
        }

        foreach (var token in inputs)
        {
            if ((uint)token >= (uint)Configuration.Vocabulary)
            {
                throw new ArgumentException($"Input {token} is outside the vocabulary of {Configuration.Vocabulary}.");
            }
        }

        foreach (var token in targets)
        {
            if (token != TokenBatch.Ignored && (uint)token >= (uint)Configuration.Vocabulary)
            {
                throw new ArgumentException($"Target {token} is outside the vocabulary of {Configuration.Vocabulary}.");
            }
        }
    }
}
