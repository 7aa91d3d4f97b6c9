using System.Collections.Concurrent;
using Composer.Core;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>Looks at a corpus and its tokenizer before anything is computed: what would fail later is told now. Thread-safe.</summary>
/// <remarks>A tokenizer's file is read once by a process, as long as it does not change.</remarks>
public static class CorpusCheck
{
    private static readonly ConcurrentDictionary<(string Path, long Length, DateTime Written), TokenizerFacts> Tokenizers = new();

    /// <summary>Of a corpus of text.</summary>
    /// <param name="settings">What is named.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Something is missing or wrong.</exception>
    public static void OfText(CorpusSettings settings, string folder)
    {
        CorpusFiles.Check(settings, folder);
        if (settings.Tokenizer == CorpusSettings.Bpe && settings.Vocabulary < BpeTrainer.MinimumVocabulary)
        {
            throw LanguageMistake.VocabularyTooSmall(settings.Vocabulary, BpeTrainer.MinimumVocabulary);
        }

        _ = FactsOf(settings, folder);
    }

    /// <summary>Of token shards: their headers and sidecars, and whether there is enough of them where sidecars say it.</summary>
    /// <param name="settings">What is named.</param>
    /// <param name="seed">Of which documents are taken.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Something is missing or wrong.</exception>
    public static void OfShards(CorpusSettings settings, Seed seed, string folder, int length)
    {
        CorpusFiles.Check(settings, folder);
        var vocabulary = FactsOf(settings, folder)?.Vocabulary ?? settings.Vocabulary;
        var paths = CorpusFiles.Resolve(settings.Corpus, folder);
        using var shards = new TokenShards(settings.Corpus, paths, vocabulary);
        if (settings.HasTokenizerFile && !paths.All(path => File.Exists(TokenShard.SidecarOf(path))))
        {
            // Where documents begin only reading all of it tells.
            return;
        }

        var starts = shards.FindDocuments(mark: null);
        var split = DocumentSplit.OfRange(settings.Corpus, starts.Length, settings.Documents, settings.ValidationDocuments, seed);
        var boundary = starts[split.Validation[0]];
        var training = settings.Documents == 0 ? boundary : split.Training.Sum(document => starts[document + 1] - starts[document]);
        CorpusLength.Check(settings.Corpus, training, shards.Count - boundary, length);
    }

    /// <summary>Null where no tokenizer's file is named.</summary>
    private static TokenizerFacts? FactsOf(CorpusSettings settings, string folder)
    {
        if (!settings.HasTokenizerFile)
        {
            return null;
        }

        var file = new FileInfo(CorpusFiles.Resolve(settings.Tokenizer, folder)[0]);
        return Tokenizers.GetOrAdd(
            (file.FullName, file.Length, file.LastWriteTimeUtc),
            static key => new TokenizerFacts(TokenizerFile.Load(key.Path).VocabularySize));
    }

    private sealed record TokenizerFacts(int Vocabulary);
}
