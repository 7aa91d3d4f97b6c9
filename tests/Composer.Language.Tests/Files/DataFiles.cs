using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Composer.Language.Corpora;
using Parquet;
using Parquet.Schema;

namespace Composer.Language.Tests.Files;

/// <summary>Writes data as users have it, by other means than the product reads it with.</summary>
internal static class DataFiles
{
    /// <summary>How a file can be packed.</summary>
    public static IReadOnlyList<string> Packings { get; } = ["", ".gz", ".zst"];

    public static byte[] Pack(byte[] bytes, string packing) => packing switch
    {
        ".gz" => Gzip(bytes),
        ".zst" => new ZstdSharp.Compressor(3).Wrap(bytes).ToArray(),
        _ => bytes,
    };

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public static string WriteBytes(this TemporaryFolder folder, string name, byte[] bytes)
    {
        var path = folder.Write(name, "");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static byte[] JsonLines(IEnumerable<string> texts) => Encoding.UTF8.GetBytes(
        string.Concat(texts.Select(text => JsonSerializer.Serialize(new { id = 1, text }) + "\n")));

    /// <summary>Row groups of as many texts as are given; null is a missing one.</summary>
    public static byte[] Parquet(int group, IReadOnlyList<string?> texts, string column = "text", bool mayMiss = true)
    {
        var (id, text) = (new DataField<long>("id"), new DataField(column, typeof(string), mayMiss, null, null));
        using var bytes = new MemoryStream();
        Write().GetAwaiter().GetResult();
        return bytes.ToArray();

        async Task Write()
        {
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(id, text), bytes, new ParquetOptions
            {
                CompressionMethod = CompressionMethod.Snappy,
            });
            foreach (var part in texts.Chunk(group))
            {
                using var rows = writer.CreateRowGroup();
                await rows.WriteAsync<long>(id, new long[part.Length]);
                await rows.WriteAsync(text, part!);
                rows.CompleteValidate();
            }
        }
    }

    public static IReadOnlyList<string> ReadAll(IDocumentCollection documents)
    {
        using (documents as IDisposable)
        {
            return [.. Enumerable.Range(0, documents.Count).Select(documents.Read)];
        }
    }
}
