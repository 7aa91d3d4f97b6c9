using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Store.Blobs;

namespace Composer.Store.Records;

/// <summary>
/// Records as JSON files beside the blobs, from which the index can be built again. Format 1.
/// </summary>
/// <remarks>
/// A file ends with the digest of all else that it says, so that one which somebody edited is no record. Those of earlier
/// versions have none and are taken as they are.
/// </remarks>
internal static class StageRecordFormat
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Write(StageRecord record)
    {
        var file = FileOf(record);
        return JsonSerializer.SerializeToUtf8Bytes(file with { Self = SelfOf(file) }, Options);
    }

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

        if (file.Self is { } self && self != SelfOf(file))
        {
            throw new InvalidDataException("A stage record that was changed after it was written: it says another digest of itself.");
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

    private static RecordFile FileOf(StageRecord record) => new(
        1,
        record.Key.ToString(),
        record.Kind,
        record.Label,
        [.. record.Preimage.Select(f => new[] { f.Path, f.Type.ToString(), f.Value })],
        Blobs(record.Outputs),
        Blobs(record.Beside),
        record.Created,
        record.Seconds,
        record.Machine);

    private static string SelfOf(RecordFile file) =>
        Digest.Of(JsonSerializer.SerializeToUtf8Bytes(file with { Self = null }, Options)).ToString();

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
        string Machine,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Self = null);
}
