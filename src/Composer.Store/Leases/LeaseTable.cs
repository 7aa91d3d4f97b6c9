using System.Collections.Concurrent;
using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Index;

namespace Composer.Store.Leases;

/// <summary>The leases of a store, and the heartbeat of those that this process holds.</summary>
/// <remarks>
/// All keys of a lease are taken in one transaction or none is, so that two coordinators that want
/// overlapping sets can never each hold what the other waits for.
/// </remarks>
internal sealed class LeaseTable : IDisposable
{
    /// <summary>Far beyond what two clocks differ by.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly SqliteIndex index;
    private readonly TimeProvider time;
    private readonly ITimer heartbeat;
    private readonly Lock gate = new();

    /// <summary>
    /// Leases of other machines as they were seen first: a holder's clock is not ours, but a heart that beats is seen to.
    /// </summary>
    private readonly ConcurrentDictionary<Digest, Sighting> sightings = new();
    private int held;
    private bool disposed;

    public LeaseTable(SqliteIndex index, TimeProvider time)
    {
        (this.index, this.time) = (index, time);
        heartbeat = time.CreateTimer(_ => Renew(), null, Interval, Interval);
    }

    /// <summary>Takes all of the keys, or tells who holds one of them.</summary>
    public (StageLease? Lease, ProcessIdentity? Holder) TryAcquire(IEnumerable<Digest> keys)
    {
        var wanted = keys.Distinct().Order().ToArray();
        var self = ProcessIdentity.Current;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var holder = index.InTransaction(() =>
        {
            foreach (var key in wanted)
            {
                if (LivingHolder(key, now) is { } other)
                {
                    return other;
                }
            }

            foreach (var key in wanted)
            {
                index.Execute(
                    "INSERT OR REPLACE INTO leases (key, host, boot, process, started, heartbeat) VALUES ($key, $host, $boot, $process, "
                    + "$started, $now)",
                    ("$key", key.ToString()),
                    ("$host", self.Host),
                    ("$boot", self.Boot),
                    ("$process", self.Process),
                    ("$started", self.Started),
                    ("$now", now));
            }

            return null;
        });
        if (holder is not null)
        {
            return (null, holder);
        }

        Interlocked.Increment(ref held);
        FaultInjection.Pass(PublishingPoint.LeaseTaken);
        return (new StageLease(this, wanted), null);
    }

    /// <summary>Keys that a living process computes.</summary>
    public IReadOnlyList<string> LivingKeys()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return
        [
            .. index.Query("SELECT key FROM leases", r => r.GetString(0)).Where(k => LivingHolder(Digest.Parse(k), now) is not null),
        ];
    }

    public void Release(IReadOnlyList<Digest> keys)
    {
        Interlocked.Decrement(ref held);
        var self = ProcessIdentity.Current;
        try
        {
            index.InTransaction(() => Delete(keys, self));
            FaultInjection.Pass(PublishingPoint.LeaseReleased);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // The disk is full or gone, and who published was told so; the lease ends with this process.
        }
    }

    public void Dispose()
    {
        heartbeat.Dispose();
        lock (gate)
        {
            disposed = true;
        }
    }

    private void Delete(IReadOnlyList<Digest> keys, ProcessIdentity self)
    {
        foreach (var key in keys)
        {
            index.Execute(
                "DELETE FROM leases WHERE key = $key AND host = $host AND process = $process AND started = $started",
                ("$key", key.ToString()),
                ("$host", self.Host),
                ("$process", self.Process),
                ("$started", self.Started));
        }
    }

    private ProcessIdentity? LivingHolder(Digest key, long now)
    {
        var rows = index.Query(
            "SELECT host, boot, process, started, heartbeat FROM leases WHERE key = $key",
            r => (Holder: new ProcessIdentity(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt64(3)), Heartbeat: r.GetInt64(4)),
            ("$key", key.ToString()));
        return rows.Count > 0 && (rows[0].Holder.IsAlive() ?? IsBeating(key, rows[0].Holder, rows[0].Heartbeat, now))
            ? rows[0].Holder
            : null;
    }

    /// <summary>
    /// Whether the heart of a holder on another machine may still beat. Clocks go wrong and are set back, so the
    /// time that it notes counts only against itself: when it has not changed for <see cref="StageLease.Expiry"/>
    /// of our own stopwatch, or is a day old, the holder is dead.
    /// </summary>
    private bool IsBeating(Digest key, ProcessIdentity holder, long heartbeat, long now)
    {
        if (now - heartbeat >= Forgotten.TotalMilliseconds)
        {
            return false;
        }

        var seen = sightings.AddOrUpdate(
            key,
            _ => new Sighting(holder, heartbeat, time.GetTimestamp()),
            (_, known) => known.Holder == holder && known.Heartbeat == heartbeat
                ? known
                : new Sighting(holder, heartbeat, time.GetTimestamp()));
        return time.GetElapsedTime(seen.Since) < StageLease.Expiry;
    }

    private void Renew()
    {
        lock (gate)
        {
            if (disposed || Volatile.Read(ref held) == 0)
            {
                return;
            }

            var self = ProcessIdentity.Current;
            try
            {
                index.Execute(
                    "UPDATE leases SET heartbeat = $now WHERE host = $host AND process = $process AND started = $started",
                    ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()),
                    ("$host", self.Host),
                    ("$process", self.Process),
                    ("$started", self.Started));
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                // A full disk or a damaged index must not end the process from a timer; the next beat tries again, and whoever
                // publishes is told.
            }
        }
    }

    private sealed record Sighting(ProcessIdentity Holder, long Heartbeat, long Since);
}
