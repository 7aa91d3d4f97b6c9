using Composer.Training.Models;
using Composer.Training.Torch.Primitives;

namespace Composer.Training.Torch;

/// <summary>Decodes one sequence with a cache on the device.</summary>
internal sealed class TorchDecoder(TorchModel model, IReadOnlyList<TorchLayerCache?> caches, int maximumLength) : IDecoder
{
    public int Position { get; private set; }

    public long CacheBytesPerToken => caches.Sum(cache => cache?.Bytes ?? 0) / maximumLength;

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (tokens.IsEmpty || tokens.Length > maximumLength - Position)
        {
            throw new ArgumentException($"At least one token is appended, and at most {maximumLength} in all.", nameof(tokens));
        }

        model.Decode(tokens, caches, Position, logits);
        Position += tokens.Length;
    }

    public void Reset() => Position = 0;

    public void Dispose()
    {
        foreach (var cache in caches)
        {
            cache?.Dispose();
        }
    }
}
