using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Composer.Language.Files;

namespace Composer.Language.Sources;

/// <summary>What a fetched file becomes. The same bytes of the same, always.</summary>
internal static class SourceConversion
{
    private const string Folder = "package/data/";
    private const string Ending = ".txt";

    /// <summary>Files of packages that hold what others hold: the contents, and all chapters in one.</summary>
    private static readonly string[] NoDocuments = ["contents", "data"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Looks whether a file that stays as it is is what its name says.</summary>
    /// <exception cref="FetchException">It is not.</exception>
    public static void Check(SourceFile file, string path)
    {
        var content = FileContent.OfFile(path);
        var wanted = Path.GetExtension(file.Output) switch
        {
            ".zst" => ContentKind.Zstandard,
            ".parquet" => ContentKind.Parquet,
            _ => content.Kind,
        };
        if (content.Kind != wanted)
        {
            File.Delete(path);
            throw SourceMistake.Damaged(file.Address, $"it is {content.Name}, not what '{file.Output}' says");
        }
    }

    /// <param name="file">Which.</param>
    /// <param name="path">What was fetched.</param>
    /// <param name="output">Receives what it becomes.</param>
    /// <exception cref="FetchException">What was fetched is not what it is to be.</exception>
    public static void Convert(SourceFile file, string path, Stream output)
    {
        if (file.Form == SourceForm.PackagedTexts)
        {
            WriteTexts(file, path, output);
            return;
        }

        foreach (var row in ParquetRows.Read(path))
        {
            output.Write(row);
            output.WriteByte((byte)'\n');
        }
    }

    private static void WriteTexts(SourceFile file, string path, Stream output)
    {
        var texts = new SortedDictionary<string, string>(Comparer<string>.Create(CompareNumbered));
        try
        {
            using var packed = File.OpenRead(path);
            using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
            using var archive = new TarReader(unpacked);
            while (archive.GetNextEntry() is { } entry)
            {
                if (entry.Name.StartsWith(Folder, StringComparison.Ordinal) && entry.Name.EndsWith(Ending, StringComparison.Ordinal)
                    && entry.DataStream is { } content)
                {
                    using var bytes = new MemoryStream();
                    content.CopyTo(bytes);
                    var text = Strict.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
                    texts[entry.Name[Folder.Length..^Ending.Length]] = text.Trim('\n', '\r');
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or DecoderFallbackException)
        {
            throw SourceMistake.Damaged(file.Address, e.Message);
        }

        foreach (var name in NoDocuments)
        {
            texts.Remove(name);
        }

        if (texts.Count == 0)
        {
            throw SourceMistake.Damaged(file.Address, $"there is no text in its folder '{Folder}'");
        }

        foreach (var (name, text) in texts)
        {
            using (var json = new Utf8JsonWriter(output, Plain))
            {
                json.WriteStartObject();
                json.WriteString("id", name);
                json.WriteString("text", text);
                json.WriteEndObject();
            }

            output.WriteByte((byte)'\n');
        }
    }

    /// <summary>Ordinal, but chapter_2 before chapter_10.</summary>
    private static int CompareNumbered(string one, string other)
    {
        var (head, number) = Part(one);
        var (otherHead, otherNumber) = Part(other);
        return string.CompareOrdinal(head, otherHead) is not 0 and var order ? order
            : number != otherNumber ? number.CompareTo(otherNumber)
            : string.CompareOrdinal(one, other);

        static (string Head, int Number) Part(string name)
        {
            var head = name.TrimEnd("0123456789".ToCharArray());
            return (head, int.TryParse(name[head.Length..], out var number) ? number : -1);
        }
    }
}
