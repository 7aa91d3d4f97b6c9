using Composer.Language.Files;

namespace Composer.Language.Corpora;

/// <summary>JSONL files: an object a line, its field <c>text</c> the document. Blank lines are none.</summary>
/// <remarks>
/// Lines are found once and parsed when read; holds where they stand, a few bytes each, and one line. Quick in ascending order;
/// not thread-safe.
/// </remarks>
public sealed class JsonLinesCollection : IDocumentCollection, IDisposable
{
    private const string Field = "text";

    private readonly DocumentIndex index = new();
    private readonly IReadOnlyList<string> paths;
    private readonly UnpackedFiles files;

    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is no UTF-8.</exception>
    public JsonLinesCollection(string name, IReadOnlyList<string> paths)
    {
        (Name, this.paths) = (name, paths);
        files = new UnpackedFiles(paths);
        foreach (var path in paths)
        {
            index.BeginFile();
            using var lines = new Utf8Lines(path);
            while (lines.MoveNext())
            {
                if (!lines.IsBlank)
                {
                    index.Add(lines.Start, lines.Line.Length);
                }
            }
        }
    }

    public string Name { get; }

    public int Count => index.Count;

    /// <summary>Reads a file through, every line of it.</summary>
    /// <returns>How many documents it has.</returns>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A line is not such an object.</exception>
    internal static int Validate(string path)
    {
        var count = 0;
        using var lines = new Utf8Lines(path);
        while (lines.MoveNext())
        {
            if (lines.IsBlank)
            {
                continue;
            }

            count++;
            if (JsonText.Check(lines.Line, Field) is { } fault)
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
        return JsonText.Read(files.Read(file, start, length), Field, out var fault)
            ?? throw LanguageMistake.Json(paths[file], LineAt(paths[file], start), fault!);
    }

    public void Dispose() => files.Dispose();

    private static int LineAt(string path, long start)
    {
        using var lines = new Utf8Lines(path);
        while (lines.MoveNext() && lines.Start < start)
        {
        }

        return lines.Number;
    }
}
