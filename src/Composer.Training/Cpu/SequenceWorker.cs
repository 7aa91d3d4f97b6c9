using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Models;
using Composer.Training.Parameters;
using Composer.Training.Profiling;

namespace Composer.Training.Cpu;

/// <summary>Takes one sequence at a time through a model, on one thread; owns the activations.</summary>
internal sealed unsafe class SequenceWorker : IDisposable
{
    /// <summary>Floats of logits at once: few, so that they stay near, but enough rows to work on the whole output matrix for.</summary>
    public const int LogitFloats = 1 << 19;
    private readonly ModelGraph graph;
    private readonly SequencePass pass;
    private readonly LayerState[] states;
    private readonly (PassPart Forward, PassPart Backward)[] parts;
    private readonly float*[] residuals;
    private readonly int logitStride;
    private readonly int logitRows;
    private AlignedArena arena = new();
    private LayerState? headState;
    private float* normed;
    private float* hidden;
    private float* logits;
    private float* gradient;
    private float* dNormed;
    private int capacity;

    public SequenceWorker(ModelGraph graph, ParameterStore store, TierKernels kernels, int logitFloats, PartClock? clock)
    {
        this.graph = graph;
        pass = new SequencePass { Kernels = kernels, Store = store, Stride = graph.Stride, Clock = clock };
        states = new LayerState[graph.Layers.Count];
        parts = [.. graph.Configuration.Layers.Select(symbol => (PassPart.ForwardOf(symbol), PassPart.BackwardOf(symbol)))];
        residuals = new float*[states.Length + 1];
        logitStride = Padding.ToStride(graph.Configuration.Vocabulary);
        logitRows = Padding.ToGranule(Math.Max(1, (logitFloats / logitStride) - TierKernels.Granule + 1));
    }

    /// <summary>Says which part of a step begins on this thread.</summary>
    public PartScope Begin(PassPart part) => pass.Begin(part);

    /// <summary>Bytes that the activations take.</summary>
    public long Bytes => arena.Bytes;

    public void Dispose() => arena.Dispose();

    /// <summary>Makes room for sequences of this length; nothing is allocated when there is already.</summary>
    public void Reserve(int length)
    {
        if (Padding.ToGranule(length) > capacity)
        {
            Allocate(Padding.ToGranule(length));
        }
    }

    /// <summary>Forward and backward of one sequence; adds its gradient to a packed array.</summary>
    /// <param name="batch">Where the sequence is.</param>
    /// <param name="sequence">Which it is.</param>
    /// <param name="scale">Factor of the loss in the gradient: one over the batch's counted targets.</param>
    /// <param name="share">Of each sequence that counts in what the layers add to the loss: one over their number.</param>
    /// <param name="packedGradient">Accumulates.</param>
    /// <param name="turns">Where other threads add to the same array: who may when. The gradient of the last
    /// sequences' embedded rows is then left to <see cref="AddRows"/>.</param>
    /// <returns>The summed cross-entropy, not scaled.</returns>
    public double Train(TokenBatch batch, int sequence, float scale, float share, float* packedGradient, GradientTurns? turns)
    {
        var inputs = InputsOf(batch, sequence);
        pass.SequenceShare = batch.Counts(sequence) ? share : 0;
        pass.Gradient = packedGradient;
        var features = Forward(inputs);
        if (turns is null)
        {
            var loss = BackwardHead(batch.Targets.AsSpan(sequence * batch.Length, batch.Length), scale, features);
            for (var i = states.Length - 1; i >= 0; i--)
            {
                BackwardLayer(i);
            }

            Embedding.Backward(pass, graph.Embedding, inputs, gradient);
            return loss;
        }

        return BackwardInTurn(batch, sequence, scale, features, turns);
    }

    /// <summary>Adds what <see cref="Train"/> left of a sequence: the gradient of its embedded rows.</summary>
    public void AddRows(TokenBatch batch, int sequence, float* packedGradient, GradientTurns turns)
    {
        pass.Gradient = packedGradient;
        Embedding.Backward(pass, graph.Embedding, InputsOf(batch, sequence), turns.RowsOf(sequence));
    }

    /// <summary>Forward alone: what each target's log-probability is, and what the model would say.</summary>
    /// <param name="inputs">[T] tokens.</param>
    /// <param name="targets">[T] tokens or ignored.</param>
    /// <param name="logProbabilities">[T] or empty; 0 where ignored.</param>
    /// <param name="predictions">[T] or empty.</param>
    public BatchMetrics Evaluate(
        ReadOnlySpan<int> inputs,
        ReadOnlySpan<int> targets,
        Span<double> logProbabilities,
        Span<int> predictions)
    {
        var features = Forward(inputs);
        using var part = pass.Begin(PassPart.Head);
        var sum = new BatchMetrics(0, 0, 0);
        for (var first = 0; first < inputs.Length; first += logitRows)
        {
            var rows = Math.Min(logitRows, pass.Rows - first);
            var tokens = Math.Min(rows, inputs.Length - first);
            graph.Head.Project(pass, rows, features + ((nint)first * pass.Stride), logits, logitStride);
            var metrics = CrossEntropy.Evaluate(
                pass.Kernels,
                targets.Slice(first, tokens),
                graph.Configuration.Vocabulary,
                logits,
                logitStride,
                logProbabilities.IsEmpty ? default : logProbabilities.Slice(first, tokens),
                predictions.IsEmpty ? default : predictions.Slice(first, tokens));
            sum = new BatchMetrics(
                sum.SummedLoss + metrics.SummedLoss, sum.CountedTargets + metrics.CountedTargets, sum.Correct + metrics.Correct);
        }

        return sum;
    }

