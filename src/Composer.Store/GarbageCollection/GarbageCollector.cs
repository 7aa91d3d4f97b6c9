using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.Damage;
using Composer.Store.Index;
using Composer.Store.Leases;
using Composer.Store.Outside;
using Composer.Store.Records;

namespace Composer.Store.GarbageCollection;

/// <summary>
/// Removes what no run needs: records leave the index, then their files, then blobs that no record names.
/// </summary>
/// <remarks>
/// Cut short anywhere it leaves a sound store: a record file without its row is entered again by the next
/// collection, and goes then; a blob without a record is found by the next. Beside runs: what to remove is
/// decided and taken from the index in one writing transaction, and each later step looks again behind the
/// same lock, where publishing does both its look at the blobs and its entry.
/// </remarks>
internal sealed class GarbageCollector(
    StageStore store,
    SqliteIndex index,
    FileBlobStore blobs,
    RecordFiles records,
    RunFiles runs,
    LeaseTable leases,
    FileDigests outside,
    DoubtFiles doubts,
    TimeProvider time)
{
    /// <summary>Steps of one transaction; publishers wait no longer than for these.</summary>
    private const int Batch = 64;

    public CollectionResult Collect(RetentionPolicy policy, CancellationToken cancellation)
    {
        if (!policy.DryRun)
        {
            blobs.RemoveAbandoned(ProcessIdentity.IsRunning);
            records.RemoveAbandoned(ProcessIdentity.IsRunning);
            runs.RemoveAbandoned(ProcessIdentity.IsRunning);
            EnterLostRecords();
        }

        var doomed = index.InTransaction(() =>
        {
            var found = Doomed.Find(store, index, leases, time.GetUtcNow(), policy.Keep);
            if (!policy.DryRun)
            {
                RemoveFromIndex(found);
            }

            return found;
        });
        if (!policy.DryRun)
        {
            RemoveRecordFiles(doomed.Stages, cancellation);
            foreach (var run in doomed.Runs)
            {
                runs.Delete(run);
            }
        }

        var result = RemoveBlobs(doomed, policy, cancellation);
        var (folders, bytes) = policy.WorkFolder is { } work ? new WorkFolders(index, leases, time).Remove(work, policy) : (0, 0);
        return result with { WorkFolders = folders, WorkBytes = bytes, ForgottenFiles = outside.Forget(policy.DryRun) };
    }

    /// <summary>
    /// Enters record files that the index lacks, as after a collection or an index that was lost; those whose
    /// blobs are gone are removed.
    /// </summary>
    private void EnterLostRecords()
    {
        foreach (var path in records.All())
        {
            if (!Digest.TryParse(Path.GetFileNameWithoutExtension(path), out var key) || index.Contains(key))
            {
                continue;
            }

            index.InTransaction(() =>
            {
                if (store.Enter(key) is null && records.TryRead(key) is { } lost && lost.Key == key)
                {
                    records.Delete(key);
                }
            });
        }
    }

    private void RemoveFromIndex(Doomed doomed)
    {
        foreach (var stage in doomed.Stages.Keys)
        {
            index.Remove(stage);
        }

        foreach (var run in doomed.Runs)
        {
            index.Execute("DELETE FROM run_stages WHERE run = $run", ("$run", run));
            index.Execute("DELETE FROM run_keys WHERE run = $run", ("$run", run));
            index.Execute("DELETE FROM runs WHERE id = $run", ("$run", run));
        }
    }

    private void RemoveRecordFiles(IReadOnlyDictionary<Digest, string> stages, CancellationToken cancellation)
    {
        foreach (var batch in stages.Keys.Order().Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            index.InTransaction(() =>
            {
                // One that was computed again in the meantime has a new file of the same name.
                foreach (var key in batch.Where(k => !index.Contains(k)))
                {
                    records.Delete(key);
                    doubts.Remove(key);
                }
            });
        }
    }

    private CollectionResult RemoveBlobs(Doomed doomed, RetentionPolicy policy, CancellationToken cancellation)
    {
        var tally = new Tally(doomed);
        var before = time.GetUtcNow() - policy.Grace;
        foreach (var batch in blobs.All().Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            var unneeded = batch.Where(b => !doomed.Needed.Contains(b.Digest)).ToArray();
            tally.Keep(batch.Except(unneeded));
            if (policy.DryRun)
            {
                foreach (var blob in unneeded)
                {
                    tally.Remove(blob, blobs.IsOlderThan(blob.Digest, before));
                }
            }
            else if (unneeded.Length > 0)
            {
                index.InTransaction(() =>
                {
                    foreach (var blob in unneeded)
                    {
                        if (IsNamed(blob.Digest))
                        {
                            tally.Keep([blob]);
                        }
                        else
                        {
                            tally.Remove(blob, blobs.TryRemove(blob.Digest, before));
                        }
                    }
                });
            }
        }

        return tally.Result(policy.DryRun);
    }

    private bool IsNamed(Digest blob) => index.Query(
        """
        SELECT EXISTS (SELECT 1 FROM outputs WHERE digest = $digest) OR EXISTS (SELECT 1 FROM beside WHERE digest = $digest)
            OR EXISTS (SELECT 1 FROM runs WHERE manifest = $digest)
        """,
        r => r.GetBoolean(0),
        ("$digest", blob.ToString()))[0];
}
