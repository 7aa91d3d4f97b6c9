using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Blobs;
using Composer.Store.Durability;
using Composer.Store.Index;
using Composer.Store.Leases;
using Composer.Store.Records;

namespace Composer.Store;

/// <summary>
/// What was computed: blobs, a record for each stage, and an index over the records. Publishing goes blobs
/// first, then the record, then the index; whatever is cut short leaves nothing that looks whole.
/// </summary>
/// <remarks>Safe to share between threads and between processes on one machine.</remarks>
public sealed partial class StageStore : IDisposable
{
    private const string IndexFile = "index.sqlite";

    /// <summary>Longer than the coarsest clock of a file system takes for a step.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(2);

    private readonly FileBlobStore blobs;
    private readonly RecordFiles records;
    private readonly RunFiles runFiles;
    private readonly SqliteIndex index;
    private readonly LeaseTable leases;
    private readonly TimeProvider time;

    private StageStore(string root, TimeProvider time, IDurableFiles files, Fault? fault)
    {
        Root = Path.GetFullPath(root);
        this.time = time;
        try
        {
            blobs = new FileBlobStore(Path.Combine(Root, "blobs"), files, time);
            records = new RecordFiles(Path.Combine(Root, "records"), files);
            runFiles = new RunFiles(Path.Combine(Root, "runs"), files);
        }
        catch (Exception e) when (StorageFailure.Explain(e, "The store " + Root) is { } explained)
        {
            throw explained;
        }

        index = new SqliteIndex(Path.Combine(Root, IndexFile), time, fault);
        leases = new LeaseTable(index, time);
    }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>The contents.</summary>
    public IBlobStore Blobs => blobs;

    /// <summary>Opens a store, and makes it when it is not there.</summary>
    public static StageStore Open(string root, TimeProvider time, IDurableFiles? files = null) =>
        new(root, time, files ?? FaultyFiles.Wrap(DurableFiles.Instance), FaultInjection.Planned);

    /// <summary>Opens a store whose disk and index have a fault.</summary>
    internal static StageStore Open(string root, TimeProvider time, Fault fault) =>
        new(root, time, new FaultyFiles(DurableFiles.Instance, fault), fault);

    public void Dispose()
    {
        leases.Dispose();
        index.Dispose();
    }

    /// <summary>Where a blob lies, for an agent that reads the file itself.</summary>
    public string PathOf(Digest blob) => blobs.PathOf(blob);

    /// <summary>A blob's bytes, its digest checked.</summary>
    /// <exception cref="BlobMissingException">There is none.</exception>
    /// <exception cref="BlobCorruptException">The bytes are not those of the name.</exception>
    public byte[] ReadBlob(Digest blob)
    {
        using var content = blobs.OpenRead(blob);
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);

