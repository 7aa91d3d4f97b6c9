using System.Text.Json;

namespace Composer.Language.Corpora;

/// <summary>JSONL files: an object a line, its field <c>text</c> the document. Blank lines are none.</summary>
/// <remarks>Lines are found once and parsed when read; not thread-safe.</remarks>
public sealed class JsonLinesCollection : IDocumentCollection, IDisposable
{
    private readonly List<(int File, long Line, long Start, int Length)> lines = [];
    private readonly string[] paths;
    private readonly FileStream[] files;

    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    public JsonLinesCollection(string name, IReadOnlyList<string> paths)
    {
        Name = name;
        this.paths = [.. paths];
        files = Array.ConvertAll(this.paths, File.OpenRead);
        for (var i = 0; i < files.Length; i++)
        {
            FindLines(i);
        }
    }

    public string Name { get; }

    public int Count => lines.Count;

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The line is not such an object.</exception>
    public string Read(int index)
    {
        var (file, line, start, length) = lines[index];
        var bytes = new byte[length];
        files[file].Position = start;
        files[file].ReadExactly(bytes);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String
                    ? text.GetString()!
                    : throw LanguageMistake.JsonLine(paths[file], line, 1, "no object with a text in the field 'text'");
        }
        catch (JsonException exception)
        {
            throw LanguageMistake.Json(paths[file], line, exception);
        }
    }

    public void Dispose() => Array.ForEach(files, f => f.Dispose());

    private void FindLines(int file)
    {
        var buffer = new byte[1 << 16];
        var (start, position, line, blank) = (0L, 0L, 1L, true);
        void End(long end)
        {
            if (!blank)
            {
                lines.Add((file, line, start, checked((int)(end - start))));
            }

            (start, blank) = (end + 1, true);
            line++;
        }

        for (int read; (read = files[file].Read(buffer)) > 0;)
        {
            for (var i = 0; i < read; i++, position++)
            {
                if (buffer[i] == '\n')
                {
                    End(position);
                }
                else
                {
                    blank &= buffer[i] is (byte)' ' or (byte)'\t' or (byte)'\r';
                }
            }
        }

        End(position);
    }
}
