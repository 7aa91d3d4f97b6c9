using System.IO.Compression;
using System.Text;
using Composer.Core;
using Composer.Language.Corpora;
using static System.FormattableString;

namespace Composer.Bench.Tokenizer;

/// <summary>The text that tokenizers are measured on: what people wrote and the machine has, and generated stories for the rest.</summary>
/// <param name="Documents">One after the other.</param>
/// <param name="Bytes">Of all, as UTF-8.</param>
/// <param name="Description">For people.</param>
internal sealed record TokenizerText(IReadOnlyList<string> Documents, long Bytes, string Description)
{
    private const long LargestFile = 300_000;
    private const int StoriesAtOnce = 1000;

    /// <summary>A fifth of the text: enough to warm what it does not ask of, too little to be most of it.</summary>
    private const double ShareOfStories = 0.2;

    private static readonly string[] Endings = [".txt", ".md", ".rst", ".pod", ".gz", "copyright"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="folders">Where files of text are looked for, at any depth: documentation, manual pages, licences.</param>
    /// <param name="bytes">How much is wanted.</param>
    public static TokenizerText Gather(IReadOnlyList<string> folders, long bytes)
    {
        var (documents, total) = (new List<string>(), 0L);
        foreach (var path in folders.SelectMany(FilesIn))
        {
            if (total >= bytes * (1 - ShareOfStories))
            {
                break;
            }

            if (TryRead(path) is { } text)
            {
                documents.Add(text);
                total += Encoding.UTF8.GetByteCount(text);
            }
        }

        var (files, written) = (documents.Count, total);
        for (var seed = 1UL; total < bytes; seed++)
        {
            var stories = new StoriesCollection(new Seed(seed), StoriesAtOnce);
            for (var i = 0; i < StoriesAtOnce && total < bytes; i++)
            {
                documents.Add(stories.Read(i));
                total += Encoding.UTF8.GetByteCount(documents[^1]);
            }
        }

        return new TokenizerText(
            documents,
            total,
            Invariant($"{written / 1e6:0.0} MB of {files:N0} files under {string.Join(", ", folders)}, ")
            + Invariant($"{(total - written) / 1e6:0.0} MB of generated stories"));
    }

    private static IEnumerable<string> FilesIn(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", options)
                .Where(f => Array.Exists(Endings, e => f.EndsWith(e, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Null for a file that is large, is no text, or cannot be read.</summary>
    private static string? TryRead(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                return null;
            }

            using var file = File.OpenRead(path);
            using var content = new MemoryStream();
            if (path.EndsWith(".gz", StringComparison.Ordinal))
            {
                using var packed = new GZipStream(file, CompressionMode.Decompress);
                packed.CopyTo(content);
            }
            else
            {
                file.CopyTo(content);
            }

            return Strict.GetString(content.GetBuffer(), 0, (int)content.Length);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or DecoderFallbackException
            or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
