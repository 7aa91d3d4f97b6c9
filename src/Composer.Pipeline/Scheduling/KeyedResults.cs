using Composer.Core;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Leases;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// The results of keys: what is in the store is found there, what is not is computed by whoever gets the lease on it, this
/// coordinator or another, which is waited for.
/// </summary>
/// <param name="store">Where results are.</param>
/// <param name="run">Notes what it reaches, so that gc keeps it.</param>
/// <param name="time">For the waits.</param>
internal sealed class KeyedResults(StageStore store, string run, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);
    private readonly HashSet<Digest> reached = [];

    /// <summary>Notes keys that the run is about to look for.</summary>
    public void Reach(IEnumerable<Digest> keys)
    {
        Digest[] unknown;
        lock (reached)
        {
            unknown = [.. keys.Where(reached.Add)];
        }

        store.Reach(run, unknown);
    }

    /// <summary>The results of jobs by their keys; those of a computation that failed are missing.</summary>
    /// <param name="jobs">What is wanted.</param>
    /// <param name="found">Told how many were there already, or were computed elsewhere.</param>
    /// <param name="waiting">Told who computes some of them, and whether for the first time.</param>
    /// <param name="compute">Computes those that nobody has, under a lease; false when it failed.</param>
    /// <param name="cancellation">Ends waiting and computing.</param>
    public async Task<IReadOnlyDictionary<Digest, StageResult>> ObtainAsync(
        IReadOnlyCollection<KeyedJob> jobs,
        Action<int> found,
        Action<ProcessIdentity, bool> waiting,
        Func<IReadOnlyList<KeyedJob>, Action<StageResult>, Task<bool>> compute,
        CancellationToken cancellation)
    {
        Reach(jobs.Select(j => j.Preimage.Key));
        var results = new Dictionary<Digest, StageResult>();
        var pause = FirstPause;
        for (var first = true; Missing(jobs) is { Count: > 0 } missing; first = false)
        {
            cancellation.ThrowIfCancellationRequested();
            var (lease, holder) = store.TryLease(missing.Select(j => j.Preimage.Key));
            if (lease is null)
            {
                // Another has some of them under way: its results are as good as our own.
                waiting(holder!, first);
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
                pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
                continue;
            }

            using (lease)
            {
                // Between the look and the lease another coordinator may have published them.
                missing = Missing(missing);
                if (missing.Count > 0 && !await compute(missing, Add).ConfigureAwait(false))
                {
                    return results;
                }
            }
        }

        return results;

        List<KeyedJob> Missing(IEnumerable<KeyedJob> of)
        {
            var (missing, known) = (new List<KeyedJob>(), results.Count);
            foreach (var job in of.Where(j => !results.ContainsKey(j.Preimage.Key)))
            {
                if (store.Find(job.Preimage.Key) is { } record)
                {
                    results[record.Key] = new StageResult(record, store);
                }
                else
                {
                    missing.Add(job);
                }
            }

            if (results.Count > known)
            {
                found(results.Count - known);
            }

            return missing;
        }

        void Add(StageResult result)
        {
            lock (results)
            {
                results[result.Record.Key] = result;
            }
        }
    }
}
