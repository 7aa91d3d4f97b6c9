using Composer.Core;
using Composer.Core.Settings;
using Composer.Language.Corpora;
using Composer.Stages.Code;

namespace Composer.Stages.Tokenize;

/// <summary>What a training reads of a corpus: the tokens that a stage made of its text, or the shards that it was already.</summary>
public sealed record CorpusContent
{
    private const string Kind = "corpus";

    /// <summary>The part of the code that reads the user's own shards: <see cref="CorpusPlaces"/>.</summary>
    private const string OwnShards = "shards";

    /// <summary>Null of a corpus that was shards already.</summary>
    public TokenizedContent? Tokenized { get; init; }

    /// <summary>Null of a corpus that was text.</summary>
    public ShardContent? Shards { get; init; }

    /// <summary>The code that reads it.</summary>
    /// <param name="content">Null where no corpus is read.</param>
    internal static CodeUse CodeOf(CorpusContent? content) => new(Kind, content?.Shards is null ? [] : [OwnShards]);
}

/// <summary>The tokens of a corpus of text: where its bytes and its tokenizer came from changes nothing.</summary>
/// <param name="Content">Of tokens, order, split and tokenizer, as <see cref="PreparedCorpus.ContentDigest"/>.</param>
/// <param name="Vocabulary">Tokens are below this.</param>
/// <param name="Training">The shards to train on, in order.</param>
/// <param name="Validation">The shards held out, in order.</param>
/// <param name="Tokenizer">Hugging Face's <c>tokenizer.json</c>; null of bytes.</param>
public sealed record TokenizedContent(
    Digest Content, int Vocabulary, ValueList<Digest> Training, ValueList<Digest> Validation, Digest? Tokenizer);

/// <summary>The user's own token shards.</summary>
/// <param name="Documents">How much of them is read.</param>
/// <param name="Source">Of the shards, their sidecars and the tokenizer that is named.</param>
/// <param name="Seed">Of which documents are read.</param>
public sealed record ShardContent([property: Inline] DocumentSettings Documents, Digest Source, Seed Seed);
