using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Torch.Network;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Composer.Training.Torch;

/// <summary>A model on one device; see <see cref="TorchEngine"/>.</summary>
internal sealed class TorchModel : ITrainableModel
{
    private readonly TorchParameters parameters;
    private readonly Device device;
    private readonly ScalarType compute;
    private readonly long activationBytes;

    public TorchModel(ModelConfiguration configuration, Seed initialization, TorchDevice place, long activationBytes)
    {
        Configuration = configuration;
        this.activationBytes = activationBytes;
        device = place == TorchDevice.Cuda ? CUDA : CPU;
        compute = place == TorchDevice.Cuda ? bfloat16 : float32;
        parameters = new TorchParameters(configuration, initialization, device);
        Network = new TorchNetwork(configuration, parameters, compute, device);
    }

    public ModelConfiguration Configuration { get; }

    public IReadOnlyList<ParameterDescription> Parameters => parameters.Layout;

    public long UpdatesDone { get; private set; }

    internal TorchNetwork Network { get; }

    public void Read(int parameter, StateSlot slot, Span<float> destination) => parameters.Read(parameter, slot, destination);

    public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source) => parameters.Write(parameter, slot, source);

    public void RestoreUpdatesDone(long updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        UpdatesDone = updates;
    }

    public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings)
    {
        using var scope = NewDisposeScope();
        var (loss, gradients) = Backward(batch);
        var result = new StepResult(loss, Norm(gradients), batch.CountedTargets);
        if (result.IsFinite)
        {
            UpdatesDone++;
            AdamW.Update(parameters, gradients, result.GradientNorm, UpdatesDone, settings);
        }

        return result;
    }

    public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients)
    {
        using var scope = NewDisposeScope();
        var (loss, computed) = Backward(batch);
        for (var i = 0; i < computed.Length; i++)
        {
            MemoryMarshal.Cast<byte, float>(computed[i].contiguous().cpu().bytes).CopyTo(gradients[i]);
        }

        return loss;
    }

    public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default)
    {
        Validate(batch.Inputs, batch.Targets, batch.Length);
        using var gradientFree = no_grad();
        var (summed, correct) = (0.0, 0);
        foreach (var (start, count) in MicroBatches(batch))
        {
            using var scope = NewDisposeScope();
            var (from, size) = (start * batch.Length, count * batch.Length);
            var targets = batch.Targets.AsSpan(from, size);
            var logits = Network.Logits(Upload(batch.Inputs.AsSpan(from, size), count));
            summed += Losses(logits, targets).sum(ScalarType.Float64).item<double>();
            var best = MostLikely(logits);
            for (var i = 0; i < size; i++)
            {
                var counts = targets[i] != TokenBatch.Ignored;
                correct += counts && best[i] == targets[i] ? 1 : 0;
                if (!predictions.IsEmpty)
                {
                    predictions[from + i] = counts ? (int)best[i] : TokenBatch.Ignored;
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
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var logits = Network.Logits(Upload(inputs, 1));
        var losses = MemoryMarshal.Cast<byte, float>(Losses(logits, targets).cpu().bytes);
        var best = MostLikely(logits);
        for (var t = 0; t < inputs.Length; t++)
        {
            var counts = targets[t] != TokenBatch.Ignored;
            logProbabilities[t] = counts ? -losses[t] : 0.0;
            predictions[t] = counts ? (int)best[t] : TokenBatch.Ignored;
        }
    }

    public IDecoder CreateDecoder(int maximumLength)
    {
        if (Configuration.Head != ModelHead.Language)
        {
            throw new NotSupportedException("Only a language model decodes token by token.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumLength, Configuration.MaximumLength);
        return new TorchDecoder(this, new KeyValueCache(Configuration, maximumLength, compute, device), maximumLength);
    }

    public void Dispose()
    {
        Network.Dispose();
        parameters.Dispose();
    }

    /// <summary>[sequences, length] int64 on the device.</summary>
    internal Tensor Upload(ReadOnlySpan<int> tokens, int sequences)
    {
        var wide = new long[tokens.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = tokens[i];
        }

        return tensor(wide, int64, device).reshape(sequences, -1);
    }

    internal void RequireInVocabulary(ReadOnlySpan<int> tokens, bool ignoredToo)
    {
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Configuration.Vocabulary && !(ignoredToo && token == TokenBatch.Ignored))
            {
                throw new ArgumentException($"Token {token} is outside the vocabulary of {Configuration.Vocabulary}.");
            }
        }
    }

    /// <summary>The mean loss and its gradients in fp32, summed over micro-batches of a fixed split.</summary>
    private (double Loss, Tensor[] Gradients) Backward(TokenBatch batch)
    {
        Validate(batch.Inputs, batch.Targets, batch.Length);
        var counted = batch.CountedTargets;
        if (counted == 0)
        {
            throw new ArgumentException("No target counts.", nameof(batch));
        }

        var summed = 0.0;
        var total = new Tensor[parameters.Values.Length];
        foreach (var (start, count) in MicroBatches(batch))
        {
            using var scope = NewDisposeScope();
            var (from, size) = (start * batch.Length, count * batch.Length);
            var logits = Network.Logits(Upload(batch.Inputs.AsSpan(from, size), count));
            var losses = Losses(logits, batch.Targets.AsSpan(from, size));
            summed += losses.detach().sum(ScalarType.Float64).item<double>();
            var gradients = autograd.grad([losses.sum() / counted], parameters.Values);
            using var gradientFree = no_grad();
            for (var i = 0; i < total.Length; i++)
            {
                if (start == 0)
                {
                    total[i] = gradients[i].MoveToOuterDisposeScope();
                }
                else
                {
                    total[i].add_(gradients[i]);
                }
            }
        }

        return (summed / counted, total);
    }

    private IEnumerable<(int Start, int Count)> MicroBatches(TokenBatch batch)
    {
        var atOnce = MicroBatching.SequencesAtOnce(Configuration, batch.Length, activationBytes);
        for (var start = 0; start < batch.Sequences; start += atOnce)
        {
            yield return (start, Math.Min(atOnce, batch.Sequences - start));
        }
    }

    /// <summary>−log p(target) of each position, 0 where it is ignored: [positions], fp32.</summary>
    private Tensor Losses(Tensor logits, ReadOnlySpan<int> targets) => functional.cross_entropy(
        logits.reshape(-1, Configuration.Vocabulary),
        Upload(targets, 1).reshape(-1),
        ignore_index: TokenBatch.Ignored,
        reduction: Reduction.None);

    /// <summary>The most likely token of each position, the first on ties; libtorch's argmax promises none.</summary>
    private long[] MostLikely(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var flat = logits.reshape(-1, Configuration.Vocabulary);
        var tokens = arange(Configuration.Vocabulary, int64, device);
        var none = full_like(tokens, Configuration.Vocabulary);
        var best = where(flat.eq(flat.amax([-1L], true)), tokens, none).amin([-1L]);
        return MemoryMarshal.Cast<byte, long>(best.cpu().bytes).ToArray();
    }

    private static double Norm(Tensor[] gradients)
    {
        using var scope = NewDisposeScope();
        using var gradientFree = no_grad();
        var norms = stack(gradients.Select(gradient => gradient.norm())).to_type(float64);
        return (norms * norms).sum().sqrt().item<double>();
    }

    private void Validate(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int length)
    {
        if (length > Configuration.MaximumLength)
        {
            throw new ArgumentException($"Length {length} is beyond the configuration's {Configuration.MaximumLength}.");
        }

        RequireInVocabulary(inputs, ignoredToo: false);
        RequireInVocabulary(targets, ignoredToo: true);
    }
}
