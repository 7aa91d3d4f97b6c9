using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.Damage;
using Composer.Store.Files;
using Composer.Store.Records;

namespace Composer.Store;

/// <content>Blobs that are not what they were, and what was made from them.</content>
public sealed partial class StageStore
{
    /// <summary>A blob's file, its bytes compared with its digest: once in a process for as long as it has its signature.</summary>
    /// <exception cref="BlobMissingException">There is none.</exception>
    /// <exception cref="BlobCorruptException">The bytes are others; the blob is set aside.</exception>
    public FileContent ContentOf(Digest blob) => SettingAside(() => blobs.ContentOf(blob));

    /// <summary>Whether a record's outputs are all there in their sizes, and nothing that it was made from was found damaged.</summary>
    public bool IsUsable(StageRecord record) => MissingBlobs(record).Count == 0 && !doubts.Contains(record.Key);

    /// <summary>Why the stage of a key is not believed, though the store has it; null when it is.</summary>
    public DoubtfulStage? DoubtOf(Digest key) => doubts.Find(key);

    /// <summary>Whether a blob of this name was found damaged, and moved to <c>quarantine</c>.</summary>
    public bool WasDamaged(Digest blob) => blobs.QuarantinedAt(blob) is not null;

    /// <summary>
    /// Moves a damaged blob to <c>quarantine</c>, and marks whatever was made from it: it is no hit until it is computed anew.
    /// </summary>
    /// <returns>Where the blob lies now; null when it is whole again, or gone altogether.</returns>
    private string? SetAside(Digest blob) => index.InTransaction(() =>
    {
        try
        {
            using var content = blobs.OpenRead(blob);
            content.CopyTo(Stream.Null);
            return null;
        }
        catch (BlobMissingException)
        {
            return blobs.QuarantinedAt(blob);
        }
        catch (BlobCorruptException)
        {
            // In this order: a process that dies in between leaves a mark too many, and none too few.
            Doubt(blob);
            return blobs.Quarantine(blob);
        }
    });

    private IReadOnlyList<StageRecord> Doubt(Digest blob)
    {
        var (made, why) = (MadeFrom.Of(blob, index), new DoubtfulStage(blob, NameOf(blob), time.GetUtcNow()));
        foreach (var key in made)
        {
            doubts.Add(key, why);
        }

        return [.. made.Select(index.Find).OfType<StageRecord>()];
    }

    /// <summary>A blob by the newest stage that put it out.</summary>
    private string NameOf(Digest blob) => index.Query(
        """
        SELECT name, label FROM (SELECT key, name, digest FROM outputs UNION ALL SELECT key, name, digest FROM beside)
        JOIN stages USING (key) WHERE digest = $digest ORDER BY created DESC, label LIMIT 1
        """,
        r => $"{r.GetString(0)} of {r.GetString(1)}",
        ("$digest", blob.ToString())) is [var name]
        ? name
        : $"blob {blob.Short}";

    private T SettingAside<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BlobCorruptException e) when (SetAside(e.Digest) is { } where)
        {
            throw new BlobCorruptException(e.Digest, e.Actual, where);
        }
    }
}
