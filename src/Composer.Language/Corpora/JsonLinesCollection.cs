using System.Text.Unicode;
using Composer.Language.Files;

namespace Composer.Language.Corpora;

/// <summary>JSONL files: an object a line, one field of it the document. Blank lines are none.</summary>
/// <remarks>
/// Lines are found once and parsed when read; holds where they stand, a few bytes each, and one line. Quick in ascending order;
/// not thread-safe.
/// </remarks>
public sealed class JsonLinesCollection : IDocumentCollection, IDisposable
{
    private readonly DocumentIndex index = new();
    private readonly IReadOnlyList<string> paths;
    private readonly string field;
    private readonly UnpackedFiles files;

    /// <summary>The text in the field <c>text</c>.</summary>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is no UTF-8.</exception>
    public JsonLinesCollection(string name, IReadOnlyList<string> paths)
        : this(name, paths, DocumentOptions.Default)
    {
    }

    internal JsonLinesCollection(string name, IReadOnlyList<string> paths, DocumentOptions options)
    {
        (Name, this.paths, field) = (name, paths, options.TextField);
        var isGood = TestOf(options);
        files = new UnpackedFiles(paths, isGood);
        foreach (var path in paths)
        {
            index.BeginFile();
            using var lines = new Utf8Lines(path, isGood);
            while (lines.MoveNext())
            {
                if (!lines.IsBlank)
                {
                    index.Add(lines.Start, lines.Line.Length);
                }
            }

            Skipped += lines.Skipped;
        }
    }

    public string Name { get; }

    public int Count => index.Count;

    public long Skipped { get; }

    /// <summary>Reads a file through, every line of it.</summary>
    /// <returns>How many documents it has.</returns>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A line is not such an object.</exception>
    internal static int Validate(string path, DocumentOptions options)
    {
        var count = 0;
        using var lines = new Utf8Lines(path, TestOf(options));
        while (lines.MoveNext())
        {
            if (lines.IsBlank)
            {
                continue;
            }

            count++;
            if (!options.SkipsBadLines && JsonText.Check(lines.Line, options.TextField) is { } fault)
            {
                throw LanguageMistake.Json(path, lines.Number, fault);
            }
        }

        return count;
    }

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The line is not such an object.</exception>
    public string Read(int document)
    {
        var (file, start, length) = index[document];
        return JsonText.Read(files.Read(file, start, length), field, out var fault)
            ?? throw LanguageMistake.Json(paths[file], LineAt(paths[file], start), fault!);
    }

    public void Dispose() => files.Dispose();

    /// <summary>A blank line is good: it is no document, and nothing is wrong with it.</summary>
    private static FilteredLines.LineTest? TestOf(DocumentOptions options)
    {
        return options.SkipsBadLines ? IsGood : null;

        bool IsGood(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> instead)
        {
            instead = default;
            return !line.ContainsAnyExcept(" \t\r"u8)
                || (Utf8.IsValid(line) && !line.Contains((byte)0) && JsonText.Check(line, options.TextField) is null);
        }
    }

    private static int LineAt(string path, long start)
    {
        using var lines = new Utf8Lines(path);
        while (lines.MoveNext() && lines.Start < start)
        {
        }

        return lines.Number;
    }
}
