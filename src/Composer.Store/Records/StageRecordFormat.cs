using System.Text.Json;
using Composer.Core;
using Composer.Store.Blobs;

namespace Composer.Store.Records;

/// <summary>
/// Records as JSON files beside the blobs, from which the index can be built again. Format 1.
/// </summary>
internal static class StageRecordFormat
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Write(StageRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new RecordFile(
                1,
                record.Key.ToString(),
                record.Kind,
                record.Label,
                [.. record.Preimage.Select(f => new[] { f.Path, f.Type.ToString(), f.Value })],
                Blobs(record.Outputs),
                Blobs(record.Beside),
                record.Created,
                record.Seconds,
                record.Machine),
            Options);

    /// <exception cref="InvalidDataException">The bytes are no record of a format that this version knows.</exception>
    public static StageRecord Read(ReadOnlySpan<byte> json)
    {
        RecordFile? file;
        try
        {
            file = JsonSerializer.Deserialize<RecordFile>(json, Options);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("Not a stage record: " + e.Message, e);
        }

        if (file is not { Format: 1 })
        {
            throw new InvalidDataException($"Stage record of format {file?.Format}; this version reads 1.");
        }

        return new StageRecord(
            Key(file.Key),
            file.Kind,
            file.Label,
            [.. file.Preimage.Select(Field)],
            Blobs(file.Outputs),
            Blobs(file.Beside),
            file.Created,
            file.Seconds,
            file.Machine);
    }

    private static PreimageField Field(string?[]? field) => field is [{ } path, { Length: 1 } type, { } value]
        ? new PreimageField(path, type[0], value)
        : throw new InvalidDataException("Not a stage record: a field of its preimage has a path, a one-letter type and a value.");

    private static Digest Key(string text) =>
        Digest.TryParse(text, out var key) ? key : throw new InvalidDataException($"Not a stage record: '{text}' is no digest.");

    private static SortedDictionary<string, BlobFile> Blobs(IReadOnlyDictionary<string, BlobReference> blobs) =>
        new(blobs.ToDictionary(b => b.Key, b => new BlobFile(b.Value.Digest.ToString(), b.Value.Size)), StringComparer.Ordinal);

    private static SortedDictionary<string, BlobReference> Blobs(SortedDictionary<string, BlobFile> blobs) =>
        new(
            blobs.ToDictionary(
                b => b.Key,
                b => b.Value is { Size: >= 0 } blob
                    ? new BlobReference(Key(blob.Digest), blob.Size)
                    : throw new InvalidDataException($"Not a stage record: '{b.Key}' names no blob.")),
            StringComparer.Ordinal);

    private sealed record BlobFile(string Digest, long Size);

    private sealed record RecordFile(
        int Format,
        string Key,
        string Kind,
        string Label,
        string[][] Preimage,
        SortedDictionary<string, BlobFile> Outputs,
        SortedDictionary<string, BlobFile> Beside,
        DateTimeOffset Created,
        double Seconds,
        string Machine);
}
