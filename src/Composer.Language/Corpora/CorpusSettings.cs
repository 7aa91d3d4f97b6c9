using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Language.Corpora;

/// <summary>Which text, how much of it, and how it becomes tokens: the corpus part of a manifest's section.</summary>
public sealed record CorpusSettings : IReadsSelectively
{
    [Description("stories, or the path (with * and ?) of files, whose ending says how documents stand in them.")]
    public string Corpus { get; init; } = "stories";

    [Description("Documents of the stories corpus, or to take of another; 0 takes all.")]
    [SettingRange(0, 100_000_000)]
    public int Documents { get; init; }

    [Description("Documents held out for the validation loss."), SettingRange(1, 10_000_000)]
    public int ValidationDocuments { get; init; } = 200;

    [Description("The path (with * and ?) of files whose documents are held out, all of them, instead of documents of the corpus.")]
    public string Validation { get; init; } = "";

    [Description("The field of JSONL, or column of Parquet, that holds the text.")]
    public string TextField { get; init; } = DefaultTextField;

    [Description("Leave out lines that are no UTF-8 or no JSON with a text, and rows without one, and count them, instead of refusing "
        + "them.")]
    public bool SkipBadLines { get; init; }

    [Description("bytes, bpe (trained on the corpus), or the path of a tokenizer file.")]
    public string Tokenizer { get; init; } = Bpe;

    [Description("Vocabulary of a bpe tokenizer to train, or of the token shards."), SettingRange(258, 262_144)]
    public int Vocabulary { get; init; } = 512;

    /// <summary>Where data sets have their text.</summary>
    public const string DefaultTextField = "text";

    /// <summary>The tokenizer whose tokens are bytes.</summary>
    public const string Bytes = "bytes";

    /// <summary>The tokenizer that is trained on the corpus.</summary>
    public const string Bpe = "bpe";

    /// <summary>How many stories stand for "all".</summary>
    public const int DefaultStories = 20_000;

    /// <summary>Whether the corpus is of token shards, by its name.</summary>
    [JsonIgnore]
    public bool IsShards => Corpus.EndsWith(TokenShard.Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether what is held out is token shards, by its name.</summary>
    [JsonIgnore]
    public bool HasValidationOfShards => Validation.EndsWith(TokenShard.Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the corpus is generated.</summary>
    [JsonIgnore]
    public bool IsStories => Corpus == "stories";

    /// <summary>Whether the tokenizer is a file.</summary>
    [JsonIgnore]
    public bool HasTokenizerFile => Tokenizer is not (Bytes or Bpe);

    /// <summary>Whether files of their own are held out.</summary>
    [JsonIgnore]
    public bool HasValidation => Validation.Length > 0;

    /// <summary>How many documents of the corpus itself are held out.</summary>
    [JsonIgnore]
    public int HeldOut => HasValidation ? 0 : ValidationDocuments;

    /// <summary>How documents are taken out of files.</summary>
    [JsonIgnore]
    internal DocumentOptions Options => new(TextField, SkipBadLines);

    /// <remarks>Where they lie changes nothing: their content is in the key, by <see cref="CorpusPreparation.SourceDigest"/>.</remarks>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread => [nameof(Corpus), nameof(Tokenizer), nameof(Validation)];
}
