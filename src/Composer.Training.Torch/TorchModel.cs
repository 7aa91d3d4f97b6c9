using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Network;
using Composer.Training.Torch.Optimization;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Threading;
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
    private readonly int tokensAtOnce;
    private readonly CpuWorkers? workers;
    private long plannedBytes;
    private int mostParts;
    private bool disposed;

    public TorchModel(
        ModelConfiguration configuration,
        Seed initialization,
        TorchDevice place,
        TorchPrecision precision,
        long activationBytes,
        int tokensAtOnce,
        int threads)
    {
        Configuration = configuration;
        this.activationBytes = activationBytes;
        this.tokensAtOnce = place == TorchDevice.Cpu ? tokensAtOnce : int.MaxValue;
        workers = place == TorchDevice.Cpu ? new CpuWorkers(threads) : null;
        device = place == TorchDevice.Cuda ? CUDA : CPU;
        var compute = precision == TorchPrecision.Bf16 ? bfloat16 : float32;
        elementBytes = precision == TorchPrecision.Bf16 ? 2 : 4;
        Scripts.Define(() => [.. TorchNetwork.Sources, AdamW.Source]);
        network = new TorchNetwork(configuration, initialization, compute, device);
        parameters = network.Parameters;
    }

    public ModelConfiguration Configuration { get; }

    public IReadOnlyList<ParameterDescription> Parameters => parameters.Layout;

    public long UpdatesDone { get; private set; }

    /// <summary>Activations as planned, not as measured; gradients of the parts that are there at once and their sum.</summary>
    public TrainingMemory Memory
    {
        get
        {
            var count = Parameters.Sum(parameter => parameter.Count);
            var sideBySide = Math.Clamp(workers?.Count ?? 1, 1, Math.Max(1, mostParts));
            var sums = workers is not null && mostParts > sideBySide ? sideBySide + 1 : sideBySide;
            return new TrainingMemory(
                TrainingMemory.BytesPerParameter * count, parameters.Bytes, sizeof(float) * count * sums, plannedBytes, sideBySide);
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
            AdamW.Update(parameters, gradients, result.GradientNorm, UpdatesDone, settings, workers);
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
        var (losses, predicted) = Evaluate(batch.Inputs, batch.Targets, batch.Sequences);
        var (summed, correct) = (0.0, 0);
        for (var i = 0; i < losses.Length; i++)
        {
            var counts = batch.Targets[i] != TokenBatch.Ignored;
            summed += counts ? losses[i] : 0;
            correct += counts && predicted[i] == batch.Targets[i] ? 1 : 0;
            if (!predictions.IsEmpty)
            {
                predictions[i] = counts ? predicted[i] : TokenBatch.Ignored;
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
        Enter(inputs, targets, inputs.Length);
        var (losses, predicted) = Evaluate(inputs.ToArray(), targets.ToArray(), 1);
        for (var i = 0; i < losses.Length; i++)
        {
            var counts = targets[i] != TokenBatch.Ignored;
            logProbabilities[i] = counts ? -losses[i] : 0;
            predictions[i] = counts ? predicted[i] : TokenBatch.Ignored;
        }
    }

    public IDecoder CreateDecoder(int maximumLength)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Configuration.Head != ModelHead.Language)
        {
            throw new NotSupportedException("Only a language model decodes token by token.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 1);
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
        ReadOnlySpan<int> tokens, IReadOnlyList<Primitives.TorchLayerCache?> caches, int start, Span<float> logits)
    {
        // Its decoder knows what the caches have room for; a decoder's length is its own.
        Enter(tokens, [], length: 0);
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

        CpuWorkers.Enter();
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

        var plan = PlanOf(batch.Length, batch.Sequences);
        (plannedBytes, mostParts) = (Math.Max(plannedBytes, plan.Bytes), Math.Max(mostParts, plan.Parts));
        var (inputs, targets) = Upload(batch.Inputs, batch.Targets, batch.Sequences);
        var summed = zeros([], float64, device);
        if (workers is null)
        {
            for (var part = 0; part < plan.Parts; part++)
            {
                Accumulate(part, gradients, summed);
            }

            return summed;
        }

        for (var first = 0; first < plan.Parts; first += workers.Count)
        {
            // The sums have one order, however many parts are computed side by side.
            var parts = new (Gradients Gradients, Tensor Loss)[Math.Min(workers.Count, plan.Parts - first)];
            workers.Run(parts.Length, i =>
            {
                parts[i] = (new Gradients(network.GroupCount), zeros([], float64, device).DetachFromDisposeScope());
                Accumulate(first + i, parts[i].Gradients, parts[i].Loss);
            });
            workers.Run(network.GroupCount, group => Array.ForEach(parts, part => gradients.Take(group, part.Gradients)));
            foreach (var (own, loss) in parts)
            {
                summed.add_(loss);
                loss.Dispose();
                own.Dispose();
            }
        }

        return summed;

        void Accumulate(int part, Gradients sums, Tensor loss)
        {
            using var scope = NewDisposeScope();
            var (start, count) = plan.Part(part);
            network.Accumulate(
                inputs.narrow(0, start, count), targets.narrow(0, start, count), plan.Recomputed, 1.0 / counted, sums, loss);
        }
    }

    /// <returns>Losses and most likely tokens of all positions.</returns>
    private (float[] Losses, int[] Predictions) Evaluate(int[] inputs, int[] targets, int sequences)
    {
        using var scope = NewDisposeScope();
        var length = inputs.Length / sequences;
        var plan = PlanOf(length, sequences);
        var (tokens, wanted) = Upload(inputs, targets, sequences);
        var (losses, predictions) = (new float[inputs.Length], new int[inputs.Length]);
        if (workers is not null)
        {
            workers.Run(plan.Parts, Part);
        }
        else
        {
            for (var part = 0; part < plan.Parts; part++)
            {
                Part(part);
            }
        }

        return (losses, predictions);

        void Part(int part)
        {
            using var gradientFree = no_grad();
            using var inner = NewDisposeScope();
            var (start, count) = plan.Part(part);
            var (lossOf, likely) = network.Evaluate(tokens.narrow(0, start, count), wanted.narrow(0, start, count));
            MemoryMarshal.Cast<byte, float>(lossOf.cpu().bytes).CopyTo(losses.AsSpan(start * length));
            MemoryMarshal.Cast<byte, int>(likely.to_type(int32).cpu().bytes).CopyTo(predictions.AsSpan(start * length));
        }
    }

    private ActivationPlan PlanOf(int length, int sequences) => ActivationPlan.Of(
        Configuration,
        length,
        sequences,
        activationBytes,
        elementBytes,
        tokensAtOnce,
        workers is null ? 1 : CpuWorkers.FewestParts);

    /// <summary>Both [sequences, length] on the device: int32, and int64 as the loss takes them.</summary>
    private (Tensor Inputs, Tensor Targets) Upload(int[] inputs, int[] targets, int sequences)
    {
        long[] size = [sequences, inputs.Length / sequences];
        return (tensor(inputs, size, int32, device), tensor(targets, size, int32, device).to_type(int64));
    }
}
