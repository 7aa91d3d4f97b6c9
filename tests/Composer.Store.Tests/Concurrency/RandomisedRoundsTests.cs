using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Composer.Core;
using Composer.Store.GarbageCollection;
using Composer.Store.Index;
using Composer.Store.Leases;
using Composer.Store.Records;

namespace Composer.Store.Tests.Concurrency;

/// <summary>
/// Coordinators that want overlapping stages at once, holders that died, and gc beside them, at random: each stage
/// is computed once, all have it in the end, and nobody waits for ever.
/// </summary>
public sealed class RandomisedRoundsTests(ITestOutputHelper output) : IDisposable
{
    private const int Coordinators = 4;
    private const int Stages = 6;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_stage_is_computed_once_and_no_round_locks_up()
    {
        var rounds = Soak.IsOn ? 500 : 10;
        var seed = TestSeed.Of(20261122);
        var random = new Random(seed);
        var stores = Enumerable.Range(0, Coordinators).Select(_ => StageStore.Open(folder.Path, TimeProvider.System)).ToArray();
        using var collecting = StageStore.Open(folder.Path, TimeProvider.System);
        long removed = 0;
        var began = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds; round++)
        {
            var computed = new ConcurrentDictionary<string, int>();
            LeaveGarbage(collecting, round, random);
            LeaveDeadHolder(round, random);
            using var ended = new CancellationTokenSource();
            var gc = Task.Run(() => Collect(collecting, ended.Token));
            var work = stores.Select(
                store => Wanted(round, random) is var wanted ? Task.Run(() => Run(store, wanted, computed)) : null!).ToArray();
            var all = Task.WhenAll(work);
            Assert.True(await Task.WhenAny(all, Task.Delay(Longest)) == all, $"Round {round} of seed {seed} locked up.");
            await all;
            await ended.CancelAsync();
            removed += await gc;

            Assert.All(computed, c => Assert.True(c.Value == 1, $"{c.Key} was computed {c.Value} times (seed {seed})."));
            Assert.All(computed.Keys, name => Assert.All(stores, s => Assert.NotNull(s.Find(KeyOf(name)))));
        }

        var text = $"{rounds} rounds of {Coordinators} coordinators and gc, seed {seed}: none locked up, each stage computed once, "
            + $"{removed} stages of garbage removed beside them, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s";
        output.WriteLine(text);
        Soak.Report("rounds", text);
        Assert.True(stores[0].Verify().IsClean);
        Assert.True(removed > 0, "gc had nothing to do.");
        Array.ForEach(stores, s => s.Dispose());
    }

    /// <summary>Groups of stages, each leased as a whole: overlapping and in no common order.</summary>
    private static List<string[]> Wanted(int round, Random random)
    {
        var names = Enumerable.Range(0, Stages).Select(i => $"{round}/{i}").ToArray();
        random.Shuffle(names);
        return [.. names.Chunk(random.Next(1, 4))];
    }

    private static void Run(StageStore store, List<string[]> wanted, ConcurrentDictionary<string, int> computed)
    {
        var run = store.BeginRun("round", "", store.Add("manifest").Digest);
        store.Reach(run.Id, wanted.SelectMany(g => g).Select(KeyOf));
        foreach (var group in wanted)
        {
            while (group.Where(n => store.Find(KeyOf(n)) is null).ToArray() is { Length: > 0 } missing)
            {
                var (lease, _) = store.TryLease(missing.Select(KeyOf));
                if (lease is null)
                {
                    Thread.Sleep(1);
                    continue;
                }

                using (lease)
                {
                    var still = missing.Where(n => store.Find(KeyOf(n)) is null).ToArray();
                    Array.ForEach(still, n => computed.AddOrUpdate(n, 1, (_, times) => times + 1));
                    var blobs = store.Blobs.AddAll([.. still.Select(n => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(ResultOf(n)))]);
                    store.Publish([.. still.Zip(blobs, (n, b) => SampleStages.Record(n, b, TimeProvider.System.GetUtcNow()))]);
                }
            }
        }

        store.EndRun(run.Id, 0, []);
    }

    private static long Collect(StageStore store, CancellationToken ended)
    {
        long removed = 0;
        do
        {
            removed += store.Collect(new RetentionPolicy(TimeSpan.FromHours(1)), CancellationToken.None).Stages;
        }
        while (!ended.IsCancellationRequested);
        return removed;
    }

    /// <summary>An old stage, and an old blob with the bytes that a coordinator is about to add.</summary>
    private static void LeaveGarbage(StageStore store, int round, Random random)
    {
        var old = store.Publish($"old {round}", $"old result {round}", TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1));
        var coming = store.Add(ResultOf($"{round}/{random.Next(Stages)}"));
        File.SetLastWriteTimeUtc(store.PathOf(old.Outputs["output"].Digest), DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc(store.PathOf(coming.Digest), DateTime.UtcNow.AddDays(-1));
    }

    /// <summary>A lease of a process that was killed.</summary>
    private void LeaveDeadHolder(int round, Random random)
    {
        using var index = new SqliteIndex(Path.Combine(folder.Path, "index.sqlite"));
        index.Execute(
            "INSERT INTO leases VALUES ($key, $host, $boot, $process, 1, $now)",
            ("$key", KeyOf($"{round}/{random.Next(Stages)}").ToString()),
            ("$host", ProcessIdentity.Current.Host),
            ("$boot", ProcessIdentity.Current.Boot),
            ("$process", ProcessIdentity.Current.Process),
            ("$now", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    private static string ResultOf(string name) => "result of " + name;

    private static Digest KeyOf(string name) => SampleStages.KeyOf([new PreimageField("a.name", 's', name)]);
}
