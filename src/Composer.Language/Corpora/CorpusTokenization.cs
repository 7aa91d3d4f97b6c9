using Composer.Core;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>
/// Turns a corpus of text into token shards, once for all that train on it: document after document, so that it holds
/// neither all texts nor all tokens in memory.
/// </summary>
public static class CorpusTokenization
{
    private const string TokenizerName = "tokenizer.json";
    private const string TrainingName = "training";
    private const string ValidationName = "validation";

    /// <summary>llm.c's header counts the tokens of a shard in an int32.</summary>
    internal const int MostTokensOfShard = 1 << 30;

    /// <summary>Reads or generates the corpus, splits it by document, trains or loads its tokenizer, and writes its tokens.</summary>
    /// <param name="settings">A corpus of text.</param>
    /// <param name="seed">Of generated stories and of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="output">Where files are written; what an earlier attempt left there is written anew.</param>
    /// <param name="threads">How many may work; never changes the result.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, or there are too few
    /// documents.</exception>
    public static TokenizedFiles Run(
        CorpusSettings settings,
        Seed seed,
        string folder,
        string output,
        int threads,
        IProgress<TokenizationProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Run(settings, seed, folder, output, threads, MostTokensOfShard, progress, cancellation);

    internal static TokenizedFiles Run(
        CorpusSettings settings,
        Seed seed,
        string folder,
        string output,
        int threads,
        int mostTokensOfShard,
        IProgress<TokenizationProgress>? progress,
        CancellationToken cancellation)
    {
        using var corpus = TextCorpus.Open(settings, seed, folder);
        return Run(corpus, output, threads, mostTokensOfShard, progress, cancellation) with
        {
            Skipped = settings.SkipBadLines ? corpus.Skipped : null,
        };
    }

    internal static TokenizedFiles Run(
        TextCorpus corpus,
        string output,
        int threads,
        int mostTokensOfShard,
        IProgress<TokenizationProgress>? progress,
        CancellationToken cancellation)
    {
        var (tokenizer, split) = (corpus.Tokenizer, corpus.Split);
        var (done, bytes) = (0L, 0L);
        var validation = Write(ValidationName, corpus.HeldOut, split.Validation);
        var training = Write(TrainingName, corpus.Documents, split.Training);
        return new TokenizedFiles
        {
            Tokenizer = tokenizer.Name,
            TokenizerPath = tokenizer is BpeTokenizer bpe ? Save(bpe, Path.Combine(output, TokenizerName)) : null,
            Vocabulary = tokenizer.VocabularySize,
            Content = DigestOf(tokenizer, training, validation),
            Training = training,
            Validation = validation,
        };

        TokenizedPart Write(string name, IDocumentCollection documents, IReadOnlyList<int> indices)
        {
            var encoder = new DocumentEncoder(documents, tokenizer, threads);
            var part = new TokenizedPart([], 0, 0, 0, 0);
            var shards = TokenShardWriter.Write(
                output, name, encoder.Encode(indices, cancellation).Select(Counted), tokenizer.VocabularySize, mostTokensOfShard);
            return part with { Shards = shards };

            EncodedDocuments Counted(EncodedDocuments batch)
            {
                part = new TokenizedPart(
                    [],
                    part.Documents + batch.Ends.Count,
                    part.Tokens + batch.Tokens.Count,
                    part.Characters + batch.Characters,
                    part.Bytes + batch.Bytes);
                (done, bytes) = (done + batch.Ends.Count, bytes + batch.Bytes);
                progress?.Report(new TokenizationProgress(done, split.Training.Count + split.Validation.Count, bytes));
                return batch;
            }
        }
    }

    private static string Save(BpeTokenizer tokenizer, string path)
    {
        using var file = File.Create(path);
        TokenizerJson.Save(tokenizer, file);
        return path;
    }

    private static Digest DigestOf(ITokenizer tokenizer, TokenizedPart training, TokenizedPart validation)
    {
        using var first = new TokenShards(TrainingName, training.Shards, tokenizer.VocabularySize, withDocuments: false);
        using var second = new TokenShards(ValidationName, validation.Shards, tokenizer.VocabularySize, withDocuments: false);
        return CorpusPreparation.ContentDigest(tokenizer, first, second);
    }
}
