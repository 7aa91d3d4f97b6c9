using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Composer.Core;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Corpora;

/// <summary>Reads or generates a corpus, splits it by document, trains or loads its tokenizer, and encodes it.</summary>
public static class CorpusPreparation
{
    // Enough text for the pair counts of a small vocabulary; more only costs time.
    private const int TokenizerTrainingCharacters = 4_000_000;

    /// <param name="settings">What to prepare.</param>
    /// <param name="seed">Of generated stories and of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, or there are too few
    /// documents.</exception>
    public static PreparedCorpus Prepare(
        CorpusSettings settings, Seed seed, string folder, CancellationToken cancellation = default)
    {
        if (settings.IsStories)
        {
            var count = settings.Documents > 0 ? settings.Documents : CorpusSettings.DefaultStories;
            var stories = new StoriesCollection(seed.Derive("stories"), count + settings.ValidationDocuments);
            return PrepareText(settings, stories, seed, folder, cancellation);
        }

        var paths = CorpusFiles.Resolve(settings.Corpus, folder);
        if (IsShards(paths[0]))
        {
            return PrepareShards(settings, paths, seed, folder);
        }

        var documents = CorpusFormats.Of(paths[0]).Open(settings.Corpus, paths);
        using (documents as IDisposable)
        {
            return PrepareText(settings, documents, seed, folder, cancellation);
        }
    }

    /// <summary>
    /// The digest of everything that a corpus and its tokenizer are made of, without making them: for a
    /// stage's key. Hashes the files that are named.
    /// </summary>
    /// <param name="settings">What is named.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="digestOfFile">Hashes a file, or knows its digest; null reads it each time.</param>
    public static Digest SourceDigest(CorpusSettings settings, string folder, Func<string, Digest>? digestOfFile = null)
    {
        var digest = digestOfFile ?? DigestOfFile;
        var parts = new List<string> { "composer-corpus-1" };
        if (settings.IsStories)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"stories version {Stories.StoryGenerator.Version}"));
        }
        else
        {
            var paths = CorpusFiles.Resolve(settings.Corpus, folder);

            // The name's ending says how the bytes are read.
            parts.Add($"kind {(IsShards(paths[0]) ? "Shards" : CorpusFormats.Of(paths[0]).Name)}");
            foreach (var path in paths)
            {
                parts.Add(digest(path).ToString());
                if (File.Exists(TokenShard.SidecarOf(path)))
                {
                    parts.Add($"documents {digest(TokenShard.SidecarOf(path))}");
                }
            }
        }

        parts.Add(settings.Tokenizer is "bytes" or "bpe"
            ? settings.Tokenizer
            : $"file {digest(CorpusFiles.Resolve(settings.Tokenizer, folder)[0])}");
        return Digest.Of(string.Join('\n', parts));
    }

    private static bool IsShards(string path) => Path.GetExtension(path).Equals(TokenShard.Ending, StringComparison.OrdinalIgnoreCase);

    private static Digest DigestOfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Digest.Of(stream);
    }

    private static PreparedCorpus PrepareText(
        CorpusSettings settings, IDocumentCollection documents, Seed seed, string folder, CancellationToken cancellation)
    {
        var split = DocumentSplit.Of(documents.Name, documents.Count, settings.Documents, settings.ValidationDocuments, seed);
        var tokenizer = TokenizerFor(settings, documents, split, folder);
        var training = Encode(documents, split.Training, tokenizer, cancellation);
        var validation = Encode(documents, split.Validation, tokenizer, cancellation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> start = stackalloc byte[Digest.Size + sizeof(long)];
        tokenizer.ContentDigest.CopyTo(start);
        BinaryPrimitives.WriteInt64LittleEndian(start[Digest.Size..], training.Length);
        hash.AppendData(start);
        hash.AppendData(MemoryMarshal.AsBytes<int>(training));
        hash.AppendData(MemoryMarshal.AsBytes<int>(validation));
        return new PreparedCorpus(
            documents.Name,
            new TokenArray(training),
            new TokenArray(validation),
            tokenizer,
            tokenizer.VocabularySize,
            new Digest(hash.GetHashAndReset()));
    }

    private static ITokenizer TokenizerFor(
        CorpusSettings settings, IDocumentCollection documents, DocumentSplit split, string folder) =>
        settings.Tokenizer switch
        {
            "bytes" => new ByteTokenizer(),
            "bpe" => BpeTrainer.Train(TokenizerSample(documents, split), settings.Vocabulary, PreTokenizer.Gpt2),
            var path => TokenizerFile.Load(Path.GetFullPath(path, folder)),
        };

    private static IEnumerable<string> TokenizerSample(IDocumentCollection documents, DocumentSplit split)
    {
        var left = TokenizerTrainingCharacters;
        foreach (var index in split.Training)
        {
            if (left <= 0)
            {
                yield break;
            }

            var text = documents.Read(index);
            left -= text.Length;
            yield return text;
        }
    }

    private static int[] Encode(
        IDocumentCollection documents, IReadOnlyList<int> indices, ITokenizer tokenizer, CancellationToken cancellation)
    {
        var tokens = new List<int>();
        foreach (var index in indices)
        {
            cancellation.ThrowIfCancellationRequested();
            tokens.Add(tokenizer.BosId);
            tokenizer.Encode(documents.Read(index), tokens);
            tokens.Add(tokenizer.EosId);
        }

        return [.. tokens];
    }

    private static PreparedCorpus PrepareShards(CorpusSettings settings, IReadOnlyList<string> paths, Seed seed, string folder)
    {
        var tokenizer = settings.Tokenizer is "bytes" or "bpe" ? null : TokenizerFile.Load(Path.GetFullPath(settings.Tokenizer, folder));
        var vocabulary = tokenizer?.VocabularySize ?? settings.Vocabulary;
        var shards = new TokenShards(settings.Corpus, paths, vocabulary);
        try
        {
            var starts = shards.FindDocuments(tokenizer?.BosId);
            var split = DocumentSplit.OfRange(settings.Corpus, starts.Length, settings.Documents, settings.ValidationDocuments, seed);
            var boundary = starts[split.Validation[0]];
            ITokenSource training = settings.Documents == 0
                ? new TokenRange(shards, 0, boundary)
                : Gather(shards, starts, split.Training);
            var source = SourceDigest(settings, folder);
            var digest = Digest.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"composer-shards-1 {source} {settings.Documents} {settings.ValidationDocuments} "
                + $"{(settings.Documents == 0 ? 0 : seed.Value)}"));
            return new PreparedCorpus(
                settings.Corpus, training, new TokenRange(shards, boundary, shards.Count - boundary), tokenizer, vocabulary, digest)
            {
                Files = shards,
            };
        }
        catch
        {
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
