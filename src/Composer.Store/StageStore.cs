using System.Globalization;
using Composer.Core;
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
public sealed class StageStore : IDisposable
{
    private readonly string records;
    private readonly FileBlobStore blobs;
    private readonly SqliteIndex index;
    private readonly IDurableFiles files;
    private readonly TimeProvider time;

    private StageStore(string root, TimeProvider time, IDurableFiles files)
    {
        Root = Path.GetFullPath(root);
        this.time = time;
        this.files = files;
        records = Path.Combine(Root, "records");
        Directory.CreateDirectory(records);
        blobs = new FileBlobStore(Path.Combine(Root, "blobs"), files);
        index = new SqliteIndex(Path.Combine(Root, "index.sqlite"));
    }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>The contents.</summary>
    public IBlobStore Blobs => blobs;

    /// <summary>Opens a store, and makes it when it is not there.</summary>
    public static StageStore Open(string root, TimeProvider time, IDurableFiles? files = null) =>
        new(root, time, files ?? DurableFiles.Instance);

    public void Dispose() => index.Dispose();

    /// <summary>Where a blob lies, for an agent that reads the file itself.</summary>
    public string PathOf(Digest blob) => blobs.PathOf(blob);

    /// <summary>The record of a key whose outputs are all there; null when there is none.</summary>
    public StageRecord? Find(Digest key)
    {
        var record = index.Find(key);
        return record is not null && MissingBlobs(record).Count == 0 ? record : null;
    }

    /// <summary>Whether the index has a record of this key; its outputs are not looked for.</summary>
    public bool Contains(Digest key) => index.Contains(key);

    /// <summary>The outputs of a record that the store has lost.</summary>
    public IReadOnlyList<string> MissingBlobs(StageRecord record) =>
        [.. record.Outputs.Where(o => !blobs.Contains(o.Value.Digest)).Select(o => o.Key)];

    /// <summary>The newest records with this label, newest first.</summary>
    public IReadOnlyList<StageRecord> NewestOfLabel(string kind, string label, int count) => index.Newest(kind, label, count);

    /// <summary>The newest records of a kind, newest first.</summary>
    public IReadOnlyList<StageRecord> NewestOfKind(string kind, int count) => index.Newest(kind, null, count);

    /// <summary>Median seconds of the newest twenty stages of a kind; null when there is none.</summary>
    public double? TypicalSeconds(string kind)
    {
        var times = index.RunTimes(kind, 20).Order().ToArray();
        return times.Length == 0 ? null : times[times.Length / 2];
    }

    /// <summary>Publishes finished stages whose blobs are in the store already.</summary>
    /// <exception cref="BlobMissingException">An output is not in the store.</exception>
    public void Publish(IReadOnlyList<StageRecord> finished)
    {
        foreach (var record in finished)
        {
            foreach (var output in record.Outputs.Values.Concat(record.Beside.Values))
            {
                if (!blobs.Contains(output.Digest))
                {
                    throw new BlobMissingException(output.Digest);
                }
            }

            var path = RecordPath(record.Key);
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                files.FlushFolder(records);
            }

            DurableFiles.WriteWhole(files, path, StageRecordFormat.Write(record));
        }

        // A record whose blobs were lost and computed again replaces the old one.
        foreach (var record in finished.Where(r => index.Contains(r.Key)))
        {
            index.Remove(record.Key);
        }

        index.Add(finished);
    }

    /// <summary>The right to compute a stage, or who holds it.</summary>
    public (StageLease? Lease, ProcessIdentity? Holder) TryLease(Digest key) => StageLease.TryAcquire(index, key, time);

    /// <summary>Notes the beginning of a run.</summary>
    public RunRecord BeginRun(string experiment, string profile, Digest manifest)
    {
        var started = time.GetUtcNow();
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"{started:yyyyMMdd-HHmmss-fff}-{Environment.ProcessId:x}");
        index.Execute(
            "INSERT INTO runs (id, experiment, profile, manifest, started) VALUES ($id, $experiment, $profile, $manifest, $started)",
            ("$id", id),
            ("$experiment", experiment),
            ("$profile", profile),
            ("$manifest", manifest.ToString()),
            ("$started", started.ToUnixTimeMilliseconds()));
        return new RunRecord(id, experiment, profile, manifest, started, null, null);
    }

    /// <summary>Notes how a run ended and what became of its stages.</summary>
    public void EndRun(string id, int exitCode, IReadOnlyList<RunStage> stages) => index.InTransaction(() =>
    {
        index.Execute(
            "UPDATE runs SET finished = $finished, exit_code = $code WHERE id = $id",
            ("$finished", time.GetUtcNow().ToUnixTimeMilliseconds()),
            ("$code", exitCode),
            ("$id", id));
        for (var i = 0; i < stages.Count; i++)
        {
            index.Execute(
                "INSERT OR REPLACE INTO run_stages (run, position, name, kind, key, status) VALUES ($run, $position, $name, $kind, $key, $status)",
                ("$run", id),
                ("$position", i),
                ("$name", stages[i].Name),
                ("$kind", stages[i].Kind),
                ("$key", stages[i].Key?.ToString() ?? ""),
                ("$status", stages[i].Status));
        }
    });

    /// <summary>The newest runs, newest first.</summary>
    public IReadOnlyList<RunRecord> Runs(int count) =>
        index.Query(
            "SELECT id, experiment, profile, manifest, started, finished, exit_code FROM runs ORDER BY started DESC, id LIMIT $count",
            r => new RunRecord(
                r.GetString(0),
                r.GetString(1),
                r.GetString(2),
                Digest.Parse(r.GetString(3)),
                DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)),
                r.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)),
                r.IsDBNull(6) ? null : r.GetInt32(6)),
            ("$count", count));

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
        index.Execute(
            "INSERT OR REPLACE INTO file_digests (path, size, modified, digest) VALUES ($path, $size, $modified, $digest)",
            ("$path", full),
            ("$size", file.Length),
            ("$modified", modified),
            ("$digest", digest.ToString()));
        return digest;
    }

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
    /// Reads every record and every blob again. Corrupt blobs are moved to <c>quarantine</c>, and records that
    /// lost an output leave the index, so that their stages run again; records that the index lacks enter it.
    /// </summary>
    /// <param name="progress">Told the digest of each blob before it is read.</param>
    /// <param name="cancellation">Stops between blobs.</param>
    public VerificationResult Verify(Action<BlobReference>? progress = null, CancellationToken cancellation = default)
    {
        blobs.RemoveAbandoned(ProcessIdentity.IsRunning);
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
                blobs.Quarantine(blob.Digest);
                corrupt.Add(blob.Digest);
            }
        }

        var (lost, restored, unreadable) = VerifyRecords();
        return new VerificationResult(count, bytes, corrupt, lost, restored, unreadable);
    }

    private (List<string> Lost, int Restored, List<string> Unreadable) VerifyRecords()
    {
        var lost = new List<string>();
        var unreadable = new List<string>();
        var restored = 0;
        foreach (var path in Directory.EnumerateFiles(records, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray())
        {
            StageRecord record;
            try
            {
                record = StageRecordFormat.Read(File.ReadAllBytes(path));
            }
            catch (Exception e) when (e is InvalidDataException or FormatException)
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

    private string RecordPath(Digest key)
    {
        var name = key.ToString();
        return Path.Combine(records, name[..2], name + ".json");
    }
}