    private static ReadOnlySpan<int> InputsOf(TokenBatch batch, int sequence) =>
        batch.Inputs.AsSpan(sequence * batch.Length, batch.Length);

    private void Allocate(int rows)
    {
        arena.Dispose();
        arena = new AlignedArena();
        capacity = 0;
        long width = graph.Stride;
        residuals[0] = arena.Allocate(rows * width);
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = graph.Layers[i].CreateState(arena, rows);
            residuals[i + 1] = arena.Allocate(rows * width);
        }

        headState = graph.Head.CreateState(arena, rows);
        normed = arena.Allocate(rows * width);
        hidden = arena.Allocate(rows * width);
        gradient = arena.Allocate(rows * width);
        dNormed = arena.Allocate(rows * width);
        logits = arena.Allocate((long)Math.Min(rows, logitRows) * logitStride);
        pass.Scratch = arena.Allocate(graph.Layers.Max(layer => layer.ScratchFloats(rows)));
        capacity = rows;
    }

    // To the features that the head makes logits of.
    private float* Forward(ReadOnlySpan<int> inputs)
    {
        Reserve(inputs.Length);
        pass.Begin(inputs.Length);
        Embedding.Forward(pass, graph.Embedding, inputs, residuals[0]);
        for (var i = 0; i < states.Length; i++)
        {
            graph.Norms[i].Forward(pass, residuals[i], normed);
            using var part = pass.Begin(parts[i].Forward);
            graph.Layers[i].Forward(pass, states[i], normed, residuals[i], residuals[i + 1]);
        }

        graph.FinalNorm.Forward(pass, residuals[states.Length], hidden);
        using var head = pass.Begin(PassPart.Head);
        return graph.Head.Forward(pass, headState!, hidden);
    }

    // Logits, loss and their gradient, some rows at a time, down to the residual stream.
    private double BackwardHead(ReadOnlySpan<int> targets, float scale, float* features)
    {
        var loss = LossAndGradient(targets, scale, features);
        new Span<float>(gradient, pass.Rows * pass.Stride).Clear();
        graph.FinalNorm.Backward(pass, residuals[states.Length], dNormed, gradient);
        return loss;
    }

    private double LossAndGradient(ReadOnlySpan<int> targets, float scale, float* features)
    {
        using var part = pass.Begin(PassPart.Head);
        var (loss, vocabulary) = (0.0, graph.Configuration.Vocabulary);
        for (var first = 0; first < pass.Rows; first += logitRows)
        {
            var rows = Math.Min(logitRows, pass.Rows - first);
            var tokens = Math.Min(rows, pass.Length - first);
            var offset = (nint)first * pass.Stride;
            graph.Head.Project(pass, rows, features + offset, logits, logitStride);
            loss += CrossEntropy.ForwardBackward(
                pass.Kernels, targets.Slice(first, tokens), rows, vocabulary, scale, logits, logitStride);
            graph.Head.ProjectBackward(pass, tokens, rows, features + offset, logits, logitStride, dNormed + offset);
        }

        graph.Head.Backward(pass, headState!, dNormed);
        return loss;
    }

    // What the layer read is normed again: that is quicker than to fetch it from a far cache.
    private void BackwardLayer(int layer)
    {
        graph.Norms[layer].Forward(pass, residuals[layer], normed);
        using (pass.Begin(parts[layer].Backward))
        {
            graph.Layers[layer].Backward(pass, states[layer], normed, gradient, dNormed);
        }

        graph.Norms[layer].Backward(pass, residuals[layer], dNormed, gradient);
    }

    private double BackwardInTurn(TokenBatch batch, int sequence, float scale, float* features, GradientTurns turns)
    {
        var stage = 0;
        turns.Enter(stage, sequence);
        if (sequence - GradientTurns.Lag >= turns.First)
        {
            turns.AwaitRowsOf(sequence - GradientTurns.Lag);
            AddRows(batch, sequence - GradientTurns.Lag, pass.Gradient, turns);
        }

        var loss = BackwardHead(batch.Targets.AsSpan(sequence * batch.Length, batch.Length), scale, features);
        turns.Leave(stage, sequence);
        for (var i = states.Length - 1; i >= 0; i--)
        {
            turns.Enter(++stage, sequence);
            BackwardLayer(i);
            turns.Leave(stage, sequence);
        }

        var size = pass.Length * pass.Stride;
        new ReadOnlySpan<float>(gradient, size).CopyTo(new Span<float>(turns.RowsOf(sequence), size));
        turns.Finish(sequence);
        return loss;
    }
}
