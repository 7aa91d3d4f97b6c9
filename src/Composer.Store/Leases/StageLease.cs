using Composer.Core;
using Composer.Store.Index;

namespace Composer.Store.Leases;

/// <summary>The right to compute a stage: one holder at a time among all coordinators on a store.</summary>
/// <remarks>Renewed every few seconds until disposed; a holder that died is found out by its process identity.</remarks>
public sealed class StageLease : IDisposable
{
    /// <summary>A holder on another machine counts as dead after this long without a heartbeat.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly SqliteIndex index;
    private readonly ITimer heartbeat;
    private readonly TimeProvider time;

    private StageLease(SqliteIndex index, Digest key, TimeProvider time)
    {
        (this.index, Key, this.time) = (index, key, time);
        heartbeat = time.CreateTimer(_ => Renew(), null, Interval, Interval);
    }

    public Digest Key { get; }

    public void Dispose()
    {
        heartbeat.Dispose();
        var self = ProcessIdentity.Current;
        index.Execute(
            "DELETE FROM leases WHERE key = $key AND host = $host AND process = $process AND started = $started",
            ("$key", Key.ToString()),
            ("$host", self.Host),
            ("$process", self.Process),
            ("$started", self.Started));
    }

    /// <summary>Takes the lease, or tells who holds it.</summary>
    internal static (StageLease? Lease, ProcessIdentity? Holder) TryAcquire(SqliteIndex index, Digest key, TimeProvider time)
    {
        var self = ProcessIdentity.Current;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var holder = index.InTransaction(() =>
        {
            var rows = index.Query(
                "SELECT host, boot, process, started, heartbeat FROM leases WHERE key = $key",
                r => (Holder: new ProcessIdentity(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt64(3)), Heartbeat: r.GetInt64(4)),
                ("$key", key.ToString()));
            if (rows.Count > 0)
            {
                var (other, beat) = rows[0];
                if (other.IsAlive() ?? (now - beat < Expiry.TotalMilliseconds))
                {
                    return other;
                }
            }

            index.Execute(
                "INSERT OR REPLACE INTO leases (key, host, boot, process, started, heartbeat) VALUES ($key, $host, $boot, $process, $started, $now)",
                ("$key", key.ToString()),
                ("$host", self.Host),
                ("$boot", self.Boot),
                ("$process", self.Process),
                ("$started", self.Started),
                ("$now", now));
            return null;
        });
        return holder is null ? (new StageLease(index, key, time), null) : (null, holder);
    }

    private void Renew() =>
        index.Execute(
            "UPDATE leases SET heartbeat = $now WHERE key = $key AND process = $process",
            ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()),
            ("$key", Key.ToString()),
            ("$process", ProcessIdentity.Current.Process));
}
