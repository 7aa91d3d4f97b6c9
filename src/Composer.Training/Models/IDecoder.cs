namespace Composer.Training.Models;

/// <summary>Incremental decoding of one sequence with a key-value cache.</summary>
public interface IDecoder : IDisposable
{
    /// <summary>Tokens seen so far.</summary>
    int Position { get; }

    /// <summary>Bytes that the cache holds for each token of a sequence that fills it: what this engine really allocates.</summary>
    long CacheBytesPerToken { get; }

    /// <summary>Appends tokens (a prompt, or one token) and returns the logits after the last one.</summary>
    /// <param name="tokens">At least one.</param>
    /// <param name="logits">[vocabulary], overwritten.</param>
    void Append(ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>Forgets the sequence.</summary>
    void Reset();
}
