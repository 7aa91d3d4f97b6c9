using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Models;

/// <summary>Takes one sequence at a time through a model, on one thread; owns the activations.</summary>
internal sealed unsafe class SequenceWorker : IDisposable
{
    private readonly ModelGraph graph;
    private readonly SequencePass pass;
    private readonly LayerState[] states;
    private readonly float*[] residuals;
    private readonly float*[] normed;
    private readonly int logitStride;
    private AlignedArena arena = new();
    private LayerState? headState;
    private float* hidden;
    private float* logits;
    private float* gradient;
    private float* dNormed;
    private int capacity;

    public SequenceWorker(ModelGraph graph, ParameterStore store, ScalarKernels kernels)
    {
        this.graph = graph;
        pass = new SequencePass { Kernels = kernels, Store = store, Stride = graph.Stride };
        states = new LayerState[graph.Layers.Count];
        residuals = new float*[states.Length + 1];
        normed = new float*[states.Length];
        logitStride = Padding.ToStride(graph.Configuration.Vocabulary);
    }

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
    /// <param name="inputs">[T] tokens.</param>
    /// <param name="targets">[T] tokens or ignored.</param>
    /// <param name="scale">Factor of the loss in the gradient: one over the batch's counted targets.</param>
    /// <param name="packedGradient">Accumulates.</param>
    /// <returns>The summed cross-entropy, not scaled.</returns>
    public double Train(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, float scale, float* packedGradient)
    {
        pass.Gradient = packedGradient;
        Forward(inputs);
        var loss = CrossEntropy.ForwardBackward(pass.Kernels, targets, pass.Rows, graph.Configuration.Vocabulary, scale, logits, logitStride);
        Backward(inputs);
        return loss;
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
        Forward(inputs);
        return CrossEntropy.Evaluate(
            pass.Kernels, targets, graph.Configuration.Vocabulary, logits, logitStride, logProbabilities, predictions);
    }

    private void Allocate(int rows)
    {
        arena.Dispose();
        arena = new AlignedArena();
        capacity = 0;
        long width = graph.Stride;
        residuals[0] = arena.Allocate(rows * width);
        for (var i = 0; i < states.Length; i++)
        {
            normed[i] = arena.Allocate(rows * width);
            states[i] = graph.Layers[i].CreateState(arena, rows);
            residuals[i + 1] = arena.Allocate(rows * width);
        }

        headState = graph.Head.CreateState(arena, rows);
        hidden = arena.Allocate(rows * width);
        gradient = arena.Allocate(rows * width);
        dNormed = arena.Allocate(rows * width);
        logits = arena.Allocate((long)rows * logitStride);
        pass.Scratch = arena.Allocate(graph.Layers.Max(layer => layer.ScratchFloats(rows)));
        capacity = rows;
    }

    private void Forward(ReadOnlySpan<int> inputs)
    {
        Reserve(inputs.Length);
        pass.Begin(inputs.Length);
        Embedding.Forward(pass, graph.Embedding, inputs, residuals[0]);
        for (var i = 0; i < states.Length; i++)
        {
            graph.Norms[i].Forward(pass, residuals[i], normed[i]);
            graph.Layers[i].Forward(pass, states[i], normed[i], residuals[i], residuals[i + 1]);
        }

        graph.FinalNorm.Forward(pass, residuals[states.Length], hidden);
        graph.Head.Forward(pass, headState!, hidden, logits, logitStride);
    }

    private void Backward(ReadOnlySpan<int> inputs)
    {
        graph.Head.Backward(pass, headState!, hidden, logits, logitStride, dNormed);
        new Span<float>(gradient, pass.Rows * pass.Stride).Clear();
        graph.FinalNorm.Backward(pass, residuals[states.Length], dNormed, gradient);
        for (var i = states.Length - 1; i >= 0; i--)
        {
            graph.Layers[i].Backward(pass, states[i], normed[i], gradient, dNormed);
            graph.Norms[i].Backward(pass, residuals[i], dNormed, gradient);
        }

        Embedding.Backward(pass, graph.Embedding, inputs, gradient);
    }
}
