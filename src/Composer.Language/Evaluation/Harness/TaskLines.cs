using System.Text;
using System.Text.Json;
using Composer.Language.Files;

namespace Composer.Language.Evaluation.Harness;

/// <summary>The rows of a task's file as JSON, from JSONL, also packed with gzip or zstd, or from Parquet; of plain text one.</summary>
internal static class TaskLines
{
    private const string Text = ".txt";

    /// <summary>What a task's file can end with, the first that is there is taken.</summary>
    public static IReadOnlyList<string> Endings { get; } =
        [".jsonl", .. PackedNames.Endings.Select(packed => ".jsonl" + packed), ".parquet"];

    /// <summary>Rows with the numbers, from 1, of their lines or, in Parquet, of themselves; lives until the next is asked for.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">The file is no such, or a line is no JSON in UTF-8.</exception>
    public static IEnumerable<(int Line, JsonElement Row)> Read(string path)
    {
        if (FileContent.OfFile(path).Kind == ContentKind.Parquet)
        {
            var row = 0;
            foreach (var json in ParquetRows.Read(path))
            {
                using var document = JsonDocument.Parse(json);
                yield return (++row, document.RootElement);
            }

            yield break;
        }

        if (PackedNames.Unpacked(path).EndsWith(Text, StringComparison.Ordinal))
        {
            yield return (1, WholeText(path));
            yield break;
        }

        using var lines = new Utf8Lines(path);
        while (lines.MoveNext())
        {
            if (!lines.IsBlank)
            {
                using var document = Parse(path, lines);
                yield return (lines.Number, document.RootElement);
            }
        }
    }

    /// <summary>A file of plain text is one row.</summary>
    private static JsonElement WholeText(string path)
    {
        using var reader = new Utf8Reader(path);
        while (reader.Read(keep: reader.Text.Length))
        {
        }

        return JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["text"] = Encoding.UTF8.GetString(reader.Text) });
    }

    private static JsonDocument Parse(string path, Utf8Lines lines)
    {
        try
        {
            return JsonText.FindLoneSurrogate(lines.Line) is { } fault
                ? throw LanguageMistake.Json(path, lines.Number, fault)
                : JsonDocument.Parse(lines.Line.ToArray());
        }
        catch (JsonException exception)
        {
            throw LanguageMistake.Json(path, lines.Number, JsonText.Of(lines.Line, exception));
        }
    }
}
