namespace Composer.Training.Models;

/// <summary>One decoder for each sequence, one after another: for engines that have nothing better.</summary>
internal sealed class SequentialBatchDecoder(ITrainableModel model, int maximumLength, int sequences) : IBatchDecoder
{
    private readonly IDecoder[] decoders = [.. Enumerable.Range(0, sequences).Select(_ => model.CreateDecoder(maximumLength))];

    public int Sequences => decoders.Length;

    public long CacheBytesPerToken => decoders[0].CacheBytesPerToken;

    public long CacheBytes => decoders.Sum(decoder => decoder.CacheBytesPerToken * maximumLength);

    public int PositionOf(int sequence) => decoders[sequence].Position;

    public void Append(int sequence, ReadOnlySpan<int> tokens, Span<float> logits) => decoders[sequence].Append(tokens, logits);

    public void Step(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        var vocabulary = model.Configuration.Vocabulary;
        if (tokens.Length != decoders.Length || logits.Length != (long)tokens.Length * vocabulary)
        {
            throw new ArgumentException($"{decoders.Length} tokens and as many rows of {vocabulary} logits are wanted.");
        }

        for (var i = 0; i < decoders.Length; i++)
        {
            decoders[i].Append(tokens.Slice(i, 1), logits.Slice(i * vocabulary, vocabulary));
        }
    }

    public void Reset()
    {
        foreach (var decoder in decoders)
        {
            decoder.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var decoder in decoders)
        {
            decoder.Dispose();
        }
    }
}
