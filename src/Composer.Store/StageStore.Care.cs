using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.GarbageCollection;
using Composer.Store.Leases;
using Composer.Store.Records;
using Composer.Store.Transfer;

namespace Composer.Store;

/// <content>Looking after what is there.</content>
public sealed partial class StageStore
{
    /// <summary>What the store holds, by kind of stage.</summary>
    public StoreStatistics Statistics()
    {
        long count = 0, bytes = 0;
        foreach (var blob in blobs.All())
        {
            count++;
            bytes += blob.Size;
        }

        return new StoreStatistics(
            count,
            bytes,
            [.. index.Totals().Select(t => new StageKindStatistics(t.Kind, t.Count, t.Seconds, t.Bytes))]);
    }

    /// <summary>
    /// Reads every record and every blob again. Corrupt blobs are moved to <c>quarantine</c>, records that lost an output leave
    /// the index, and what was made from a corrupt blob is not believed any more: those stages run again. Records that the index
    /// lacks enter it.
    /// </summary>
    /// <param name="progress">Told the digest of each blob before it is read.</param>
    /// <param name="cancellation">Stops between blobs.</param>
    public VerificationResult Verify(Action<BlobReference>? progress = null, CancellationToken cancellation = default)
    {
        blobs.RemoveAbandoned(ProcessIdentity.IsRunning);
        records.RemoveAbandoned(ProcessIdentity.IsRunning);
        var corrupt = new List<Digest>();
        long count = 0, bytes = 0;
        var buffer = new byte[1 << 17];
        foreach (var blob in blobs.All().ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(blob);
            count++;
            bytes += blob.Size;
            try
            {
                using var content = blobs.OpenRead(blob.Digest);
                while (content.Read(buffer) > 0)
                {
                }
            }
            catch (BlobCorruptException)
            {
                if (SetAside(blob.Digest) is not null)
                {
                    corrupt.Add(blob.Digest);
                }
            }
        }

        var (lost, restored, unreadable) = VerifyRecords();
        runFiles.RemoveAbandoned(ProcessIdentity.IsRunning);
        foreach (var run in Runs(int.MaxValue).Where(r => r.Finished is not null && !runFiles.Contains(r.Id)))
        {
            WriteFile(run.Id);
        }

        return new VerificationResult(count, bytes, corrupt, lost, restored, unreadable)
        {
            DoubtfulStages = [.. doubts.All().Select(index.Find).OfType<StageRecord>().Select(r => $"{r.Label}: {doubts.Find(r.Key)}")],
        };
    }

    /// <summary>
    /// Removes the stages that neither a pinned nor a recent run reached, and the blobs that nothing needs any
    /// more. Safe beside runs: what is leased, what a running run reached and what was published since the
    /// oldest of them began stays.
    /// </summary>
    public CollectionResult Collect(RetentionPolicy policy, CancellationToken cancellation = default) =>
        new GarbageCollector(this, index, blobs, records, runFiles, leases, outside, doubts, time).Collect(policy, cancellation);

    /// <summary>Writes a run with all that it reached into an archive.</summary>
    public ArchivedRun Export(string run, string file) => RunExport.Write(this, FindRun(run), file);

    /// <summary>
    /// Takes the run of an archive in, pinned; what is in the store already stays as it is. An archive that is
    /// not whole and honest leaves nothing but blobs that the next gc removes.
    /// </summary>
    /// <param name="file">Written by <see cref="Export"/>.</param>
    /// <param name="keyOf">The key of a preimage: a record whose key is another is refused.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">The archive is refused; the diagnostic says why.</exception>
    public ArchivedRun Import(string file, Func<IReadOnlyList<PreimageField>, Digest> keyOf) =>
        new RunImport(this, file, keyOf).Read();

    private (List<string> Lost, int Restored, List<string> Unreadable) VerifyRecords()
    {
        var lost = new List<string>();
        var unreadable = new List<string>();
        var restored = 0;
        foreach (var path in records.All())
        {
            StageRecord record;
            try
            {
                record = RecordFiles.Read(path);
            }
            catch (InvalidDataException)
            {
                unreadable.Add(path);
                continue;
            }

            if (MissingBlobs(record) is { Count: > 0 } missing)
            {
                lost.Add($"{record.Label}: {string.Join(", ", missing)}");
                index.Remove(record.Key);
                File.Delete(path);
            }
            else if (!index.Contains(record.Key))
            {
                index.Add([record]);
                restored++;
            }
        }

        return (lost, restored, unreadable);
    }
}