        // The read that finds the end compares the digest.
        return content.ReadByte() < 0 ? bytes : throw new InvalidDataException($"Blob {blob} grew while it was read.");
    }

    /// <summary>The record of a key whose outputs are all there; null when there is none.</summary>
    /// <remarks>
    /// A record that has its file and no row enters the index here: its writer was killed between the two, and
    /// what it computed is whole.
    /// </remarks>
    public StageRecord? Find(Digest key)
    {
        var record = index.Find(key) ?? (records.Contains(key) ? Enter(key) : null);
        return record is not null && MissingBlobs(record).Count == 0 ? record : null;
    }

    /// <summary>The record of a key, whatever became of its outputs; null when there is none.</summary>
    public StageRecord? RecordOf(Digest key) => index.Find(key);

    /// <summary>Whether the index has a record of this key; its outputs are not looked for.</summary>
    public bool Contains(Digest key) => index.Contains(key);

    /// <summary>The outputs of a record that the store has lost.</summary>
    public IReadOnlyList<string> MissingBlobs(StageRecord record) =>
        [.. record.Outputs.Where(o => !blobs.Contains(o.Value.Digest)).Select(o => o.Key)];

    /// <summary>The newest records with this label, newest first.</summary>
    public IReadOnlyList<StageRecord> NewestOfLabel(string kind, string label, int count) => index.Newest(kind, label, count);

    /// <summary>The newest records of a kind, newest first.</summary>
    public IReadOnlyList<StageRecord> NewestOfKind(string kind, int count) => index.Newest(kind, null, count);

    /// <summary>
    /// Publishes finished stages whose blobs are in the store already: all records reach the disk, then the
    /// index takes them in one transaction.
    /// </summary>
    /// <exception cref="BlobMissingException">An output is not in the store; nothing is published.</exception>
    public void Publish(IReadOnlyList<StageRecord> finished) => Publish(finished, () => { });

    /// <summary>The right to compute a stage, or who holds it.</summary>
    public (StageLease? Lease, ProcessIdentity? Holder) TryLease(Digest key) => leases.TryAcquire([key]);

    /// <summary>The right to compute several stages, all or none, or who holds one of them.</summary>
    public (StageLease? Lease, ProcessIdentity? Holder) TryLease(IEnumerable<Digest> keys) => leases.TryAcquire(keys);

    /// <summary>
    /// The digest of a file outside the store. Files that have the size and the time of change of the last
    /// reading are not read again.
    /// </summary>
    public Digest DigestOfFile(string path)
    {
        var full = Path.GetFullPath(path);
        var file = new FileInfo(full);
        var modified = file.LastWriteTimeUtc.Ticks;
        var known = index.Query(
            "SELECT digest FROM file_digests WHERE path = $path AND size = $size AND modified = $modified",
            r => r.GetString(0),
            ("$path", full),
            ("$size", file.Length),
            ("$modified", modified));
        if (known.Count > 0)
        {
            return Digest.Parse(known[0]);
        }

        using var content = file.OpenRead();
        var digest = Digest.Of(content);
        if (file.LastWriteTimeUtc > time.GetUtcNow().UtcDateTime - ClockStep)
        {
            // It may change again within the same tick of its time, or the clock was set back: not to be remembered.
            return digest;
        }

        index.Execute(
            "INSERT OR REPLACE INTO file_digests (path, size, modified, digest) VALUES ($path, $size, $modified, $digest)",
            ("$path", full),
            ("$size", file.Length),
            ("$modified", modified),
            ("$digest", digest.ToString()));
        return digest;
    }

    /// <summary>Enters a record file that the index lacks, when it is whole and its blobs are there.</summary>
    /// <remarks>Behind the writers' lock a file without a row is nobody's publication under way.</remarks>
    internal StageRecord? Enter(Digest key) => index.InTransaction(() =>
    {
        if (index.Find(key) is { } known)
        {
            return known;
        }

        if (records.TryRead(key) is not { } record || record.Key != key || MissingBlobs(record).Count > 0)
        {
            return null;
        }

        index.Add([record]);
        return record;
    });

    /// <param name="finished">Records whose blobs are in the store.</param>
    /// <param name="alongside">What enters the index in the same transaction.</param>
    internal void Publish(IReadOnlyList<StageRecord> finished, Action alongside)
    {
        try
        {
            using var files = records.Prepare(finished);
            index.InTransaction(() =>
            {
                // Behind the writers' lock, so that no gc takes a blob away between the look and the record.
                foreach (var blob in finished.SelectMany(r => r.Outputs.Values.Concat(r.Beside.Values)))
                {
                    if (!blobs.Contains(blob.Digest))
                    {
                        throw new BlobMissingException(blob.Digest);
                    }
                }

                files.Commit();

                // A record whose blobs were lost and computed again replaces the old one.
                foreach (var record in finished.Where(r => index.Contains(r.Key)))
                {
                    index.Remove(record.Key);
                }

                index.Add(finished);
                alongside();
                FaultInjection.Pass(PublishingPoint.IndexEntered);
            });
            FaultInjection.Pass(PublishingPoint.IndexCommitted);
        }
        catch (Exception e) when (StorageFailure.Explain(e, "The store " + Root) is { } explained)
        {
            throw explained;
        }
    }
}
