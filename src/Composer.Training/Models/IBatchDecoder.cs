namespace Composer.Training.Models;

/// <summary>
/// Incremental decoding of several sequences side by side, each with a key-value cache of its own: a step
/// reads the parameters once for all of them.
/// </summary>
public interface IBatchDecoder : IDisposable
{
    /// <summary>Sequences side by side.</summary>
    int Sequences { get; }

    /// <summary>Bytes that the cache holds for each token of a sequence that fills it.</summary>
    long CacheBytesPerToken { get; }

    /// <summary>Bytes that the caches of all sequences take, as this engine allocates them.</summary>
    long CacheBytes { get; }

    /// <summary>Tokens that a sequence has seen so far.</summary>
    int PositionOf(int sequence);

    /// <summary>Appends a prompt, or a part of one, to one sequence.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="tokens">At least one.</param>
    /// <param name="logits">[vocabulary] after the last token, overwritten.</param>
    void Append(int sequence, ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>Appends one token to every sequence, wherever each is.</summary>
    /// <param name="tokens">[sequences].</param>
    /// <param name="logits">[sequences, vocabulary], overwritten.</param>
    void Step(ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>Forgets all sequences.</summary>
    void Reset();
}
