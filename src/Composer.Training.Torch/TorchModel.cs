using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Ranks;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Network;
using Composer.Training.Torch.Optimization;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Ranks;
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
    private readonly GradientSplit split;
    private readonly RankSum rankSum;
    private readonly TorchSharedGradient shared;
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
        int threads,
        GradientSplit split)
    {
        (Configuration, this.split) = (configuration, split);
        this.activationBytes = activationBytes;
        this.tokensAtOnce = place == TorchDevice.Cpu ? tokensAtOnce : int.MaxValue;
        workers = place == TorchDevice.Cpu ? new CpuWorkers(threads) : null;
        device = place == TorchDevice.Cuda ? CUDA : CPU;
        var compute = precision == TorchPrecision.Bf16 ? bfloat16 : float32;
        elementBytes = precision == TorchPrecision.Bf16 ? 2 : 4;
        Scripts.Define(() => [.. TorchNetwork.Sources, AdamW.Source]);
        network = new TorchNetwork(configuration, initialization, compute, device);
        parameters = network.Parameters;
        rankSum = new RankSum(split.Ranks);
        shared = new TorchSharedGradient(device);
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
            var sums = (workers is not null && mostParts > sideBySide ? sideBySide + 1 : sideBySide) + split.GradientsAtOnce - 1;
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
        using var sum = Backward(batch);
        var (gradients, reduced) = (sum.Gradients, AddRanks(sum));

        // The one time that the host waits for the device.
        var read = Doubles(stack([reduced, AdamW.Norm(gradients)]));
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
        using var sum = Backward(batch);
        var (computed, summed) = (sum.Gradients, AddRanks(sum));
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
            shared.Dispose();
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

    /// <summary>The gradients of the mean loss, summed over micro-batches of a fixed split: those of this rank's shards.</summary>
    private LossGradients Backward(TokenBatch batch)
    {
        var (counted, countedSequences) = (batch.CountedTargets, batch.CountedSequences);
        if (counted == 0)
        {
            throw new ArgumentException("No target counts.", nameof(batch));
        }

        split.Require(batch.Sequences);
        var (inputs, targets) = Upload(batch.Inputs, batch.Targets, batch.Sequences);
        var shares = tensor([.. Enumerable.Range(0, batch.Sequences).Select(ShareOf)], [batch.Sequences], float32, device);
        var tree = new GradientTree(split, () => new LossGradients(network.GroupCount, device));
        var pieces = PiecesOf(batch);
        if (workers is null)
        {
            foreach (var piece in pieces)
            {
                var sum = piece.Begins ? tree.Begin() : tree.Top;
                Accumulate(piece, sum);
                Apply(piece.Ends ? tree.End() : []);
            }

            return tree.Top;
        }

        for (var first = 0; first < pieces.Count; first += workers.Count)
        {
            // The sums have one order, however many parts are computed side by side.
            var parts = new LossGradients[Math.Min(workers.Count, pieces.Count - first)];
            workers.Run(parts.Length, i =>
            {
                parts[i] = new LossGradients(network.GroupCount, device);
                Accumulate(pieces[first + i], parts[i]);
            });
            var additions = new List<(LossGradients Sum, LossGradients Other)>();
            for (var i = 0; i < parts.Length; i++)
            {
                additions.Add((pieces[first + i].Begins ? tree.Begin() : tree.Top, parts[i]));
                additions.AddRange(pieces[first + i].Ends ? tree.End() : []);
            }

            Apply(additions);
        }

        return tree.Top;

        float ShareOf(int sequence) => batch.Counts(sequence) ? 1f / countedSequences : 0;

        void Accumulate(Piece piece, LossGradients sums)
        {
            using var scope = NewDisposeScope();
            network.Accumulate(
                inputs.narrow(0, piece.Start, piece.Count),
                targets.narrow(0, piece.Start, piece.Count),
                shares.narrow(0, piece.Start, piece.Count),
                piece.Recomputed,
                1.0 / counted,
                sums.Gradients,
                sums.Loss);
        }
    }

    /// <summary>The micro-batches of this rank's shards, each split as a batch of its own.</summary>
    private List<Piece> PiecesOf(TokenBatch batch)
    {
        var pieces = new List<Piece>();
        for (var shard = split.FirstShard; shard < split.FirstShard + split.ShardsOfRank; shard++)
        {
            var (first, end) = split.RangeOf(shard, batch.Sequences);
            var plan = PlanOf(batch.Length, end - first);
            for (var part = 0; part < plan.Parts; part++)
            {
                var (start, count) = plan.Part(part);
                pieces.Add(new Piece(first + start, count, plan.Recomputed, Begins: part == 0, Ends: part == plan.Parts - 1));
            }

            plannedBytes = Math.Max(plannedBytes, plan.Bytes);
        }

        mostParts = Math.Max(mostParts, pieces.Count);
        return pieces;
    }

    /// <summary>Adds each other to its sum, in their order; the others are gone then.</summary>
    private void Apply(IReadOnlyList<(LossGradients Sum, LossGradients Other)> additions)
    {
        if (workers is null)
        {
            for (var group = 0; group < network.GroupCount; group++)
            {
                Add(group);
            }
        }
        else if (additions.Count > 0)
        {
            workers.Run(network.GroupCount, Add);
        }

        foreach (var (sum, other) in additions)
        {
            sum.Loss.add_(other.Loss);
            other.Dispose();
        }

        void Add(int group)
        {
            foreach (var (sum, other) in additions)
            {
                sum.Gradients.Take(group, other.Gradients);
            }
        }
    }

    /// <summary>Adds what the other ranks have.</summary>
    /// <returns>The summed loss of all, one fp64 on the device.</returns>
    private Tensor AddRanks(LossGradients sum)
    {
        if (split.Ranks.Count == 1)
        {
            return sum.Loss;
        }

        var loss = rankSum.Add(Doubles(sum.Loss)[0]);
        rankSum.Add(shared.Of(sum.Gradients.Sums));
        return tensor(loss, float64, device);
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

    /// <summary>A micro-batch: its first sequence and how many it has, and its place in a shard.</summary>
    private readonly record struct Piece(int Start, int Count, int Recomputed, bool Begins, bool Ends);
}
