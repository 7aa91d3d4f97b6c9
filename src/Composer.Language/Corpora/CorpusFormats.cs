using System.Collections.Immutable;
using Composer.Language.Files;

namespace Composer.Language.Corpora;

/// <summary>The formats of corpora: the one list that a new one enters. Thread-safe.</summary>
/// <remarks>
/// They are listed and not found by themselves: a corpus's format is told by its files, whose names are no part of a key, so that
/// the code of every format belongs to every computation that reads one. How a file is packed, and whether it is Parquet or a token
/// shard, its bytes say; how documents stand in text, its ending says; the two must not contradict each other (decision 0021).
/// </remarks>
internal static class CorpusFormats
{
    public const string JsonLinesTitle = "JSONL";
    public const string ParquetTitle = "Parquet";

    /// <summary>Of text with any other ending.</summary>
    private static readonly CorpusFormat Text = new("Text", "text", [".txt"], OpenText)
    {
        Validate = (path, options) =>
        {
            using var documents = OpenText(path, [path], options);
            return documents.Count;
        },
    };

    private static readonly CorpusFormat JsonLines =
        new(
            "JsonLines",
            JsonLinesTitle,
            [".jsonl", ".ndjson", ".json"],
            (name, paths, options) => new JsonLinesCollection(name, paths, options))
        {
            Validate = JsonLinesCollection.Validate,
        };

    private static readonly CorpusFormat Parquet =
        new("Parquet", ParquetTitle, [".parquet"], (name, paths, options) => new ParquetCollection(name, paths, options));

    private static ImmutableArray<CorpusFormat> all = [Text, JsonLines, Parquet];

    /// <summary>Tokens that <see cref="TokenShards"/> reads; they are no text.</summary>
    public static CorpusFormat Shards { get; } = new(
        "Shards", "token shards", [TokenShard.Ending], (_, _, _) => throw new NotSupportedException("Shards are no documents of text."));

    /// <summary>For people: <c>text, JSONL, Parquet</c>.</summary>
    public static string Titles => string.Join(", ", all.Select(format => format.Title));

    /// <summary>With their dot: <c>.txt, .jsonl, …</c>.</summary>
    public static IEnumerable<string> Endings => all.SelectMany(format => format.Endings);

    /// <summary>Whether a file's name ends as those of text do, packed or not.</summary>
    public static bool HasEndingOfText(string path) => Endings.Contains(EndingOf(path));

    /// <summary>Adds a format of an ending that none has.</summary>
    /// <exception cref="ArgumentException">Its name or an ending is taken, be it by shards, which are no text.</exception>
    public static void Add(CorpusFormat format)
    {
        if (Collide(format, Shards)
            || !ImmutableInterlocked.Update(ref all, known => known.Any(k => Collide(k, format)) ? known : known.Add(format)))
        {
            throw new ArgumentException($"'{format.Name}' or one of {string.Join(", ", format.Endings)} is taken.", nameof(format));
        }
    }

    /// <summary>The one format of a corpus's files, by the first bytes and the ending of each.</summary>
    /// <param name="pattern">As the user wrote it.</param>
    /// <param name="paths">At least one.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">They have several, or one has none.</exception>
    public static CorpusFormat Of(string pattern, IReadOnlyList<string> paths)
    {
        // Text of an ending that no format has is a kind of its own: README.md lies beside many a corpus, and is none.
        var kinds = paths.Select(path => (Path: path, Format: Of(path))).GroupBy(f => (f.Format, HasKnownEnding(f.Path))).ToList();
        if (kinds.Count > 1)
        {
            var firsts = kinds.Select(k => k.First()).ToList();
            var wanted = kinds.OrderByDescending(k => k.Key.Item2).ThenByDescending(k => k.Count()).First().First().Path;
            throw LanguageMistake.Mixture(
                pattern,
                firsts.Select(f => (f.Path, HasKnownEnding(f.Path) ? f.Format.Title : $"{f.Format.Title} by its content")),
                Path.Join(Path.GetDirectoryName(pattern), "*" + EndingOf(wanted) + wanted[PackedNames.Unpacked(wanted).Length..]));
        }

        var twice = paths.GroupBy(PackedNames.Unpacked).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? kinds[0].Key.Format : throw LanguageMistake.Twice(twice.First(), twice.Last());
    }

