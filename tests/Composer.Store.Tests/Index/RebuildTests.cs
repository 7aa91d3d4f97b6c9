using Composer.Core;
using Composer.Store.Index;
using Composer.Store.Tests.Blobs;

namespace Composer.Store.Tests.Index;

public sealed class RebuildTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Index_is_built_again_from_records_and_runs_without_what_no_record_names()
    {
        Digest kept, forged = Digest.Of("forged");
        using (var store = Open())
        {
            kept = store.Publish("kept", "result").Key;
            var run = store.Run("experiment", store.Find(kept)!);
            store.Reach(run.Id, [forged]);
            store.Pin(run.Id, pinned: true);
        }

        using (var index = new SqliteIndex(folder["store/index.sqlite"]))
        {
            index.Execute("INSERT INTO stages VALUES ($key, 'test', 'forged', '', 1, 1, '')", ("$key", forged.ToString()));
        }

        var (rebuilt, result) = StageStore.Rebuild(folder["store"], TimeProvider.System);
        using (rebuilt)
        {
            Assert.Equal(new RebuiltIndex(WasDamaged: false, 1, 0), result);
            Assert.NotNull(rebuilt.Find(kept));
            Assert.False(rebuilt.Contains(forged));
            Assert.Contains(forged, rebuilt.KeysOf(rebuilt.Runs(1)[0].Id));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    [InlineData(9000)]
    public void Damaged_index_goes_to_quarantine_and_the_new_one_has_stages_runs_and_pins(int at)
    {
        Digest key;
        using (var store = Open())
        {
            for (var i = 0; i < 30; i++)
            {
                store.Publish($"other {i}", $"result {i}");
            }

            var stage = store.Publish("one", "result");
            key = stage.Key;
            store.Pin(store.Run("pinned", stage).Id, pinned: true);
            store.Run("loose", stage);
        }

        var bytes = File.ReadAllBytes(folder["store/index.sqlite"]);
        bytes.AsSpan(at, 2000).Fill(0xAA);
        File.WriteAllBytes(folder["store/index.sqlite"], bytes);

        var (rebuilt, result) = StageStore.Rebuild(folder["store"], TimeProvider.System);
        using (rebuilt)
        {
            Assert.Equal(new RebuiltIndex(WasDamaged: true, 31, 2), result);
            Assert.NotNull(rebuilt.Find(key));
            Assert.Equal([("loose", false), ("pinned", true)], rebuilt.Runs(10).Select(r => (r.Experiment, r.Pinned)).Order());
            Assert.Equal([key], rebuilt.KeysOf(rebuilt.FindRun(rebuilt.Runs(10)[0].Id).Id));
            Assert.True(rebuilt.Verify().IsClean);
            Assert.True(File.Exists(folder["store/quarantine/index.sqlite"]));
        }
    }

    [Fact]
    public void Record_whose_blob_is_lost_is_not_taken_back()
    {
        using (var store = Open())
        {
            var stage = store.Publish("one", "result");
            FileBlobStoreTests.Corrupt(store.PathOf(stage.Outputs["output"].Digest));
            store.Verify();
        }

        var (rebuilt, result) = StageStore.Rebuild(folder["store"], TimeProvider.System);
        using (rebuilt)
        {
            Assert.Equal(0, result.Stages);
        }
    }

    private StageStore Open() => StageStore.Open(folder["store"], TimeProvider.System);
}
