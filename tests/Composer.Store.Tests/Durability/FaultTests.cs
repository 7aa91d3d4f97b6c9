using System.Text;
using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Records;

namespace Composer.Store.Tests.Durability;

/// <summary>
/// Each file operation and each statement of the index fails in turn: what was published stays, nothing partial
/// has a name, whoever publishes is told what to do, and the next try is right.
/// </summary>
public class FaultTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    [Theory]
    [InlineData("file", "eio", "See to the disk")]
    [InlineData("file", "enospc", "Free some space")]
    [InlineData("file", "erofs", "Give the right to write")]
    [InlineData("write", "short", "reported no error")]
    [InlineData("index", "eio", "store verify")]
    [InlineData("index", "enospc", "Free some space")]
    [InlineData("index", "erofs", "right to write")]
    public void Failure_anywhere_is_told_with_its_remedy_and_loses_nothing(string operation, string action, string remedy)
    {
        var tried = 0;
        for (var n = 1; ; n += Soak.IsOn ? 1 : 1 + (n / 6))
        {
            using var folder = new TemporaryFolder();
            var fault = Fault.Parse($"{operation}@{n}:{action}");
            var published = new List<StageRecord>();
            var failure = Record.Exception(() =>
            {
                using var store = StageStore.Open(folder.Path, new WallClock(Now), fault);
                PublishAll(store, published);
            });
            if (fault.Times < n)
            {
                break;
            }

            tried++;
            if (failure is not null)
            {
                Assert.IsAssignableFrom<IOException>(failure);
                Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
            }
            else
            {
                // What gives leases back and beats for them tells nobody.
                Assert.Equal("index", operation);
            }

            using var after = StageStore.Open(folder.Path, new WallClock(Now));
            Assert.All(published, r => Assert.Equal(r.Output, after.Find(r.Key)!.Output));
            Assert.True(after.Verify().IsClean, $"{operation}@{n}:{action}");
            PublishAll(after, published);
            Assert.Equal(4, published.Select(r => r.Key).Distinct().Count(k => after.Find(k) is not null));
            Assert.True(after.Verify().IsClean);
            Assert.DoesNotContain(Files(folder), f => f.Contains(".writing", StringComparison.Ordinal));
        }

        Assert.True(tried > 3, $"The fault met {tried} operations.");
    }

    [Fact]
    public void Lock_that_any_statement_meets_reaches_nobody()
    {
        for (var n = 1; ; n += Soak.IsOn ? 1 : 1 + (n / 6))
        {
            using var folder = new TemporaryFolder();
            var fault = Fault.Parse($"index@{n}:busy");
            using var store = StageStore.Open(folder.Path, TimeProvider.System, fault);
            PublishAll(store, []);
            if (fault.Times < n)
            {
                break;
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("blob-named")]
    [InlineData("blob-named@0:kill")]
    [InlineData("blob-named@-1:kill")]
    [InlineData("blob-named:explode")]
    [InlineData("BlobNamed:kill")]
    public void Text_that_is_no_fault_is_refused(string text) => Assert.Throws<FormatException>(() => Fault.Parse(text));

    [Fact]
    public void Fault_strikes_at_its_time_and_later_only_when_it_persists()
    {
        var once = Fault.Parse("write@2:eio");
        var lasting = Fault.Parse("write@2+:eio");
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(_ => once.Strikes("write")));
        Assert.Equal([false, true, true], Enumerable.Range(0, 3).Select(_ => lasting.Strikes("write")));
        Assert.False(once.Strikes("flush"));
    }

    [Fact]
    public void Every_point_has_a_name_of_its_own_that_a_fault_takes() => Assert.All(
        Enum.GetValues<PublishingPoint>(),
        point => Assert.Equal(Fault.NameOf(point), Fault.Parse(Fault.NameOf(point) + ":kill").At));

    /// <summary>One stage with a streamed blob, three at once with small ones, a run about them, and a lease.</summary>
    private static void PublishAll(StageStore store, List<StageRecord> published)
    {
        var run = store.BeginRun("faults", "", store.Add("manifest").Digest);
        using (store.TryLease(Digest.Of("large")).Lease)
        {
            published.Add(store.Publish("large", new string('x', 300_000), Now));
        }

        string[] names = ["one", "two", "three"];
        var blobs = store.Blobs.AddAll([.. names.Select(n => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes("result of " + n))]);
        StageRecord[] records = [.. names.Zip(blobs, (n, b) => SampleStages.Record(n, b, Now))];
        store.Publish(records);
        published.AddRange(records);
        store.EndRun(run.Id, 0, [.. published.Select((r, i) => new RunStage($"stage-{i}", r.Kind, r.Key, "ran"))]);
    }

    private static IEnumerable<string> Files(TemporaryFolder folder) =>
        Directory.EnumerateFiles(
            folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
}
