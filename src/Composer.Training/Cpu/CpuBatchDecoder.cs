using Composer.Training.Layers;
using Composer.Training.Layers.Heads;
using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Cpu;

/// <summary>Decodes sequences side by side on the model's threads; prompts go through in chunks.</summary>
internal sealed unsafe class CpuBatchDecoder : IBatchDecoder
{
    /// <summary>Rows of a prompt that go through at once: enough that products, not memory, set the time.</summary>
    private const int ChunkRows = 128;
    private readonly CpuModel model;
    private readonly ModelGraph graph;
    private readonly DecodePass pass;
    private readonly LayerCache[] caches;
    private readonly int[] positions;
    private readonly int maximumLength;
    private readonly int logitStride;
    private readonly AlignedArena arena = new();
    private readonly float* residual;
    private readonly float* normed;
    private readonly float* scores;
    private bool disposed;

    public CpuBatchDecoder(CpuModel model, ModelGraph graph, DecodePass pass, int maximumLength, int sequences)
    {
        (this.model, this.graph, this.pass, this.maximumLength) = (model, graph, pass, maximumLength);
        positions = new int[sequences];
        logitStride = Padding.ToStride(graph.Configuration.Vocabulary);
        var rows = RowsOf(maximumLength, sequences);
        caches = [.. graph.Layers.Select(layer => layer.CreateCache(arena, maximumLength, sequences))];
        residual = arena.Allocate((long)rows * graph.Stride);
        normed = arena.Allocate((long)rows * graph.Stride);
        scores = arena.Allocate((long)sequences * logitStride);
        pass.Scratch = arena.Allocate(graph.Layers.Max(layer => layer.DecodeScratchFloats(rows, pass.Threads)));
    }

    public int Sequences => positions.Length;

    public long CacheBytesPerToken => graph.Layers.Sum(layer => layer.CacheBytes(maximumLength)) / Padding.ToPanel(maximumLength);

    public long CacheBytes => caches.Sum(cache => cache.Bytes);

    /// <summary>Rows that go through at once at most, padded.</summary>
    internal static int RowsOf(int maximumLength, int sequences) =>
        Padding.ToGranule(Math.Max(Math.Min(ChunkRows, maximumLength), sequences));

    public int PositionOf(int sequence) => positions[sequence];

    public void Append(int sequence, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Check(tokens, logits, 1);
        if (tokens.IsEmpty || tokens.Length > maximumLength - positions[sequence])
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens at {positions[sequence]}; the decoder takes at least 1 and {maximumLength} in all.");
        }

        while (!tokens.IsEmpty)
        {
            var rows = Math.Min(ChunkRows, tokens.Length);
            pass.Begin(sequence, positions[sequence], rows);
            Decode(tokens[..rows]);
            positions[sequence] += rows;
            tokens = tokens[rows..];
            if (tokens.IsEmpty)
            {
                ReadOut(rows - 1, 1, logits);
            }
        }
    }

    public void Step(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (tokens.Length != Sequences)
        {
            throw new ArgumentException($"{Sequences} tokens are wanted, one a sequence, not {tokens.Length}.", nameof(tokens));
        }

        Check(tokens, logits, Sequences);
        if (positions.Max() >= maximumLength)
        {
            throw new ArgumentException($"A sequence has no room for another token; the decoder takes {maximumLength} in all.");
        }

        pass.Begin(positions);
        Decode(tokens);
        ReadOut(0, Sequences, logits);
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i]++;
        }
    }

    public void Reset() => Array.Clear(positions);

    public void Dispose()
    {
        disposed = true;
        arena.Dispose();
    }

    private void Decode(ReadOnlySpan<int> tokens)
    {
        Embedding.Forward(pass.Sequence, graph.Embedding, tokens, residual);
        for (var i = 0; i < caches.Length; i++)
        {
            graph.Norms[i].Forward(pass.Sequence, tokens.Length, tokens.Length, residual, normed);
            graph.Layers[i].Decode(pass, caches[i], normed, residual);
        }
    }

    private void ReadOut(int first, int rows, Span<float> logits)
    {
        var vocabulary = graph.Configuration.Vocabulary;
        graph.FinalNorm.Forward(pass.Sequence, rows, rows, residual + ((nint)first * graph.Stride), normed);
        ((LanguageHead)graph.Head).Project(pass, rows, normed, scores, logitStride);
        for (var r = 0; r < rows; r++)
        {
            new ReadOnlySpan<float>(scores + ((nint)r * logitStride), vocabulary).CopyTo(logits.Slice(r * vocabulary, vocabulary));
        }

        GC.KeepAlive(model);
        GC.KeepAlive(this);
    }

    private void Check(ReadOnlySpan<int> tokens, Span<float> logits, int rows)
    {
        var vocabulary = graph.Configuration.Vocabulary;
        if (logits.Length != (long)rows * vocabulary)
        {
            throw new ArgumentException($"{rows} · {vocabulary} logits are wanted, not {logits.Length}.", nameof(logits));
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
