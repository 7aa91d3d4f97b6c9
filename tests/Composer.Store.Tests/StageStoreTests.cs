using Composer.Core;
using Composer.Core.Diagnostics;
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
        var record = store.Publish("one", "result");
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
        var record = store.Publish("one", "result");
        File.Delete(store.PathOf(record.Outputs["output"].Digest));
        Assert.Null(store.Find(record.Key));
    }

    [Fact]
    public void Output_digest_depends_on_names_and_contents_only()
    {
        var one = store.Publish("one", "result");
        var two = store.Publish("two", "result");
        var three = store.Publish("three", "other");
        Assert.Equal(one.Output, two.Output);
        Assert.NotEqual(one.Output, three.Output);
    }

    [Fact]
    public void Stage_is_never_published_before_its_outputs()
    {
        var record = SampleStages.Record("one", new BlobReference(Digest.Of("not stored"), 1));
        Assert.Throws<BlobMissingException>(() => store.Publish([record]));
        Assert.Null(store.Find(record.Key));
    }

    [Fact]
    public void Verify_quarantines_a_flipped_bit_and_its_stage_runs_again()
    {
        var bad = store.Publish("one", "result");
        var good = store.Publish("two", "other");
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
        var record = store.Publish("one", "result");
        store.Dispose();
        File.Delete(folder["store/index.sqlite"]);
        using var reopened = StageStore.Open(folder["store"], TimeProvider.System);
        Assert.False(reopened.Contains(record.Key));
        Assert.Equal(1, reopened.Verify().RestoredStages);
        Assert.Equal(record.Preimage, reopened.Find(record.Key)!.Preimage);
    }

    [Fact]
    public void Record_whose_writer_died_before_the_index_had_it_is_found()
    {
        var record = store.Publish("one", "result");
        store.Dispose();
        File.Delete(folder["store/index.sqlite"]);
        using var reopened = StageStore.Open(folder["store"], TimeProvider.System);
        Assert.Equal(record.Output, reopened.Find(record.Key)!.Output);
        Assert.True(reopened.Contains(record.Key));
    }

    [Fact]
    public void Record_without_its_blobs_is_found_nowhere()
    {
        var record = store.Publish("one", "result");
        store.Dispose();
        File.Delete(folder["store/index.sqlite"]);
        File.Delete(store.PathOf(record.Outputs["output"].Digest));
        using var reopened = StageStore.Open(folder["store"], TimeProvider.System);
        Assert.Null(reopened.Find(record.Key));
        Assert.False(reopened.Contains(record.Key));
    }

    [Fact]
    public void Newest_of_a_label_comes_first()
    {
        store.Publish("one", "result", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var newest = store.Publish("two", "result", new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
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
    public void Lease_on_several_keys_is_taken_as_a_whole_or_not_at_all()
    {
        var (b, _) = store.TryLease(Digest.Of("b"));
        Assert.Null(store.TryLease([Digest.Of("a"), Digest.Of("b"), Digest.Of("c")]).Lease);
        var (others, _) = store.TryLease([Digest.Of("c"), Digest.Of("a")]);
        Assert.NotNull(others);
        b!.Dispose();
        Assert.Null(store.TryLease([Digest.Of("b"), Digest.Of("c")]).Lease);
        others.Dispose();
        Assert.NotNull(store.TryLease([Digest.Of("b"), Digest.Of("c")]).Lease);
    }

    [Fact]
    public void Overlapping_leases_never_lock_each_other_out()
    {
        var rounds = 0;
        Parallel.For(0, 4, worker =>
        {
            var random = new Rng(new Seed((ulong)worker));
            for (var round = 0; round < 25; round++)
            {
                var keys = Enumerable.Range(0, 3).Select(_ => Digest.Of($"key {random.NextInt(4)}")).ToArray();
                StageLease? lease;
                while ((lease = store.TryLease(keys).Lease) is null)
                {
                    Thread.Yield();
                }

                using (lease)
                {
                    Interlocked.Increment(ref rounds);
                }
            }
        });
        Assert.Equal(100, rounds);
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
    public void Run_is_found_by_the_beginning_of_its_id()
    {
        var run = store.Run("quickstart");
        Assert.Equal(run.Id, store.FindRun(run.Id[..^1]).Id);
        Assert.Equal("CMP3001", Assert.Throws<UserInputException>(() => store.FindRun("nothing")).Diagnostics[0].Code);
        store.Run("other");
        Assert.Throws<UserInputException>(() => store.FindRun(run.Id[..2]));
    }

    [Fact]
    public void Batch_publishes_every_stage_of_it()
    {
        var blobs = store.Blobs.AddAll([.. Enumerable.Range(0, 300).Select(i => (ReadOnlyMemory<byte>)BitConverter.GetBytes(i / 2))]);
        Assert.Equal(150, store.Blobs.All().Count());
        var stages = blobs.Select((b, i) => SampleStages.Record($"stage {i}", b)).ToArray();
        store.Publish(stages);
        Assert.All(stages, s => Assert.Equal(s.Output, store.Find(s.Key)!.Output));
        Assert.True(store.Verify().IsClean);
        Assert.Empty(Directory.EnumerateFiles(folder.Path, ".writing-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Fact_of_a_file_is_found_once_for_a_content()
    {
        var (path, found) = (folder["corpus.txt"], 0);
        File.WriteAllText(path, "one");
        Assert.Equal("3", Length());
        Assert.Equal("3", Length());
        File.Copy(path, folder["copy.txt"]);
        Assert.Equal("3", store.FactOfFile(folder["copy.txt"], "length 1", () => throw new InvalidOperationException("It is known.")));
        Assert.Equal(1, found);

        Assert.Equal("0", store.FactOfFile(path, "lines 1", () => "0"));
        File.WriteAllText(path, "another");
        Assert.Equal("7", Length());
        File.WriteAllText(path, "one");
        Assert.Equal("3", Length());
        Assert.Equal(2, found);

        string Length() => store.FactOfFile(path, "length 1", () => $"{(found++ >= 0 ? new FileInfo(path).Length : 0)}");
    }

    [Fact]
    public void Fact_that_could_not_be_found_or_of_a_file_that_changed_meanwhile_is_not_remembered()
    {
        var path = folder["corpus.txt"];
        File.WriteAllText(path, "one");
        Assert.Throws<FormatException>(() => store.FactOfFile(path, "f", () => throw new FormatException()));
        store.FactOfFile(path, "f", () =>
        {
            File.WriteAllText(path, "other");
            return "of what is there no more";
        });
        File.WriteAllText(path, "one");
        Assert.Equal("right", store.FactOfFile(path, "f", () => "right"));
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
}
