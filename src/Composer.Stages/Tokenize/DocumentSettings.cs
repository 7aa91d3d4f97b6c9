using Composer.Language.Corpora;

namespace Composer.Stages.Tokenize;

/// <summary>What of a corpus's settings is read, beside where it lies.</summary>
/// <param name="Documents">Documents to train on; 0 takes all.</param>
/// <param name="ValidationDocuments">Documents held out.</param>
/// <param name="Vocabulary">Of a tokenizer to train, or of shards without one; null where a tokenizer says its own.</param>
public sealed record DocumentSettings(int Documents, int ValidationDocuments, int? Vocabulary)
{
    /// <summary>As a manifest has them.</summary>
    /// <param name="settings">The manifest's.</param>
    /// <param name="areTokens">Whether the corpus is token shards.</param>
    public static DocumentSettings Of(CorpusSettings settings, bool areTokens) => new(
        settings.Documents,
        settings.ValidationDocuments,
        settings.Tokenizer == CorpusSettings.Bpe || (areTokens && !settings.HasTokenizerFile) ? settings.Vocabulary : null);

    /// <summary>The settings of a corpus that lies elsewhere.</summary>
    public CorpusSettings At(string corpus, string tokenizer)
    {
        var settings = new CorpusSettings
        {
            Corpus = corpus,
            Tokenizer = tokenizer,
            Documents = Documents,
            ValidationDocuments = ValidationDocuments,
        };
        return Vocabulary is { } vocabulary ? settings with { Vocabulary = vocabulary } : settings;
    }
}
