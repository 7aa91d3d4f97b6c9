using System.Collections.Immutable;

namespace Composer.Language.Corpora;

/// <summary>The formats of corpora of text: the one list that a new one enters. Thread-safe.</summary>
/// <remarks>
/// They are listed and not found by themselves: a corpus's format is told by its path, which is no part of a key, so that
/// the code of every format belongs to every computation that reads one.
/// </remarks>
internal static class CorpusFormats
{
    /// <summary>Of files with any other ending.</summary>
    private static readonly CorpusFormat Text = new("Text", "text", [".txt"], (name, paths) => new TextFileCollection(name, paths));

    private static ImmutableArray<CorpusFormat> all =
    [
        Text,
        new("JsonLines", "JSONL", [".jsonl", ".ndjson", ".json"], (name, paths) => new JsonLinesCollection(name, paths)),
    ];

    /// <summary>For people: <c>text, JSONL</c>.</summary>
    public static string Titles => string.Join(", ", all.Select(format => format.Title));

    /// <summary>Adds a format of an ending that none has.</summary>
    /// <exception cref="ArgumentException">Its name or an ending is taken, be it by shards, which are no text.</exception>
    public static void Add(CorpusFormat format)
    {
        if (format.Endings.Contains(TokenShard.Ending)
            || !ImmutableInterlocked.Update(ref all, known => known.Any(k => Collide(k, format)) ? known : known.Add(format)))
        {
            throw new ArgumentException($"'{format.Name}' or one of {string.Join(", ", format.Endings)} is taken.", nameof(format));
        }
    }

    /// <summary>The format of a file, by its ending.</summary>
    public static CorpusFormat Of(string path)
    {
        var ending = Path.GetExtension(path).ToLowerInvariant();
        return all.FirstOrDefault(format => format.Endings.Contains(ending)) ?? Text;
    }

    private static bool Collide(CorpusFormat one, CorpusFormat other) =>
        one.Name == other.Name || one.Endings.Intersect(other.Endings).Any();
}
