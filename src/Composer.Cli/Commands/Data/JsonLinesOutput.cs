using System.Text.Encodings.Web;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Files;
using Composer.Core.Text;

namespace Composer.Cli.Commands.Data;

/// <summary>Objects, one a line, into a file that appears whole, or on standard output.</summary>
internal static class JsonLinesOutput
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="to">The file, which must not be there; null prints.</param>
    /// <param name="count">How many objects.</param>
    /// <param name="noun">One of them.</param>
    /// <param name="write">Writes the members of one.</param>
    public static int Write(string? to, int count, string noun, Action<Utf8JsonWriter, int> write)
    {
        if (to is null)
        {
            using var line = new MemoryStream();
            for (var i = 0; i < count; i++)
            {
                line.SetLength(0);
                WriteOne(line, i, write);
                Console.Out.Write(System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
            }

            return ExitCode.Done;
        }

        if (File.Exists(to) || Directory.Exists(to))
        {
            throw DataCommand.Mistake($"'{to}' is there already.", "Name another file, or remove it first: nothing is overwritten.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
        WholeFile.Quick.Write(Path.GetFullPath(to), stream =>
        {
            for (var i = 0; i < count; i++)
            {
                WriteOne(stream, i, write);
            }
        });
        var size = new FileInfo(to).Length;
        Console.WriteLine($"{to}: {CountText.Of(count, noun)}, {BytesText.Of(size)}, SHA-256 {Digest.OfFile(to).Short}");
        return ExitCode.Done;
    }

    private static void WriteOne(Stream stream, int index, Action<Utf8JsonWriter, int> write)
    {
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartObject();
            write(json, index);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }
}
