using Composer.Core;

namespace Composer.Language.Corpora;

/// <summary>What a tokenization left in its folder.</summary>
public sealed record TokenizedFiles
{
    /// <summary>The tokenizer's name, such as <c>bpe-512</c>.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Hugging Face's <c>tokenizer.json</c>; null of bytes.</summary>
    public required string? TokenizerPath { get; init; }

    /// <summary>Tokens are below this.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>As <see cref="PreparedCorpus.ContentDigest"/>.</summary>
    public required Digest Content { get; init; }

    /// <summary>Bad lines and rows that were left out; null where they are refused.</summary>
    public long? Skipped { get; init; }

    /// <summary>What is trained on.</summary>
    public required TokenizedPart Training { get; init; }

    /// <summary>What is held out.</summary>
    public required TokenizedPart Validation { get; init; }
}

/// <summary>One half of a tokenized corpus.</summary>
/// <param name="Shards">Paths of its token shards, in order; beside each its sidecar.</param>
/// <param name="Documents">Number of documents.</param>
/// <param name="Tokens">BOS and EOS of each document included.</param>
/// <param name="Characters">Unicode code points of the texts.</param>
/// <param name="Bytes">Of the texts in UTF-8.</param>
public sealed record TokenizedPart(IReadOnlyList<string> Shards, long Documents, long Tokens, long Characters, long Bytes);
