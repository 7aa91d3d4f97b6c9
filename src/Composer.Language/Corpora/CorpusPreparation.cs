using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>What a corpus is made of, and what it is as tokens.</summary>
public static class CorpusPreparation
{
    /// <summary>
    /// Reads or generates a corpus, splits it by document, trains or loads its tokenizer, and encodes it in memory: for one
    /// that is small. <see cref="CorpusTokenization"/> does the same to files.
    /// </summary>
    /// <param name="settings">What to prepare.</param>
    /// <param name="seed">Of generated stories and of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, or there are too few
    /// documents.</exception>
    public static PreparedCorpus Prepare(
        CorpusSettings settings, Seed seed, string folder, CancellationToken cancellation = default)
    {
        if (HoldsTokens(settings, folder))
        {
            return ShardCorpus.Open(settings, seed, folder);
        }

        using var text = TextCorpus.Open(settings, seed, folder);
        var training = Gather(new DocumentEncoder(text.Documents, text.Tokenizer, threads: 1).Encode(text.Split.Training, cancellation));
        var validation = Gather(new DocumentEncoder(text.HeldOut, text.Tokenizer, threads: 1).Encode(text.Split.Validation, cancellation));
        return new PreparedCorpus(
            text.Documents.Name,
            training,
            validation,
            text.Tokenizer,
            text.Tokenizer.VocabularySize,
            ContentDigest(text.Tokenizer, training, validation));
    }

    /// <summary>Whether a corpus is token shards; by the path alone where there is no such file.</summary>
    public static bool HoldsTokens(CorpusSettings settings, string folder)
    {
        if (settings.IsStories)
        {
            return false;
        }

        try
        {
            return CorpusFormats.Of(settings.Corpus, CorpusFiles.Resolve(settings.Corpus, folder)) == CorpusFormats.Shards;
        }
        catch (UserInputException)
        {
            // That it is missing, or a mixture, is told where it is read.
            return Path.GetExtension(settings.Corpus).Equals(TokenShard.Ending, StringComparison.OrdinalIgnoreCase);
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
        var digest = digestOfFile ?? Digest.OfFile;
        var parts = new List<string> { "composer-corpus-1" };
        if (settings.IsStories)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"stories version {Stories.StoryGenerator.Version}"));
        }
        else
        {
            Add(settings.Corpus);
            if (settings.HasValidation)
            {
                parts.Add("validation");
                Add(settings.Validation);
            }
        }

        parts.Add(settings.HasTokenizerFile
            ? $"file {digest(CorpusFiles.Resolve(settings.Tokenizer, folder)[0])}"
            : settings.Tokenizer);
        return Digest.Of(string.Join('\n', parts));

        void Add(string pattern)
        {
            var paths = CorpusFiles.Resolve(pattern, folder);

            // The name's ending says how the bytes are read.
            parts.Add($"kind {CorpusFormats.Of(pattern, paths).Name}");
            foreach (var path in paths)
            {
                parts.Add(digest(path).ToString());
                if (File.Exists(TokenShard.SidecarOf(path)))
                {
                    parts.Add($"documents {digest(TokenShard.SidecarOf(path))}");
                }
            }
        }
    }

    /// <summary>The same for two corpora with the same tokens, by the same tokenizer, in the same order and split.</summary>
    internal static Digest ContentDigest(ITokenizer tokenizer, ITokenSource training, ITokenSource validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> start = stackalloc byte[Digest.Size + sizeof(long)];
        tokenizer.ContentDigest.CopyTo(start);
        BinaryPrimitives.WriteInt64LittleEndian(start[Digest.Size..], training.Count);
        hash.AppendData(start);
        Append(hash, training);
        Append(hash, validation);
        return new Digest(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ITokenSource source)
    {
        var buffer = new int[1 << 16];
        for (var start = 0L; start < source.Count; start += buffer.Length)
        {
            var tokens = buffer.AsSpan(0, (int)Math.Min(buffer.Length, source.Count - start));
            source.Read(start, tokens);
            hash.AppendData(MemoryMarshal.AsBytes(tokens));
        }
    }

    private static TokenArray Gather(IEnumerable<EncodedDocuments> documents)
    {
        var tokens = new List<int>();
        foreach (var batch in documents)
        {
            tokens.AddRange(batch.Tokens);
        }

        return new TokenArray([.. tokens]);
    }
}
