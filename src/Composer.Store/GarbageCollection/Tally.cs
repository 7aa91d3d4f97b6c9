using Composer.Store.Blobs;

namespace Composer.Store.GarbageCollection;

/// <summary>Counts what goes and what stays.</summary>
internal sealed class Tally(Doomed doomed)
{
    private readonly SortedDictionary<string, (long Blobs, long Bytes)> kinds = new(StringComparer.Ordinal);
    private long unreferenced;
    private long unreferencedBytes;
    private long young;
    private long youngBytes;
    private long kept;

    public void Keep(IEnumerable<BlobReference> blobs) => kept += blobs.Sum(b => b.Size);

    /// <param name="blob">One that nothing needs.</param>
    /// <param name="removed">False when it is too young to go.</param>
    public void Remove(BlobReference blob, bool removed)
    {
        if (!removed)
        {
            young++;
            youngBytes += blob.Size;
            kept += blob.Size;
        }
        else if (doomed.KindOfBlob.TryGetValue(blob.Digest, out var kind))
        {
            var (blobs, bytes) = kinds.GetValueOrDefault(kind);
            kinds[kind] = (blobs + 1, bytes + blob.Size);
        }
        else
        {
            unreferenced++;
            unreferencedBytes += blob.Size;
        }
    }

    public CollectionResult Result(bool dryRun) => new(
        dryRun,
        doomed.Runs.Count,
        [
            .. doomed.Stages.Values.CountBy(k => k).OrderBy(k => k.Key, StringComparer.Ordinal).Select(k =>
            {
                var (blobs, bytes) = kinds.GetValueOrDefault(k.Key);
                return new CollectedKind(k.Key, k.Value, blobs, bytes);
            }),
        ],
        unreferenced,
        unreferencedBytes,
        young,
        youngBytes,
        doomed.KeptRuns,
        doomed.KeptStages,
        kept);
}
