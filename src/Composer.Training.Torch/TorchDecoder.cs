using Composer.Training.Models;
using Composer.Training.Torch.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch;

/// <summary>Decodes one sequence with a key-value cache on the device.</summary>
internal sealed class TorchDecoder(TorchModel model, KeyValueCache cache, int maximumLength) : IDecoder
{
    public int Position => cache.Position;

    public long CacheBytesPerToken => cache.BytesPerToken;

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (tokens.IsEmpty || tokens.Length > maximumLength - cache.Position)
        {
            throw new ArgumentException($"At least one token is appended, and at most {maximumLength} in all.", nameof(tokens));
        }

        model.RequireInVocabulary(tokens, ignoredToo: false);
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var output = model.Network.Logits(model.Upload(tokens, 1), cache);
        cache.Position += tokens.Length;
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(output.contiguous().cpu().bytes).CopyTo(logits);
    }

    public void Reset() => cache.Position = 0;

    public void Dispose() => cache.Dispose();
}
