using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Core.Facts;

namespace Composer.Language.Corpora;

/// <summary>Reads a corpus through before anything is computed from it.</summary>
internal static class CorpusCheck
{
    /// <summary>Raised whenever something is refused that was not; what was found out before does not count then.</summary>
    private const int Version = 1;

    private const int MostMistakes = 20;

    /// <param name="settings">The corpus.</param>
    /// <param name="paths">Its files, at least one.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="UserInputException">What is wrong, the first mistake of each file.</exception>
    public static void Run(CorpusSettings settings, IReadOnlyList<string> paths, string folder, FactOfFile facts)
    {
        var (documents, heldOut) = (Count(settings.Corpus, paths), settings.HasValidation
            ? Count(settings.Validation, CorpusFiles.Resolve(settings.Validation, folder))
            : 0);
        DocumentSplit.Check(settings.Corpus, documents, settings.Documents, settings.HeldOut);
        if (settings.HasValidation)
        {
            DocumentSplit.Check(settings.Validation, heldOut, 0, 0);
        }

        int Count(string name, IReadOnlyList<string> files)
        {
            var (format, options) = (CorpusFormats.Of(name, files), settings.Options);
            var count = format == CorpusFormats.Shards ? CountInShards(settings, files, folder, facts) : Sum(
                files, path => Ask(facts, path, $"documents {format.Name}{options.Facts}", () => format.CountDocuments(path, options)));
            return count <= int.MaxValue ? (int)count : throw LanguageMistake.CorpusTooLarge(name, count);
        }
    }

    private static long CountInShards(CorpusSettings settings, IReadOnlyList<string> paths, string folder, FactOfFile facts)
    {
        var tokenizer = TokenizerFacts.Of(settings, folder, facts);
        var (mark, vocabulary) = (tokenizer?.Mark, tokenizer?.Vocabulary ?? settings.Vocabulary);
        return Sum(paths, path =>
        {
            // Its header and its sidecar are read each time: the sidecar is a file of its own.
            long? documents;
            using (var shards = new TokenShards(path, [path], vocabulary))
            {
                documents = mark is null || File.Exists(TokenShard.SidecarOf(path)) ? shards.FindDocuments(mark).Length : null;
            }

            if (Ask(facts, path, "highest token", () => Highest(path)) >= vocabulary)
            {
                Find(path, vocabulary);
            }

            return documents ?? Ask(facts, path, string.Create(CultureInfo.InvariantCulture, $"documents by mark {mark}"), () =>
            {
                using var shards = new TokenShards(path, [path], vocabulary);
                return shards.FindDocuments(mark).Length;
            });
        });
    }

    private static long Highest(string path)
    {
        var highest = 0;
        Scan(path, int.MaxValue, tokens => highest = Math.Max(highest, tokens.Max()));
        return highest;
    }

    /// <summary>Throws at the first token outside the vocabulary.</summary>
    private static void Find(string path, int vocabulary) => Scan(path, vocabulary, _ => { });

    private static void Scan(string path, int vocabulary, Action<int[]> visit)
    {
        using var shard = new TokenShard(path, vocabulary);
        var buffer = new int[1 << 16];
        for (var start = 0L; start < shard.Count; start += buffer.Length)
        {
            var count = (int)Math.Min(buffer.Length, shard.Count - start);
            buffer.AsSpan(count).Clear();
            shard.Read(start, buffer.AsSpan(0, count));
            visit(buffer);
        }
    }

    private static long Sum(IReadOnlyList<string> paths, Func<string, long> count)
    {
        var sum = 0L;
        var mistakes = new List<Diagnostic>();
        foreach (var path in paths)
        {
            try
            {
                sum += count(path);
            }
            catch (UserInputException exception)
            {
                mistakes.AddRange(exception.Diagnostics);
            }

            if (mistakes.Count >= MostMistakes)
            {
                break;
            }
        }

        return mistakes.Count == 0 ? sum : throw new UserInputException(mistakes);
    }

    private static long Ask(FactOfFile facts, string path, string what, Func<long> find) => long.Parse(
        facts(
            path,
            string.Create(CultureInfo.InvariantCulture, $"{what} {Version}"),
            () => find().ToString(CultureInfo.InvariantCulture)),
        CultureInfo.InvariantCulture);
}
