using Composer.Store.GarbageCollection;
using Composer.Store.Index;
using Composer.Store.Records;

namespace Composer.Store.Tests.GarbageCollection;

public sealed class GarbageCollectorTests : IDisposable
{
    private static readonly RetentionPolicy Month = new(TimeSpan.FromDays(30));
    private readonly TemporaryFolder folder = new();

    // Ahead of the files' own times, so that every file is older than the grace once a day has gone.
    private readonly WallClock clock = new(TimeProvider.System.GetUtcNow());
    private readonly StageStore store;

    public GarbageCollectorTests() => store = Open();

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Stages_of_recent_runs_stay_and_those_of_old_runs_go()
    {
        var old = Ran("old");
        clock.Advance(TimeSpan.FromDays(40));
        var recent = Ran("recent");
        clock.Advance(TimeSpan.FromDays(1));

        var result = store.Collect(Month);

        Assert.True(IsGone(old));
        Assert.NotNull(store.Find(recent.Key));
        Assert.Equal(("recent", 1), (Assert.Single(store.Runs(10)).Experiment, result.Runs));
        Assert.Equal([new CollectedKind("test", 1, 1, old.Outputs["output"].Size)], result.Kinds);
        Assert.True(store.Verify().IsClean);
        Assert.Equal(2, store.Blobs.All().Count());
    }

    [Fact]
    public void Old_stage_that_a_recent_run_reached_stays()
    {
        var old = Ran("old");
        clock.Advance(TimeSpan.FromDays(40));
        store.Run("again", old);
        store.Collect(Month);
        Assert.NotNull(store.Find(old.Key));
    }

    [Fact]
    public void Pinned_run_stays_until_it_is_let_go()
    {
        var stage = Ran("old");
        var run = store.Runs(1)[0];
        store.Pin(run.Id, pinned: true);
        clock.Advance(TimeSpan.FromDays(400));
        store.Collect(Month);
        Assert.NotNull(store.Find(stage.Key));
        Assert.True(store.FindRun(run.Id).Pinned);

        store.Pin(run.Id, pinned: false);
        store.Collect(Month);
        Assert.True(IsGone(stage));
    }

    [Fact]
    public void Keys_that_a_kept_run_reached_beside_its_stages_stay()
    {
        var unit = store.Publish("unit", "score", clock.GetUtcNow(), "evaluate");
        var other = store.Publish("other", "other score", clock.GetUtcNow(), "evaluate");
        clock.Advance(TimeSpan.FromDays(40));
        var run = store.Run("search");
        store.Reach(run.Id, [unit.Key]);
        store.Collect(Month);
        Assert.NotNull(store.Find(unit.Key));
        Assert.True(IsGone(other));
    }

    [Fact]
    public void Leased_stage_stays()
    {
        var stage = Ran("old");
        clock.Advance(TimeSpan.FromDays(40));
        using (store.TryLease(stage.Key).Lease)
        {
            store.Collect(Month);
            Assert.NotNull(store.Find(stage.Key));
        }

        store.Collect(Month);
        Assert.True(IsGone(stage));
    }

    [Fact]
    public void Nothing_that_a_running_run_reached_or_that_was_published_since_goes()
    {
        var hit = Ran("old hit");
        var old = Ran("old");
        clock.Advance(TimeSpan.FromDays(1));
        var running = store.BeginRun("long", "", store.Add("manifest").Digest);
        store.Reach(running.Id, [hit.Key]);
        clock.Advance(TimeSpan.FromDays(1));
        var published = store.Publish("new", "new output", clock.GetUtcNow());
        clock.Advance(TimeSpan.FromDays(40));

        store.Collect(Month);
        Assert.NotNull(store.Find(hit.Key));
        Assert.NotNull(store.Find(published.Key));
        Assert.True(IsGone(old));

        store.EndRun(running.Id, 0, []);
        store.Collect(Month);
        Assert.True(IsGone(hit));
    }

    [Fact]
    public void Run_whose_process_died_is_over()
    {
        var stage = store.Publish("old", "output", clock.GetUtcNow());
        var run = store.BeginRun("killed", "", store.Add("manifest").Digest);
        store.Reach(run.Id, [stage.Key]);
        using (var index = new SqliteIndex(folder["store/index.sqlite"]))
        {
            index.Execute("UPDATE runs SET process_started = 1");
        }

        clock.Advance(TimeSpan.FromDays(40));
        store.Collect(Month);
        Assert.True(IsGone(stage));
    }

