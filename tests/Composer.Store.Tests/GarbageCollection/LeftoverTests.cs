using Composer.Core;
using Composer.Store.GarbageCollection;

namespace Composer.Store.Tests.GarbageCollection;

/// <summary>What gc removes beside stages: work folders and remembered digests of files.</summary>
public sealed class LeftoverTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly WallClock clock = new(TimeProvider.System.GetUtcNow());
    private readonly StageStore store;

    public LeftoverTests() => store = StageStore.Open(folder["store"], clock);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Work_folder_of_a_finished_stage_goes_and_that_of_an_unfinished_one_stays_until_it_is_old()
    {
        var finished = Work(store.Publish("finished", "result", clock.GetUtcNow()).Key);
        var unfinished = Work(Digest.Of("unfinished"));
        var strange = Directory.CreateDirectory(folder["work/strange"]).FullName;

        var dry = Collect(dryRun: true);
        Assert.Equal((1, 100L), (dry.WorkFolders, dry.WorkBytes));
        Assert.True(Directory.Exists(finished));
        Assert.Equal((1, 100L), (Collect().WorkFolders, dry.WorkBytes));
        Assert.False(Directory.Exists(finished));
        Assert.True(Directory.Exists(unfinished));

        clock.Advance(TimeSpan.FromDays(31));
        Collect();
        Assert.False(Directory.Exists(unfinished));
        Assert.True(Directory.Exists(strange));
    }

    [Fact]
    public void Work_folder_of_a_stage_that_is_being_computed_stays()
    {
        var key = Digest.Of("long");
        var work = Work(key);
        clock.Advance(TimeSpan.FromDays(400));
        using (store.TryLease(key).Lease)
        {
            Assert.Equal(0, Collect().WorkFolders);
            Assert.True(Directory.Exists(work));
        }

        Assert.Equal(1, Collect().WorkFolders);
    }

    [Fact]
    public void Work_folder_that_its_coordinator_removes_meanwhile_is_no_error()
    {
        string[] works =
        [
            .. new[] { "one", "two" }.Select(k => Work(store.Publish(k, "result", clock.GetUtcNow()).Key)).Order(StringComparer.Ordinal),
        ];
        var removed = false;
        clock.Read = () =>
        {
            if (!removed && !Directory.Exists(works[0]))
            {
                removed = true;
                Directory.Delete(works[1], recursive: true);
            }
        };

        var result = Collect();

        Assert.True(removed);
        Assert.Equal((1, 100L), (result.WorkFolders, result.WorkBytes));
    }

    [Fact]
    public void Digests_of_files_that_are_gone_or_changed_are_forgotten()
    {
        clock.Advance(TimeSpan.FromHours(1));
        foreach (var name in (string[])["same", "changed", "gone"])
        {
            File.WriteAllText(folder[name], name);
            store.DigestOfFile(folder[name]);
        }

        File.Delete(folder["gone"]);
        File.WriteAllText(folder["changed"], "changed since");
        Assert.Equal(2, Collect(dryRun: true).ForgottenFiles);
        Assert.Equal(2, Collect().ForgottenFiles);
        Assert.Equal(0, Collect().ForgottenFiles);
        Assert.Equal(Digest.Of("changed since"), store.DigestOfFile(folder["changed"]));
    }

    [Fact]
    public void File_that_changes_within_the_same_tick_is_not_taken_for_the_old_one()
    {
        var path = folder["file"];
        var moment = clock.GetUtcNow().UtcDateTime;
        File.WriteAllText(path, "one");
        File.SetLastWriteTimeUtc(path, moment);
        Assert.Equal(Digest.Of("one"), store.DigestOfFile(path));
        File.WriteAllText(path, "two");
        File.SetLastWriteTimeUtc(path, moment);
        Assert.Equal(Digest.Of("two"), store.DigestOfFile(path));

        clock.SetBack(TimeSpan.FromDays(1));
        File.WriteAllText(path, "tri");
        File.SetLastWriteTimeUtc(path, moment);
        Assert.Equal(Digest.Of("tri"), store.DigestOfFile(path));
    }

    [Fact]
    public void Clock_that_was_set_back_makes_gc_keep_more_and_never_less()
    {
        var stage = store.Publish("one", "result", clock.GetUtcNow());
        var run = store.Run("experiment", stage);
        clock.SetBack(TimeSpan.FromDays(100));
        var later = store.Run("later", store.Publish("two", "other", clock.GetUtcNow()));
        Assert.Equal((0, 0L), (Collect().Runs, Collect().Stages));
        Assert.NotNull(store.Find(stage.Key));
        Assert.NotEqual(run.Id, later.Id);
        clock.Advance(TimeSpan.FromDays(101));
        Assert.Equal(1, Collect().Runs);
        Assert.NotNull(store.Find(stage.Key));
    }

    private CollectionResult Collect(bool dryRun = false) =>
        store.Collect(new RetentionPolicy(TimeSpan.FromDays(30)) { WorkFolder = folder["work"], DryRun = dryRun });

    private string Work(Digest key)
    {
        var path = Directory.CreateDirectory(folder[$"work/{key}/inner"]).Parent!.FullName;
        File.WriteAllBytes(Path.Combine(path, "inner", "checkpoint"), new byte[100]);
        return path;
    }
}
