using Composer.Core;
using Composer.Core.Facts;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>Whether a corpus and its tokenizer fit what is trained: what would fail later is told before anything runs.</summary>
/// <remarks>Thread-safe.</remarks>
public static class CorpusFit
{
    private const long MostTokensLookedAt = 1L << 26;

    /// <summary>Of a corpus of text.</summary>
    /// <param name="settings">What is named.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before; null reads everything.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Something is missing or wrong.</exception>
    public static void OfText(CorpusSettings settings, string folder, FactOfFile? facts = null)
    {
        CorpusFiles.Check(settings, folder, facts);
        if (settings.Tokenizer == CorpusSettings.Bpe && settings.Vocabulary < BpeTrainer.MinimumVocabulary)
        {
            throw LanguageMistake.VocabularyTooSmall(settings.Vocabulary, BpeTrainer.MinimumVocabulary);
        }

        _ = TokenizerFacts.Of(settings, folder, facts ?? Unknown);
    }

    /// <summary>Of token shards: their headers and sidecars, and whether there is enough of them where sidecars say it.</summary>
    /// <param name="settings">What is named.</param>
    /// <param name="seed">Of which documents are taken.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="facts">Knows what was found out before; null reads everything.</param>
    /// <param name="window">Tokens of the longest window that a model is scored on; 0 where it is only validated.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Something is missing or wrong.</exception>
    public static void OfShards(
        CorpusSettings settings, Seed seed, string folder, int length, FactOfFile? facts = null, int window = 0)
    {
        CorpusFiles.Check(settings, folder, facts);
        var tokenizer = TokenizerFacts.Of(settings, folder, facts ?? Unknown);
        var paths = CorpusFiles.Resolve(settings.Corpus, folder);
        using var shards = new TokenShards(settings.Corpus, paths, tokenizer?.Vocabulary ?? settings.Vocabulary);
        if (tokenizer is not null && !paths.All(path => File.Exists(TokenShard.SidecarOf(path))))
        {
            // Where every document begins only reading all of it tells; the end tells what is held out.
            if (settings.HasValidation)
            {
                CorpusLength.Check(settings.Corpus, shards.Count, CountOf(settings.Validation), length, window);
            }
            else if (shards.FindLast(settings.ValidationDocuments, tokenizer.Mark, MostTokensLookedAt) is { } heldOut)
            {
                CorpusLength.Check(settings.Corpus, heldOut, shards.Count - heldOut, length, window);
            }

            return;
        }

        var starts = shards.FindDocuments(mark: null);
        var split = DocumentSplit.OfRange(settings.Corpus, starts.Length, settings.Documents, settings.HeldOut, seed);
        var boundary = split.Validation.Count == 0 ? shards.Count : starts[split.Validation[0]];
        var training = settings.Documents == 0 ? boundary : split.Training.Sum(
            document => (document + 1 < starts.Length ? starts[document + 1] : shards.Count) - starts[document]);
        CorpusLength.Check(
            settings.Corpus,
            training,
            settings.HasValidation ? CountOf(settings.Validation) : shards.Count - boundary,
            length,
            window);

        long CountOf(string pattern)
        {
            using var heldOut = new TokenShards(
                pattern, CorpusFiles.Resolve(pattern, folder), tokenizer?.Vocabulary ?? settings.Vocabulary, withDocuments: false);
            return heldOut.Count;
        }
    }

    private static string Unknown(string path, string fact, Func<string> find) => find();
}