    [Fact]
    public void Dry_run_says_what_would_go_and_removes_nothing()
    {
        var old = Ran("old");
        clock.Advance(TimeSpan.FromDays(40));
        var dry = store.Collect(Month with { DryRun = true });
        Assert.NotNull(store.Find(old.Key));
        var real = store.Collect(Month);
        Assert.Equal((1, 1L), (dry.Runs, dry.Stages));
        Assert.Equal(dry with { DryRun = false, Kinds = real.Kinds }, real);
        Assert.Equal(dry.Kinds, real.Kinds);
        Assert.True(IsGone(old));
    }

    [Fact]
    public void Blob_that_a_kept_stage_has_too_stays()
    {
        var old = Ran("old", "shared");
        clock.Advance(TimeSpan.FromDays(40));
        var recent = Ran("recent", "shared");
        clock.Advance(TimeSpan.FromDays(1));
        store.Collect(Month);
        Assert.Null(store.Find(old.Key));
        Assert.NotNull(store.Find(recent.Key));
    }

    [Fact]
    public void Blob_on_its_way_into_a_record_survives()
    {
        var waiting = store.Add("published in a moment");
        var result = store.Collect(Month);
        Assert.Equal((1, waiting.Size), (result.YoungBlobs, result.YoungBytes));
        store.Publish([SampleStages.Record("late", waiting)]);

        var forgotten = store.Add("never published");
        clock.Advance(TimeSpan.FromHours(2));
        store.Collect(Month);
        Assert.False(store.Blobs.Contains(forgotten.Digest));
    }

    [Fact]
    public void Adding_a_blob_again_makes_it_young()
    {
        var blob = store.Add("content");
        clock.Advance(TimeSpan.FromHours(2));
        store.Add("content");
        store.Collect(Month);
        Assert.True(store.Blobs.Contains(blob.Digest));
        clock.Advance(TimeSpan.FromHours(2));
        store.Blobs.AddAll(["content"u8.ToArray()]);
        store.Collect(Month);
        Assert.True(store.Blobs.Contains(blob.Digest));
    }

    [Fact]
    public void Collection_that_was_cut_short_is_finished_by_the_next()
    {
        var old = Ran("old");
        using (var index = new SqliteIndex(folder["store/index.sqlite"]))
        {
            // As after the transaction that takes records from the index, before their files go.
            index.Remove(old.Key);
            index.Execute("DELETE FROM runs");
        }

        clock.Advance(TimeSpan.FromDays(40));
        store.Collect(Month);
        Assert.True(IsGone(old));
        Assert.Empty(Directory.EnumerateFiles(folder["store/records"], "*.json", SearchOption.AllDirectories));
        Assert.True(store.Verify().IsClean);
    }

    [Fact]
    public void Lost_index_does_not_cost_the_recent_stages()
    {
        var recent = Ran("recent");
        store.Dispose();
        File.Delete(folder["store/index.sqlite"]);
        clock.Advance(TimeSpan.FromDays(2));
        using var reopened = Open();
        reopened.Collect(Month);
        Assert.NotNull(reopened.Find(recent.Key));
    }

    [Fact]
    public async Task Collecting_while_others_publish_takes_nothing_of_theirs()
    {
        using var other = StageStore.Open(folder["store"], TimeProvider.System);
        var published = new List<StageRecord>();
        var stop = false;
        var publisher = Task.Run(() =>
        {
            for (var i = 0; i < 60; i++)
            {
                // Half of them share blobs with stages that the collector removes.
                var run = other.BeginRun("publisher", "", other.Add("manifest").Digest);
                var stage = SampleStages.Record($"stage {i}", other.Add($"output {i / 2}"));
                other.Reach(run.Id, [stage.Key]);
                other.Publish([stage]);
                published.Add(stage);
            }

            Volatile.Write(ref stop, true);
        });
        var collections = 0;
        while (!Volatile.Read(ref stop))
        {
            for (var i = 0; i < 30; i++)
            {
                other.Publish($"doomed {collections} {i}", $"output {i}");
            }

            other.Collect(new RetentionPolicy(TimeSpan.Zero) { Grace = TimeSpan.FromSeconds(30) });
            collections++;
        }

        await publisher;
        Assert.Equal(60, published.Count);
        Assert.All(published, s => Assert.NotNull(other.Find(s.Key)));
        Assert.True(other.Verify().IsClean);
    }

    private StageStore Open() => StageStore.Open(folder["store"], clock);

    private StageRecord Ran(string name, string? content = null)
    {
        var stage = store.Publish(name, content ?? $"output of {name}", clock.GetUtcNow());
        store.Run(name, stage);
        return stage;
    }

    private bool IsGone(StageRecord stage) =>
        !store.Contains(stage.Key)
        && !Directory.EnumerateFiles(folder["store/records"], $"{stage.Key}.json", SearchOption.AllDirectories).Any()
        && !store.Blobs.Contains(stage.Outputs["output"].Digest);
}
