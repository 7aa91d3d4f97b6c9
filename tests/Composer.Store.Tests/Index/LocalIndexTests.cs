using Composer.Core;

namespace Composer.Store.Tests.Index;

/// <summary>A store that machines share, each with an index on a disk of its own.</summary>
public sealed class LocalIndexTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Machine_knows_what_another_published_and_ran_since()
    {
        Digest first, second;
        using (var here = Open("here"))
        {
            first = here.Publish("first", "result").Key;
            here.Run("experiment", here.Find(first)!);
        }

        using (var there = Open("there"))
        {
            Assert.Single(there.Runs(5));
            Assert.True(there.Contains(first));
            second = there.Publish("second", "other").Key;
            there.Run("experiment", there.Find(second)!);
        }

        using var again = Open("here");
        Assert.Equal(2, again.Runs(5).Count);
        Assert.Equal([second, first], again.NewestOfKind(again.Find(first)!.Kind, 5).Select(r => r.Key).OrderBy(k => k == first));
        Assert.False(File.Exists(folder["store/index.sqlite"]));
    }

    [Fact]
    public void Result_is_found_by_its_record_while_the_run_that_made_it_is_still_under_way_elsewhere()
    {
        using var here = Open("here");
        using var there = Open("there");
        var key = here.Publish("first", "result").Key;

        Assert.NotNull(there.Find(key));
    }

    [Fact]
    public void Damaged_index_of_this_machine_is_built_again_from_the_shared_records()
    {
        Digest key;
        using (var store = Open("here"))
        {
            key = store.Publish("first", "result").Key;
            store.Run("experiment", store.Find(key)!);
        }

        var index = Assert.Single(Directory.GetFiles(folder["here"], "*.sqlite"));
        File.WriteAllText(index, string.Concat(Enumerable.Repeat("no database at all ", 500)));

        var (rebuilt, result) = StageStore.Rebuild(folder["store"], TimeProvider.System, folder["here"]);
        using (rebuilt)
        {
            Assert.True(result.WasDamaged);
            Assert.NotNull(rebuilt.Find(key));
            Assert.Single(rebuilt.Runs(5));
        }
    }

    private StageStore Open(string index) => StageStore.OpenShared(folder["store"], folder[index], TimeProvider.System);
}
