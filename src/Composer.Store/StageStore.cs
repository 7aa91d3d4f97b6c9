using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Blobs;
using Composer.Store.Damage;
using Composer.Store.Durability;
using Composer.Store.Files;
using Composer.Store.Index;
using Composer.Store.Leases;
using Composer.Store.Outside;
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

    private readonly FileBlobStore blobs;
    private readonly RecordFiles records;
    private readonly RunFiles runFiles;
    private readonly DoubtFiles doubts;
    private readonly SqliteIndex index;
    private readonly LeaseTable leases;
    private readonly FileDigests outside;
    private readonly TimeProvider time;

    private StageStore(string root, TimeProvider time, IDurableFiles files, Fault? fault, string? indexFolder = null)
    {
        Root = Path.GetFullPath(root);
        var indexPath = IndexPathOf(Root, indexFolder);
        this.time = time;
        try
        {
            blobs = new FileBlobStore(Path.Combine(Root, "blobs"), files, time);
            records = new RecordFiles(Path.Combine(Root, "records"), files);
            runFiles = new RunFiles(Path.Combine(Root, "runs"), files);
            doubts = new DoubtFiles(Path.Combine(Root, "doubtful"));
        }
        catch (Exception e) when (StorageFailure.Explain(e, "The store " + Root) is { } explained)
        {
            throw explained;
        }

        index = new SqliteIndex(indexPath, time, fault);
        leases = new LeaseTable(index, time);
        outside = new FileDigests(index, time);
    }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>The contents.</summary>
    public IBlobStore Blobs => blobs;

    /// <summary>Opens a store, and makes it when it is not there.</summary>
    public static StageStore Open(string root, TimeProvider time, IDurableFiles? files = null) =>
        new(root, time, files ?? FaultyFiles.Wrap(DurableFiles.Instance), FaultInjection.Planned);

    /// <summary>
    /// Opens a store whose index lies on a disk of this machine, since the store itself is on a file system that machines share: SQLite's
    /// locks do not hold there. What coordinators on other machines published and ran since is entered first.
    /// </summary>
    /// <param name="root">The store's folder.</param>
    /// <param name="indexFolder">Holds the indexes of this machine, a file a store; null: the index is in the store.</param>
    /// <param name="time">The clock.</param>
    public static StageStore OpenShared(string root, string? indexFolder, TimeProvider time)
    {
        var store = new StageStore(root, time, FaultyFiles.Wrap(DurableFiles.Instance), FaultInjection.Planned, indexFolder);
        if (indexFolder is not null)
        {
            store.EnterWhatOthersRan();
        }

        return store;
    }

    /// <summary>Opens a store whose disk and index have a fault.</summary>
    internal static StageStore Open(string root, TimeProvider time, Fault fault) =>
        new(root, time, new FaultyFiles(DurableFiles.Instance, fault), fault);

    /// <summary>Where a store's index is.</summary>
    private static string IndexPathOf(string root, string? folder)
    {
        if (folder is null)
        {
            return Path.Combine(root, IndexFile);
        }

        Directory.CreateDirectory(folder);
        return Path.Combine(Path.GetFullPath(folder), $"{Digest.Of(root).Short}.sqlite");
    }

    public void Dispose()
    {
        leases.Dispose();
        index.Dispose();
    }

    /// <summary>Where a blob lies, for an agent that reads the file itself.</summary>
    public string PathOf(Digest blob) => blobs.PathOf(blob);

    /// <summary>A blob's bytes, its digest checked.</summary>
    /// <exception cref="BlobMissingException">There is none.</exception>
    /// <exception cref="BlobCorruptException">The bytes are not those of the name; the blob is set aside.</exception>
    public byte[] ReadBlob(Digest blob) => SettingAside(() => Read(blob));

    /// <summary>The record of a key whose outputs are all there, each in its size, and which is believed; null when there is none.</summary>
    /// <remarks>
    /// A record that has its file and no row enters the index here: its writer was killed between the two, and
    /// what it computed is whole. An output of another size is set aside.
    /// </remarks>
    public StageRecord? Find(Digest key)
    {
        var record = index.Find(key) ?? (records.Contains(key) ? Enter(key) : null);
        if (record is null || IsUsable(record))
        {
            return record;
        }

        foreach (var blob in record.Outputs.Values.Where(b => blobs.SizeOf(b.Digest) is { } size && size != b.Size))
        {
            SetAside(blob.Digest);
        }

        return null;
    }

    /// <summary>The record of a key, whatever became of its outputs; null when there is none.</summary>
    public StageRecord? RecordOf(Digest key) => index.Find(key);

    /// <summary>Whether the index has a record of this key; its outputs are not looked for.</summary>
    public bool Contains(Digest key) => index.Contains(key);

    /// <summary>The outputs of a record that the store has lost, or has in another size.</summary>
    public IReadOnlyList<string> MissingBlobs(StageRecord record) =>
        [.. record.Outputs.Where(o => blobs.SizeOf(o.Value.Digest) != o.Value.Size).Select(o => o.Key)];

    /// <summary>The newest records with this label, newest first.</summary>
    public IReadOnlyList<StageRecord> NewestOfLabel(string kind, string label, int count) => index.Newest(kind, label, count);

    /// <summary>The newest records of a kind, newest first.</summary>
    public IReadOnlyList<StageRecord> NewestOfKind(string kind, int count) => index.Newest(kind, null, count);

    /// <summary>
    /// Publishes finished stages whose blobs are in the store already: all records reach the disk, then the
    /// index takes them in one transaction.
    /// </summary>
    /// <exception cref="BlobMissingException">An output is not in the store; nothing is published.</exception>
    public void Publish(IReadOnlyList<StageRecord> finished) => Publish(finished, () => { }, areComputed: true);

    /// <summary>The right to compute a stage, or who holds it.</summary>
    public (StageLease? Lease, ProcessIdentity? Holder) TryLease(Digest key) => leases.TryAcquire([key]);

    /// <summary>The right to compute several stages, all or none, or who holds one of them.</summary>
    public (StageLease? Lease, ProcessIdentity? Holder) TryLease(IEnumerable<Digest> keys) => leases.TryAcquire(keys);

    /// <summary>
    /// The digest of a file outside the store. A file is not read again for as long as what its path leads to has the
    /// signature of the last reading.
    /// </summary>
    public Digest DigestOfFile(string path) => ContentOf(path).Digest;

    /// <summary>A file outside the store with its digest, as <see cref="DigestOfFile"/> knows it.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">It changes each time that it is read.</exception>
    public FileContent ContentOf(string path) => outside.Of(path);

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
    /// <param name="areComputed">Whether they were computed now, so that no doubt of the earlier ones holds any more.</param>
    internal void Publish(IReadOnlyList<StageRecord> finished, Action alongside, bool areComputed)
    {
        try
        {
            using var files = records.Prepare(finished);
            index.InTransaction(() =>
            {
                // Behind the writers' lock, so that no gc takes a blob away between the look and the record.
                foreach (var blob in finished.SelectMany(r => r.Outputs.Values.Concat(r.Beside.Values)))
                {
                    if (blobs.SizeOf(blob.Digest) != blob.Size)
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
            foreach (var record in areComputed ? finished : [])
            {
                doubts.Remove(record.Key);
            }

            FaultInjection.Pass(PublishingPoint.IndexCommitted);
        }
        catch (Exception e) when (StorageFailure.Explain(e, "The store " + Root) is { } explained)
        {
            throw explained;
        }
    }

    private byte[] Read(Digest blob)
    {
        using var content = blobs.OpenRead(blob);
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);

        // The read that finds the end compares the digest.
        return content.ReadByte() < 0 ? bytes : throw new InvalidDataException($"Blob {blob} grew while it was read.");
    }
}
