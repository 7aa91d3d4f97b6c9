using Composer.Core;
using Composer.Store.Records;

namespace Composer.Store.Transfer;

/// <summary>
/// An archive, format 1: a tar of regular files, first <c>run.json</c>, then <c>records/KEY.json</c>, then
/// <c>blobs/DIGEST</c>, each in the order of the digests. Nothing else is in it.
/// </summary>
internal static class ArchiveFormat
{
    public const string Header = RunRecordFormat.Header;

    /// <summary>Bytes; no true header or record comes near.</summary>
    public const long LongestDocument = 1 << 26;

    private const string RecordFolder = "records/";
    private const string RecordEnding = ".json";
    private const string BlobFolder = "blobs/";

    public static string RecordName(Digest key) => RecordFolder + key + RecordEnding;

    public static string BlobName(Digest blob) => BlobFolder + blob;

    /// <summary>The key when this is the exact name of a record.</summary>
    public static bool IsRecord(string name, out Digest key)
    {
        key = default;
        return name.StartsWith(RecordFolder, StringComparison.Ordinal)
            && name.EndsWith(RecordEnding, StringComparison.Ordinal)
            && name.Length > RecordFolder.Length + RecordEnding.Length
            && Digest.TryParse(name[RecordFolder.Length..^RecordEnding.Length], out key);
    }

    /// <summary>The digest when this is the exact name of a blob.</summary>
    public static bool IsBlob(string name, out Digest blob)
    {
        blob = default;
        return name.StartsWith(BlobFolder, StringComparison.Ordinal) && Digest.TryParse(name[BlobFolder.Length..], out blob);
    }
}
