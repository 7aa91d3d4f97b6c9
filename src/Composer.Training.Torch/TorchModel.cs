using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Torch.Network;
using Composer.Training.Torch.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch;

/// <summary>A model on one device; see <see cref="TorchEngine"/>.</summary>
internal sealed class TorchModel : ITrainableModel, IReportsMemory
{
    private readonly TorchNetwork network;
    private readonly TorchParameters parameters;
    private readonly Device device;
    private readonly long activationBytes;
    private readonly int elementBytes;
    private readonly int threads;
    private long plannedBytes;
    private bool disposed;

    public TorchModel(
        ModelConfiguration configuration, Seed initialization, TorchDevice place, TorchPrecision precision, long activationBytes, int threads)
    {
        Configuration = configuration;
        (this.activationBytes, this.threads) = (activationBytes, threads);
        device = place == TorchDevice.Cuda ? CUDA : CPU;
        var compute = precision == TorchPrecision.Bf16 ? bfloat16 : float32;
        elementBytes = precision == TorchPrecision.Bf16 ? 2 : 4;
        network = new TorchNetwork(configuration, initialization, compute, device);
        parameters = network.Parameters;
    }

    public ModelConfiguration Configuration { get; }

    public IReadOnlyList<ParameterDescription> Parameters => parameters.Layout;

    public long UpdatesDone { get; private set; }

    /// <summary>Activations as planned, not as measured.</summary>
    public TrainingMemory Memory
    {
        get
        {
            var count = Parameters.Sum(parameter => parameter.Count);
            return new TrainingMemory(TrainingMemory.BytesPerParameter * count, parameters.Bytes, sizeof(float) * count, plannedBytes, 1);
        }
    }

    public void Read(int parameter, StateSlot slot, Span<float> destination) => parameters.Read(parameter, slot, destination);

