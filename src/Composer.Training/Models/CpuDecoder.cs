using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Layers.Heads;
using Composer.Training.Parameters;

namespace Composer.Training.Models;

/// <summary>Decodes one sequence on the caller's thread; prompts go through in chunks.</summary>
internal sealed unsafe class CpuDecoder : IDecoder
{
    private const int ChunkRows = 16;
    private readonly CpuModel model;
    private readonly ModelGraph graph;
    private readonly SequencePass pass;
    private readonly LayerCache[] caches;
    private readonly int maximumLength;
    private readonly AlignedArena arena = new();
    private readonly float* residual;
    private readonly float* normed;
    private readonly float* scores;
    private bool disposed;

    public CpuDecoder(CpuModel model, ModelGraph graph, ParameterStore store, ScalarKernels kernels, int maximumLength)
    {
        (this.model, this.graph, this.maximumLength) = (model, graph, maximumLength);
        caches = [.. graph.Layers.Select(layer => layer.CreateCache(arena, maximumLength))];
        residual = arena.Allocate((long)ChunkRows * graph.Stride);
        normed = arena.Allocate((long)ChunkRows * graph.Stride);
        scores = arena.Allocate(Padding.ToStride(graph.Configuration.Vocabulary));
        pass = new SequencePass
        {
            Kernels = kernels,
            Store = store,
            Stride = graph.Stride,
            Scratch = arena.Allocate(graph.Layers.Max(layer => layer.DecodeScratchFloats(ChunkRows, maximumLength))),
        };
    }

    public int Position { get; private set; }

    public long CacheBytesPerToken => caches.Sum(cache => cache.BytesPerToken);

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Check(tokens, logits);
        while (!tokens.IsEmpty)
        {
            var rows = Math.Min(ChunkRows, tokens.Length);
            Decode(tokens[..rows]);
            tokens = tokens[rows..];
            if (tokens.IsEmpty)
            {
                var last = (nint)(rows - 1) * graph.Stride;
                graph.FinalNorm.Forward(pass, 1, 1, residual + last, normed);
                ((LanguageHead)graph.Head).Forward(pass, 1, normed, scores, Padding.ToStride(logits.Length));
            }
        }

        new ReadOnlySpan<float>(scores, logits.Length).CopyTo(logits);
        GC.KeepAlive(model);
        GC.KeepAlive(this);
    }

    public void Reset() => Position = 0;

    public void Dispose()
    {
        disposed = true;
        arena.Dispose();
    }

    private void Decode(ReadOnlySpan<int> tokens)
    {
        pass.Begin(tokens.Length);
        Embedding.Forward(pass, graph.Embedding, tokens, residual);
        for (var i = 0; i < caches.Length; i++)
        {
            graph.Norms[i].Forward(pass, tokens.Length, tokens.Length, residual, normed);
            graph.Layers[i].Decode(pass, caches[i], Position, tokens.Length, normed, residual);
        }

        Position += tokens.Length;
    }

    private void Check(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        var vocabulary = graph.Configuration.Vocabulary;
        if (tokens.IsEmpty || tokens.Length > maximumLength - Position)
        {
            throw new ArgumentException($"{tokens.Length} tokens at {Position}; the decoder takes at least 1 and {maximumLength} in all.");
        }

        if (logits.Length != vocabulary)
        {
            throw new ArgumentException($"{vocabulary} logits are wanted, not {logits.Length}.", nameof(logits));
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)vocabulary)
            {
                throw new ArgumentException($"Token {token} is outside the vocabulary of {vocabulary}.", nameof(tokens));
            }
        }
    }
}
