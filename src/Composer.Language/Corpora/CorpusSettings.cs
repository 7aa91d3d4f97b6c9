namespace Composer.Language.Corpora;

/// <summary>Which text, how much of it, and how it becomes tokens: the corpus part of a manifest's section.</summary>
public sealed record CorpusSettings
{
    /// <summary><c>stories</c>, or the path (with * and ?) of text, JSONL or token shards.</summary>
    public string Corpus { get; init; } = "stories";

    /// <summary>Documents to train on; 0 takes all, of the stories <see cref="DefaultStories"/>.</summary>
    public int Documents { get; init; }

    /// <summary>Documents held out.</summary>
    public int ValidationDocuments { get; init; } = 200;

    /// <summary><c>bytes</c>, <c>bpe</c> (trained on the training documents), or the path of a tokenizer file.</summary>
    public string Tokenizer { get; init; } = "bpe";

    /// <summary>Vocabulary of a bpe to train; of token shards, when no tokenizer file says it.</summary>
    public int Vocabulary { get; init; } = 512;

    /// <summary>How many stories stand for "all".</summary>
    public const int DefaultStories = 20_000;

    /// <summary>Whether the corpus is generated.</summary>
    public bool IsStories => Corpus == "stories";
}
