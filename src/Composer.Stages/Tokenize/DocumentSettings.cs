using Composer.Language.Corpora;

namespace Composer.Stages.Tokenize;

/// <summary>What of a corpus's settings is read, beside where it lies.</summary>
/// <param name="Documents">Documents to train on; 0 takes all.</param>
/// <param name="ValidationDocuments">Documents held out of the corpus; 0 where files of their own are held out.</param>
/// <param name="Vocabulary">Of a tokenizer to train, or of shards without one; null where a tokenizer says its own.</param>
public sealed record DocumentSettings(int Documents, int ValidationDocuments, int? Vocabulary)
{
    /// <summary>The field that holds the text; null where it is the usual one.</summary>
    public string? TextField { get; init; }

    /// <summary>True where bad lines are left out; null where they are refused.</summary>
    public bool? SkipBadLines { get; init; }

    /// <summary>As a manifest has them.</summary>
    /// <param name="settings">The manifest's.</param>
    /// <param name="areTokens">Whether the corpus is token shards.</param>
    public static DocumentSettings Of(CorpusSettings settings, bool areTokens) => new(
        settings.Documents,
        settings.HeldOut,
        settings.Tokenizer == CorpusSettings.Bpe || (areTokens && !settings.HasTokenizerFile) ? settings.Vocabulary : null)
    {
        TextField = areTokens || settings.TextField == CorpusSettings.DefaultTextField ? null : settings.TextField,
        SkipBadLines = areTokens || !settings.SkipBadLines ? null : true,
    };

    /// <summary>The settings of a corpus that lies elsewhere.</summary>
    /// <param name="corpus">Where.</param>
    /// <param name="tokenizer">Where its tokenizer's file lies, or which it is.</param>
    /// <param name="validation">Where the files lie that are held out; empty where none are.</param>
    public CorpusSettings At(string corpus, string tokenizer, string validation)
    {
        var settings = new CorpusSettings
        {
            Corpus = corpus,
            Validation = validation,
            Tokenizer = tokenizer,
            Documents = Documents,
            ValidationDocuments = ValidationDocuments,
            TextField = TextField ?? CorpusSettings.DefaultTextField,
            SkipBadLines = SkipBadLines ?? false,
        };
        return Vocabulary is { } vocabulary ? settings with { Vocabulary = vocabulary } : settings;
    }
}
