using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Index;
using Composer.Store.Leases;

namespace Composer.Store.Tests.Leases;

public sealed class LeaseTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly WallClock clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
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
    public void Holder_elsewhere_whose_heart_stopped_is_found_out_though_the_clock_was_set_back()
    {
        var key = Digest.Of("key");
        Hold(key, clock.GetUtcNow());
        clock.SetBack(TimeSpan.FromHours(5));
        Assert.NotNull(leases.TryAcquire([key]).Holder);
        clock.Advance(StageLease.Expiry);
        Assert.NotNull(leases.TryAcquire([key]).Lease);
    }

    [Fact]
    public void Holder_elsewhere_keeps_its_lease_while_its_heart_beats_whatever_its_clock_says()
    {
        var key = Digest.Of("key");
        for (var beat = 0; beat < 5; beat++)
        {
            Hold(key, clock.GetUtcNow() - TimeSpan.FromHours(3));
            Assert.NotNull(leases.TryAcquire([key]).Holder);
            clock.Advance(StageLease.Expiry / 2);
        }
    }

    [Fact]
    public void Own_lease_outlives_a_clock_that_is_set_back()
    {
        var key = Digest.Of("key");
        using var lease = leases.TryAcquire([key]).Lease;
        clock.SetBack(TimeSpan.FromDays(400));
        using var others = new LeaseTable(index, clock);
        Assert.Equal(ProcessIdentity.Current, others.TryAcquire([key]).Holder);
    }

    [Fact]
    public void Process_is_known_by_ticks_since_the_boot_which_no_clock_moves()
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(ProcessIdentity.Current.Started / 100.0, 0, uptime);
    }

    [Theory]
    [InlineData("eio")]
    [InlineData("enospc")]
    [InlineData("erofs")]
    public void Heartbeat_that_the_disk_refuses_does_not_end_the_process(string action)
    {
        var counted = Fault.Parse("index@1000000:eio");
        Beat(counted, beats: 0);
        var fault = Fault.Parse($"index@{counted.Times + 1}+:{action}");
        Beat(fault, beats: 3);
        Assert.True(fault.Times > counted.Times);
    }

    private void Beat(Fault fault, int beats)
    {
        using var refusing = new SqliteIndex(folder[$"refusing-{beats}.sqlite"], clock, fault);
        using var table = new LeaseTable(refusing, clock);
        var lease = table.TryAcquire([Digest.Of("key")]).Lease!;
        for (var i = 0; i < beats; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        if (beats > 0)
        {
            lease.Dispose();
        }
    }

    private void Hold(Digest key, DateTimeOffset heartbeat) => index.Execute(
        "INSERT OR REPLACE INTO leases VALUES ($key, 'elsewhere', 'boot', 1, 1, $now)",
        ("$key", key.ToString()),
        ("$now", heartbeat.ToUnixTimeMilliseconds()));

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
