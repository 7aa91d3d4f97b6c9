using Composer.Core;
using Composer.Store.Index;
using Composer.Store.Leases;

namespace Composer.Store.Tests.Leases;

public sealed class LeaseTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeClock clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly SqliteIndex index;
    private readonly LeaseTable leases;

    public LeaseTableTests()
    {
        index = new SqliteIndex(folder["index.sqlite"]);
        leases = new LeaseTable(index, clock);
    }

    public void Dispose()
    {
        leases.Dispose();
        index.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Lease_is_renewed_while_it_is_held()
    {
        using var lease = leases.TryAcquire([Digest.Of("key")]).Lease;
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(clock.GetUtcNow().ToUnixTimeMilliseconds(), index.Query("SELECT heartbeat FROM leases", r => r.GetInt64(0))[0]);
    }

    [Fact]
    public void Holder_on_another_machine_is_taken_over_when_its_heart_stops()
    {
        var key = Digest.Of("key");
        index.Execute(
            "INSERT INTO leases VALUES ($key, 'elsewhere', 'boot', 1, 1, $now)",
            ("$key", key.ToString()),
            ("$now", clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.Equal("elsewhere", leases.TryAcquire([key]).Holder!.Host);
        Assert.Equal([key.ToString()], leases.LivingKeys());
        clock.Advance(StageLease.Expiry);
        Assert.Empty(leases.LivingKeys());
        Assert.NotNull(leases.TryAcquire([key]).Lease);
    }

    [Fact]
    public void Dead_holder_on_this_machine_is_taken_over_at_once()
    {
        var (key, dead) = (Digest.Of("key"), ProcessIdentity.Current with { Started = 1 });
        index.Execute(
            "INSERT INTO leases VALUES ($key, $host, $boot, $process, $started, $now)",
            ("$key", key.ToString()),
            ("$host", dead.Host),
            ("$boot", dead.Boot),
            ("$process", dead.Process),
            ("$started", dead.Started),
            ("$now", clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.NotNull(leases.TryAcquire([key]).Lease);
    }
}
