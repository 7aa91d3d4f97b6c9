using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>Decodes by running the whole sequence again: the oracle of a cache has none.</summary>
internal sealed class ReferenceDecoder(ReferenceModel model, int maximumLength) : IDecoder
{
    private readonly List<int> tokens = [];

    public int Position => tokens.Count;

    /// <summary>The token itself is all that is kept.</summary>
    public long CacheBytesPerToken => sizeof(int);

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (tokens.IsEmpty || this.tokens.Count + tokens.Length > maximumLength)
        {
            throw new ArgumentException($"At least one token is appended, and at most {maximumLength} in all.", nameof(tokens));
        }

        this.tokens.AddRange(tokens);
        var all = model.Logits(this.tokens.ToArray());
        for (var token = 0; token < all.Columns; token++)
        {
            logits[token] = (float)all[all.Rows - 1, token];
        }
    }

    public void Reset() => tokens.Clear();

    public void Dispose()
    {
    }
}
