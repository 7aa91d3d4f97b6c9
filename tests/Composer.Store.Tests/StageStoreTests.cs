using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.Leases;
using Composer.Store.Records;
using Composer.Store.Tests.Blobs;

namespace Composer.Store.Tests;

public sealed class StageStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public StageStoreTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Published_stage_is_found_with_all_that_it_says()
    {
        var record = Publish("one", "result");
        var found = store.Find(record.Key);
        Assert.NotNull(found);
        Assert.Equal(record.Preimage, found.Preimage);
        Assert.Equal(record.Outputs, found.Outputs);
        Assert.Equal(record.Output, found.Output);
        Assert.Equal(record.Label, found.Label);
        Assert.Equal(2.5, found.Seconds);
    }

    [Fact]
    public void Unknown_key_is_not_found() => Assert.Null(store.Find(Digest.Of("nothing")));

    [Fact]
    public void Stage_whose_output_is_gone_is_not_found()
    {
        var record = Publish("one", "result");
        File.Delete(store.PathOf(record.Outputs["output"].Digest));
        Assert.Null(store.Find(record.Key));
    }

    [Fact]
    public void Output_digest_depends_on_names_and_contents_only()
    {
        var one = Publish("one", "result");
        var two = Publish("two", "result");
        var three = Publish("three", "other");
        Assert.Equal(one.Output, two.Output);
        Assert.NotEqual(one.Output, three.Output);
    }

    [Fact]
    public void Stage_is_never_published_before_its_outputs()
    {
        var record = Record("one", new BlobReference(Digest.Of("not stored"), 1));
        Assert.Throws<BlobMissingException>(() => store.Publish([record]));
        Assert.Null(store.Find(record.Key));
    }

    [Fact]
    public void Verify_quarantines_a_flipped_bit_and_its_stage_runs_again()
    {
        var bad = Publish("one", "result");
        var good = Publish("two", "other");
        FileBlobStoreTests.Corrupt(store.PathOf(bad.Outputs["output"].Digest));
        var result = store.Verify();
        Assert.Equal([bad.Outputs["output"].Digest], result.Corrupt);
        Assert.Null(store.Find(bad.Key));
        Assert.NotNull(store.Find(good.Key));
        Assert.True(store.Verify().IsClean);
    }

    [Fact]
    public void Lost_index_is_rebuilt_from_the_records()
    {
        var record = Publish("one", "result");
        store.Dispose();
        File.Delete(folder["store/index.sqlite"]);
        using var reopened = StageStore.Open(folder["store"], TimeProvider.System);
        Assert.Null(reopened.Find(record.Key));
        Assert.Equal(1, reopened.Verify().RestoredStages);
        Assert.Equal(record.Preimage, reopened.Find(record.Key)!.Preimage);
    }

    [Fact]
    public void Newest_of_a_label_comes_first()
    {
        Publish("one", "result", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var newest = Publish("two", "result", new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(newest.Key, store.NewestOfLabel("test", "experiment/test", 1)[0].Key);
    }

    [Fact]
    public void Lease_has_one_holder_at_a_time()
    {
        var (first, _) = store.TryLease(Digest.Of("stage"));
        var (second, holder) = store.TryLease(Digest.Of("stage"));
        Assert.NotNull(first);
        Assert.Null(second);
        Assert.Equal(ProcessIdentity.Current, holder);
        first.Dispose();
        Assert.NotNull(store.TryLease(Digest.Of("stage")).Lease);
    }

    [Fact]
    public void Process_that_does_not_run_is_dead() =>
        Assert.False((ProcessIdentity.Current with { Started = 1 }).IsAlive());

    [Fact]
    public void Runs_are_remembered()
    {
        var run = store.BeginRun("quickstart", "smoke", Digest.Of("manifest"));
        store.EndRun(run.Id, 0, [new RunStage("search", "search", Digest.Of("key"), "ran")]);
        var found = Assert.Single(store.Runs(10));
        Assert.Equal((run.Id, "quickstart", "smoke", 0), (found.Id, found.Experiment, found.Profile, found.ExitCode));
    }

    [Fact]
    public void Digest_of_a_file_follows_its_content()
    {
        File.WriteAllText(folder["corpus.txt"], "one");
        Assert.Equal(Digest.Of("one"), store.DigestOfFile(folder["corpus.txt"]));
        Assert.Equal(Digest.Of("one"), store.DigestOfFile(folder["corpus.txt"]));
        File.WriteAllText(folder["corpus.txt"], "other");
        Assert.Equal(Digest.Of("other"), store.DigestOfFile(folder["corpus.txt"]));
    }

    private StageRecord Publish(string name, string content, DateTimeOffset? created = null)
    {
        var blob = store.Blobs.Add(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)));
        var record = Record(name, blob, created);
        store.Publish([record]);
        return record;
    }

    private static StageRecord Record(string name, BlobReference output, DateTimeOffset? created = null) => new(
        Digest.Of(name),
        "test",
        "experiment/test",
        [new PreimageField("a.name", 's', name), new PreimageField("b", 'i', "17")],
        new SortedDictionary<string, BlobReference> { ["output"] = output },
        new SortedDictionary<string, BlobReference>(),
        created ?? DateTimeOffset.UnixEpoch,
        2.5,
        "test machine");
}
