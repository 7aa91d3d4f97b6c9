using System.Globalization;
using Composer.Core;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>A corpus that is token shards already: trained on where it lies.</summary>
public static class ShardCorpus
{
    /// <param name="settings">A corpus of shards.</param>
    /// <param name="seed">Of which documents are taken.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, or there are too few
    /// documents.</exception>
    public static PreparedCorpus Open(CorpusSettings settings, Seed seed, string folder)
    {
        var tokenizer = settings.HasTokenizerFile ? TokenizerFile.Load(Path.GetFullPath(settings.Tokenizer, folder)) : null;
        var vocabulary = tokenizer?.VocabularySize ?? settings.Vocabulary;
        var shards = new TokenShards(settings.Corpus, CorpusFiles.Resolve(settings.Corpus, folder), vocabulary);
        TokenShards? heldOut = null;
        try
        {
            heldOut = settings.HasValidation
                ? new TokenShards(settings.Validation, CorpusFiles.Resolve(settings.Validation, folder), vocabulary, withDocuments: false)
                : null;
            var starts = shards.FindDocuments(tokenizer?.BosId);
            var split = DocumentSplit.OfRange(settings.Corpus, starts.Length, settings.Documents, settings.HeldOut, seed);
            var boundary = heldOut is null ? starts[split.Validation[0]] : shards.Count;
            ITokenSource training = settings.Documents == 0
                ? new TokenRange(shards, 0, boundary)
                : Gather(shards, starts, split.Training);
            var source = CorpusPreparation.SourceDigest(settings, folder);
            var digest = Digest.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"composer-shards-1 {source} {settings.Documents} {settings.HeldOut} "
                + $"{(settings.Documents == 0 ? 0 : seed.Value)}"));
            ITokenSource validation = heldOut ?? (ITokenSource)new TokenRange(shards, boundary, shards.Count - boundary);
            return new PreparedCorpus(settings.Corpus, training, validation, tokenizer, vocabulary, digest)
            {
                Files = heldOut is null ? [shards] : [shards, heldOut],
            };
        }
        catch
        {
            heldOut?.Dispose();
            shards.Dispose();
            throw;
        }
    }

    private static TokenArray Gather(TokenShards shards, long[] starts, IReadOnlyList<int> documents)
    {
        var tokens = new List<int>();
        foreach (var document in documents)
        {
            var end = document + 1 < starts.Length ? starts[document + 1] : shards.Count;
            var buffer = new int[end - starts[document]];
            shards.Read(starts[document], buffer);
            tokens.AddRange(buffer);
        }

        return new TokenArray([.. tokens]);
    }
}
