using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Pipeline.Results;

namespace Composer.Stages.Tokenize;

/// <summary>The output <c>corpus.json</c>: what became of a corpus's documents.</summary>
public sealed record TokenizeOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "corpus.json";

    /// <summary>The output that holds the tokenizer.</summary>
    public const string TokenizerFile = "tokenizer.json";

    /// <summary>What the outputs that trainings read are called.</summary>
    public const string Shards = "*.bin";

    /// <summary>The tokenizer's name, such as <c>bpe-512</c>.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Tokens are below this.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Of tokens, order, split and tokenizer.</summary>
    public required Digest Content { get; init; }

    /// <summary>Bad lines and rows that were left out; null where they are refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Skipped { get; init; }

    /// <summary>What is trained on.</summary>
    public required TokenizedPartOutput Training { get; init; }

    /// <summary>What is held out.</summary>
    public required TokenizedPartOutput Validation { get; init; }

    /// <summary>What a training reads of a tokenized corpus.</summary>
    public static TokenizedContent ContentOf(StageResult result)
    {
        var (output, blobs) = (result.Read<TokenizeOutput>(Name), result.Record.Outputs);
        return new TokenizedContent(
            output.Content,
            output.Vocabulary,
            [.. output.Training.Shards.Select(shard => blobs[shard].Digest)],
            [.. output.Validation.Shards.Select(shard => blobs[shard].Digest)],
            blobs.TryGetValue(TokenizerFile, out var tokenizer) ? tokenizer.Digest : null);
    }
}

/// <summary>One half of a tokenized corpus.</summary>
/// <param name="Documents">Number of documents.</param>
/// <param name="Tokens">BOS and EOS of each document included.</param>
/// <param name="Characters">Unicode code points of the texts.</param>
/// <param name="Bytes">Of the texts in UTF-8.</param>
/// <param name="BytesPerToken">Of the texts, by token.</param>
/// <param name="Shards">Names of the outputs that hold the tokens, in order; beside each its <c>.idx</c>.</param>
public sealed record TokenizedPartOutput(
    long Documents, long Tokens, long Characters, long Bytes, double BytesPerToken, IReadOnlyList<string> Shards)
{
    internal static TokenizedPartOutput Of(TokenizedPart part) => new(
        part.Documents,
        part.Tokens,
        part.Characters,
        part.Bytes,
        (double)part.Bytes / part.Tokens,
        [.. part.Shards.Select(path => Path.GetFileName(path)!)]);
}
