using Composer.Core;
using Composer.Store.Index;
using Composer.Store.Leases;

namespace Composer.Store.GarbageCollection;

/// <summary>What a collection will remove, and what the rest needs.</summary>
internal sealed class Doomed
{
    /// <summary>How long an unfinished run of a process that cannot be asked counts as running.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(7);

    private Doomed()
    {
    }

    /// <summary>Ids of runs.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    public required int KeptRuns { get; init; }

    /// <summary>Stages by key, with their kinds.</summary>
    public required IReadOnlyDictionary<Digest, string> Stages { get; init; }

    public required long KeptStages { get; init; }

    /// <summary>Blobs of the stages and runs that stay.</summary>
    public required IReadOnlySet<Digest> Needed { get; init; }

    /// <summary>The kind of a doomed stage that names a blob.</summary>
    public required IReadOnlyDictionary<Digest, string> KindOfBlob { get; init; }

    /// <summary>Decides; in a transaction of the caller's.</summary>
    /// <param name="store">The store.</param>
    /// <param name="index">Its index.</param>
    /// <param name="leases">What is being computed.</param>
    /// <param name="now">The time.</param>
    /// <param name="keep">Runs and stages that are not older stay.</param>
    public static Doomed Find(StageStore store, SqliteIndex index, LeaseTable leases, DateTimeOffset now, TimeSpan keep)
    {
        var since = now - keep;
        var runs = index.Query("SELECT id, started, finished, pinned, host, boot, process, process_started, manifest FROM runs", ReadRun);
        var kept = runs.Where(r => r.Pinned || r.Started >= since || r.IsRunning(now)).ToArray();
        var keys = kept.SelectMany(r => store.KeysOf(r.Id)).Select(k => k.ToString()).ToHashSet(StringComparer.Ordinal);
        keys.UnionWith(leases.LivingKeys());
        var oldestRunning = kept.Where(r => r.IsRunning(now)).Select(r => r.Started).Append(since).Min();
        var stages = new Dictionary<Digest, string>();
        long keptStages = 0;
        foreach (var (key, kind, created) in index.Query(
            "SELECT key, kind, created FROM stages",
            r => (r.GetString(0), r.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)))))
        {
            if (keys.Contains(key) || created >= oldestRunning)
            {
                keptStages++;
            }
            else
            {
                stages.Add(Digest.Parse(key), kind);
            }
        }

        var needed = kept.Select(r => r.Manifest).ToHashSet();
        var kinds = new Dictionary<Digest, string>();
        foreach (var (key, blob) in index.Query(
            "SELECT key, digest FROM outputs UNION ALL SELECT key, digest FROM beside",
            r => (Digest.Parse(r.GetString(0)), Digest.Parse(r.GetString(1)))))
        {
            if (stages.TryGetValue(key, out var kind))
            {
                kinds.TryAdd(blob, kind);
            }
            else
            {
                needed.Add(blob);
            }
        }

        return new Doomed
        {
            Runs = [.. runs.Except(kept).Select(r => r.Id)],
            KeptRuns = kept.Length,
            Stages = stages,
            KeptStages = keptStages,
            Needed = needed,
            KindOfBlob = kinds,
        };
    }

    private static RunRow ReadRun(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetString(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        !row.IsDBNull(2),
        row.GetInt32(3) != 0,
        row.IsDBNull(4) ? null : new ProcessIdentity(row.GetString(4), row.GetString(5), row.GetInt32(6), row.GetInt64(7)),
        Digest.Parse(row.GetString(8)));

    private sealed record RunRow(
        string Id, DateTimeOffset Started, bool Finished, bool Pinned, ProcessIdentity? Process, Digest Manifest)
    {
        public bool IsRunning(DateTimeOffset now) => !Finished && (Process?.IsAlive() ?? (Started >= now - LongestRun));
    }
}