    public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source) => parameters.Write(parameter, slot, source);

    public void RestoreUpdatesDone(long updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        UpdatesDone = updates;
    }

    public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings)
    {
        Enter(batch.Inputs, batch.Targets, batch.Length);
        using var scope = NewDisposeScope();
        using var gradients = new Gradients(network.GroupCount);
        var summed = Backward(batch, gradients);

        // The one time that the host waits for the device.
        var read = Doubles(stack([summed, AdamW.Norm(gradients)]));
        var result = new StepResult(read[0] / batch.CountedTargets, read[1], batch.CountedTargets);
        if (result.IsFinite)
        {
            UpdatesDone++;
            AdamW.Update(parameters, gradients, result.GradientNorm, UpdatesDone, settings);
        }

        return result;
    }

    public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients)
    {
        Enter(batch.Inputs, batch.Targets, batch.Length);
        using var scope = NewDisposeScope();
        using var computed = new Gradients(network.GroupCount);
        var summed = Backward(batch, computed);
        for (var i = 0; i < Parameters.Count; i++)
        {
            parameters.Read(i, computed.Sums[parameters.GroupOf(Parameters[i].Name)], gradients[i]);
        }

        return Doubles(summed)[0] / batch.CountedTargets;
    }

    public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default)
    {
        Enter(batch.Inputs, batch.Targets, batch.Length);
        var predicted = predictions.IsEmpty ? new int[batch.Inputs.Length] : predictions;
        var summed = Evaluate(batch.Inputs, batch.Targets, batch.Sequences, default, predicted);
        var correct = 0;
        for (var i = 0; i < predicted.Length; i++)
        {
            correct += predicted[i] != TokenBatch.Ignored && predicted[i] == batch.Targets[i] ? 1 : 0;
        }

        return new BatchMetrics(summed, batch.CountedTargets, correct);
    }

    public void Score(
        ReadOnlySpan<int> inputs,
        ReadOnlySpan<int> targets,
        Span<double> logProbabilities,
        Span<int> predictions)
    {
        Enter(inputs, targets, inputs.Length);
        Evaluate(inputs.ToArray(), targets.ToArray(), 1, logProbabilities, predictions);
    }

    public IDecoder CreateDecoder(int maximumLength)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Configuration.Head != ModelHead.Language)
        {
            throw new NotSupportedException("Only a language model decodes token by token.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumLength, Configuration.MaximumLength);
        return new TorchDecoder(this, network.CreateCaches(maximumLength), maximumLength);
    }

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            network.Dispose();
        }
    }

    /// <summary>Logits [vocabulary] after the last of the tokens.</summary>
    internal void Decode(
        ReadOnlySpan<int> tokens, IReadOnlyList<Primitives.LayerCache?> caches, int start, Span<float> logits)
    {
        Enter(tokens, [], start + tokens.Length);
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var output = network.Decode(tensor(tokens.ToArray(), [1, tokens.Length], int32, device), caches, start);
        MemoryMarshal.Cast<byte, float>(output.contiguous().cpu().bytes).CopyTo(logits);
    }

    private static double[] Doubles(Tensor values) => MemoryMarshal.Cast<byte, double>(values.cpu().bytes).ToArray();

    private void Enter(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int length)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (length > Configuration.MaximumLength)
        {
            throw new ArgumentException($"Length {length} is beyond the configuration's {Configuration.MaximumLength}.");
        }

        RequireInVocabulary(inputs, ignoredToo: false);
        RequireInVocabulary(targets, ignoredToo: true);

        // OpenMP keeps the number for each calling thread, so it is set with each call.
        if (get_num_threads() != threads)
        {
            set_num_threads(threads);
        }

        parameters.Refresh();
    }

    private void RequireInVocabulary(ReadOnlySpan<int> tokens, bool ignoredToo)
    {
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Configuration.Vocabulary && !(ignoredToo && token == TokenBatch.Ignored))
            {
                throw new ArgumentException($"Token {token} is outside the vocabulary of {Configuration.Vocabulary}.");
            }
        }
    }

    /// <summary>The gradients of the mean loss, summed over micro-batches of a fixed split.</summary>
    /// <returns>The summed loss, one fp64 on the device.</returns>
    private Tensor Backward(TokenBatch batch, Gradients gradients)
    {
        var counted = batch.CountedTargets;
        if (counted == 0)
        {
            throw new ArgumentException("No target counts.", nameof(batch));
        }

        var plan = ActivationPlan.Of(Configuration, batch.Length, batch.Sequences, activationBytes, elementBytes);
        plannedBytes = Math.Max(plannedBytes, plan.Bytes);
        var (inputs, targets) = Upload(batch.Inputs, batch.Targets, batch.Sequences);
        var summed = zeros([], float64, device);
        for (var start = 0; start < batch.Sequences; start += plan.SequencesAtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(plan.SequencesAtOnce, batch.Sequences - start);
            network.Accumulate(
                inputs.narrow(0, start, count), targets.narrow(0, start, count), plan.Recomputed, 1.0 / counted, gradients, summed);
        }

        return summed;
    }

    private double Evaluate(int[] inputs, int[] targets, int sequences, Span<double> logProbabilities, Span<int> predictions)
    {
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var length = inputs.Length / sequences;
        var plan = ActivationPlan.Of(Configuration, length, sequences, activationBytes, elementBytes);
        var (tokens, wanted) = Upload(inputs, targets, sequences);
        var summed = 0.0;
        for (var start = 0; start < sequences; start += plan.SequencesAtOnce)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(plan.SequencesAtOnce, sequences - start);
            var (losses, likely) = network.Evaluate(tokens.narrow(0, start, count), wanted.narrow(0, start, count));
            var (hostLosses, hostLikely) = (losses.cpu(), likely.to_type(int32).cpu());
            var lossOf = MemoryMarshal.Cast<byte, float>(hostLosses.bytes);
            var best = MemoryMarshal.Cast<byte, int>(hostLikely.bytes);
            for (var i = 0; i < lossOf.Length; i++)
            {
                var at = (start * length) + i;
                var counts = targets[at] != TokenBatch.Ignored;
                summed += counts ? lossOf[i] : 0;
                predictions[at] = counts ? best[i] : TokenBatch.Ignored;
                if (!logProbabilities.IsEmpty)
                {
                    logProbabilities[at] = counts ? -lossOf[i] : 0;
                }
            }
        }

        return summed;
    }

    /// <summary>Both [sequences, length] on the device: int32, and int64 as the loss takes them.</summary>
    private (Tensor Inputs, Tensor Targets) Upload(int[] inputs, int[] targets, int sequences)
    {
        long[] size = [sequences, inputs.Length / sequences];
        return (tensor(inputs, size, int32, device), tensor(targets, size, int32, device).to_type(int64));
    }
}
