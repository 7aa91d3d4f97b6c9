using Composer.Core;
using Composer.Store.Index;
using Microsoft.Data.Sqlite;

namespace Composer.Store.Tests.Index;

public sealed class SqliteIndexTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Index_of_version_1_is_taken_over_with_all_that_it_holds()
    {
        using (var old = new SqliteConnection($"Data Source={folder["index.sqlite"]};Pooling=False"))
        {
            old.Open();
            Execute(old, Schema.Version1);
            Execute(old, "PRAGMA user_version = 1");
            Execute(old, $"INSERT INTO runs VALUES ('one', 'quickstart', 'smoke', '{Digest.Of("manifest")}', 1000, 2000, 0)");
            Execute(old, $"INSERT INTO run_stages VALUES ('one', 0, 'search', 'search', '{Digest.Of("key")}', 'ran')");
            Execute(
                old,
                $"INSERT INTO stages VALUES ('{Digest.Of("key")}', 'search', 'quickstart/search', '{Digest.Of("out")}', 1500, 2.5, "
                + $"'here')");
        }

        using var store = StageStore.Open(folder.Path, TimeProvider.System);
        var run = Assert.Single(store.Runs(10));
        Assert.Empty(run.Settings);
        Assert.Equal(("one", "smoke", 0, false), (run.Id, run.Profile, run.ExitCode, run.Pinned));
        Assert.True(store.Contains(Digest.Of("key")));
        store.Pin("one", pinned: true);
        store.Reach("one", [Digest.Of("unit")]);
        Assert.True(store.FindRun("one").Pinned);
        Assert.Equal([.. new[] { Digest.Of("key"), Digest.Of("unit") }.Order()], store.KeysOf("one"));
        using var index = new SqliteIndex(folder["index.sqlite"]);
        Assert.Equal(Schema.Versions.Count, index.Query("PRAGMA user_version", r => r.GetInt32(0))[0]);
    }

    [Fact]
    public void What_is_remembered_stays_and_leaves_the_index_as_durable_as_it_was()
    {
        using (var index = new SqliteIndex(folder["index.sqlite"]))
        {
            index.Remember("INSERT INTO file_facts VALUES ($digest, 'fact', 'value')", ("$digest", "one"));
            Assert.Equal(2, index.Query("PRAGMA synchronous", r => r.GetInt32(0))[0]);
            index.InTransaction(() =>
            {
                index.Remember("INSERT INTO file_facts VALUES ($digest, 'fact', 'value')", ("$digest", "two"));
            });
            Assert.Throws<IOException>(() => index.Remember("INSERT INTO file_facts VALUES ($digest, 'fact', 'value')", ("$digest", "one")));
            Assert.Equal(2, index.Query("PRAGMA synchronous", r => r.GetInt32(0))[0]);
        }

        using var again = new SqliteIndex(folder["index.sqlite"]);
        Assert.Equal(["one", "two"], again.Query("SELECT digest FROM file_facts ORDER BY digest", r => r.GetString(0)));
    }

    [Fact]
    public void Index_of_a_newer_composer_is_refused()
    {
        using (var index = new SqliteIndex(folder["index.sqlite"]))
        {
            index.Execute("PRAGMA user_version = 1000");
        }

        Assert.Contains(
            "newer composer",
            Assert.Throws<InvalidDataException>(() => new SqliteIndex(folder["index.sqlite"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writer_waits_for_another_to_end()
    {
        using var one = new SqliteIndex(folder["index.sqlite"]);
        using var two = new SqliteIndex(folder["index.sqlite"]);
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var holder = Task.Run(() => one.InTransaction(() =>
        {
            held.Set();
            release.Wait();
        }));
        held.Wait();
        var writer = Task.Run(() => two.Execute("INSERT INTO leases VALUES ('key', 'host', 'boot', 1, 1, 1)"));

        // Longer than one statement waits by itself.
        Assert.NotSame(writer, await Task.WhenAny(writer, Task.Delay(TimeSpan.FromSeconds(2))));
        release.Set();
        await holder;
        Assert.Equal(1, await writer);
    }

    [Fact]
    public async Task Many_openers_and_writers_never_meet_a_lock()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                using var index = new SqliteIndex(folder["index.sqlite"]);
                index.InTransaction(() => index.Execute($"INSERT INTO leases VALUES ('{worker} {i}', 'host', 'boot', 1, 1, 1)"));
            }
        })));
        using var all = new SqliteIndex(folder["index.sqlite"]);
        Assert.Equal(40, all.Query("SELECT COUNT(*) FROM leases", r => r.GetInt32(0))[0]);
    }

    [Fact]
    public void Full_disk_is_told_in_words_and_nothing_is_half_written()
    {
        using var index = new SqliteIndex(folder["index.sqlite"]);
        var pages = index.Query("PRAGMA page_count", r => r.GetInt32(0))[0];
        index.Query($"PRAGMA max_page_count = {pages}", r => r.GetInt32(0));
        var failure = Assert.Throws<IOException>(() => index.InTransaction(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                index.Execute("INSERT INTO leases VALUES ($key, 'host', 'boot', 1, 1, 1)", ("$key", $"{i} {new string('x', 500)}"));
            }
        }));
        Assert.Contains("disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Contains(folder["index.sqlite"], failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, index.Query("SELECT COUNT(*) FROM leases", r => r.GetInt32(0))[0]);
    }

    [Fact]
    public void Read_only_index_is_told_in_words()
    {
        using var index = new SqliteIndex(folder["index.sqlite"]);
        index.Execute("PRAGMA query_only = ON");
        var failure = Assert.Throws<IOException>(() => index.Execute("DELETE FROM leases"));
        Assert.Contains("read-only", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_index_is_told_with_the_way_to_mend_it()
    {
        File.WriteAllText(folder["index.sqlite"], string.Concat(Enumerable.Repeat("no database at all ", 500)));
        Assert.Contains(
            "store verify",
            Assert.Throws<DamagedIndexException>(() => new SqliteIndex(folder["index.sqlite"])).Message,
            StringComparison.Ordinal);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