    /// <summary>The format of one file.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">It has none, or its ending contradicts its content.</exception>
    public static CorpusFormat Of(string path)
    {
        var ending = EndingOf(path);
        var byEnding = all.Add(Shards).FirstOrDefault(format => format.Endings.Contains(ending));
        if (byEnding is not null && byEnding != Text && byEnding != JsonLines && byEnding != Parquet && byEnding != Shards)
        {
            return byEnding;
        }

        var (byContent, what, command, head) = Look(path);
        if (byContent is null)
        {
            // Bytes without a name may be a shard whose first ones are wrong: its reader says how.
            return byEnding == Shards && command is null && what.StartsWith("binary data", StringComparison.Ordinal) ? Shards
                : throw LanguageMistake.Content(path, what, $"{Titles} or token shards", command);
        }

        if (byContent == Text && LooksLikeJsonLines(head))
        {
            (byContent, what) = (JsonLines, "JSONL: a JSON object with a text in its field 'text' stands in its first line");
        }

        return byEnding is null || byEnding == byContent || (byEnding == JsonLines && byContent == Text) ? byEnding ?? byContent
            : throw LanguageMistake.EndingContradicts(path, ending, byEnding.Title, what, Rename(byContent));
    }

    private static TextFileCollection OpenText(string name, IReadOnlyList<string> paths, DocumentOptions options) =>
        new(name, paths, TextFileCollection.LongestDocumentBytes, options.SkipsBadLines);

    private static string Rename(CorpusFormat format) => $"If it is meant, rename it so that it ends with {format.Endings[0]}.";

    private static string EndingOf(string path) => Path.GetExtension(PackedNames.Unpacked(path)).ToLowerInvariant();

    private static bool HasKnownEnding(string path) => all.Add(Shards).Any(format => format.Endings.Contains(EndingOf(path)));

    /// <summary>What a file's first bytes say, of a packed one also those of what is in it.</summary>
    private static (CorpusFormat? Format, string What, string? Command, byte[] Head) Look(string path)
    {
        var head = FileContent.HeadOf(path);
        if (TokenShard.IsShard(head))
        {
            return (Shards, "a token shard", null, head);
        }

        var content = FileContent.Of(head);
        switch (content.Kind)
        {
            case ContentKind.Text:
                return (Text, content.Name, null, head);
            case ContentKind.Parquet:
                return (Parquet, content.Name, null, head);
            case ContentKind.Empty:
                throw LanguageMistake.EmptyFile(path);
            case ContentKind.Gzip or ContentKind.Zstandard:
                using (var unpacked = new UnpackedStream(path))
                {
                    var inside = new byte[FileContent.HeadBytes];
                    inside = inside[..unpacked.ReadAtLeast(inside, inside.Length, throwOnEndOfStream: false)];
                    var within = TokenShard.IsShard(inside)
                        ? new FileContent(ContentKind.Foreign, "a token shard")
                        : FileContent.Of(inside);
                    var unpack = content.Kind == ContentKind.Gzip ? "gunzip FILE" : "zstd -d --rm FILE";
                    return within.Kind == ContentKind.Text
                        ? (Text, within.Name, null, inside)
                        : (null, $"{content.Name} of {within.Name}", within.Kind == ContentKind.Empty ? null : unpack, inside);
                }

            default:
                return (null, content.Name, content.Command, head);
        }
    }

    private static bool LooksLikeJsonLines(ReadOnlySpan<byte> head)
    {
        var line = head.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);
        return line is [(byte)'{', ..] && JsonText.BeginsWithField(line, "text");
    }

    private static bool Collide(CorpusFormat one, CorpusFormat other) =>
        one.Name == other.Name || one.Endings.Intersect(other.Endings).Any();
}
