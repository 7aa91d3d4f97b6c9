using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests.Trust;

/// <summary>
/// Random things happen to files and store, between runs and while stages read: no run gives, and no store keeps, a result that a
/// clean workspace would not give for the same data.
/// </summary>
public sealed class RandomEditsTests(ITestOutputHelper output)
{
    private const int Runs = 3;

    /// <summary>Sequences at once: most of the time they wait for a file's clock or the disk.</summary>
    private const int AtOnce = 32;

    /// <summary>Runs after which nothing is left to be said of damage, once everything is quiet.</summary>
    private const int RunsUntilQuiet = 4;

    /// <summary>What a stage may fail with: its files changed, or its blobs were damaged.</summary>
    private static readonly string[] Sayings =
    [
        "has changed since it was planned", "was damaged", "is missing from the store", "changed each time", "There is no file", "no result of",
        "being used by another process",
    ];

    [Fact]
    public async Task No_run_gives_a_result_that_a_clean_workspace_would_not_give()
    {
        var sequences = Soak.IsOn ? 5000 : 100;
        var seed = TestSeed.Of(20261126);
        var began = Stopwatch.GetTimestamp();
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(4 * AtOnce, ports);
        var tally = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForAsync(0, sequences, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            using var world = new World(new Seed((ulong)seed).Derive("sequence", number));
            try
            {
                await new Sequence(world, tally).RunAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"Sequence {number} of seed {seed}: {string.Join("; ", world.Done)}: {e.Message}", e);
            }
        });

        ThreadPool.SetMinThreads(threads, ports);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{sequences} sequences, seed {seed}: "
            + $"{string.Join(", ", tally.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Value} {t.Key}"))}, "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        output.WriteLine(text);
        Soak.Report("random-edits", text);

        // Where nothing of this happens the test proves nothing.
        string[] needed = ["runs", "stages ran", "stages hit", "stages failed", "actions between", "actions during"];
        Assert.All(needed, name => Assert.True(tally.GetValueOrDefault(name) > sequences / 10, text));
    }

    private sealed class Sequence
    {
        private readonly World world;
        private readonly ConcurrentDictionary<string, int> tally;
        private readonly StageGraph graph;
        private readonly FakeAgents agents;

        /// <summary>Every content that was ever put anywhere by right, by its digest.</summary>
        private readonly Dictionary<string, byte[]> known = new(StringComparer.Ordinal);
        private readonly Lock acting = new();
        private double chanceHalfway;

        public Sequence(World world, ConcurrentDictionary<string, int> tally)
        {
            (this.world, this.tally) = (world, tally);
            var (one, two, three, both, sum) = (
                new ReadKind("one", true, Halfway),
                new ReadKind("two", true, Halfway),
                new ReadKind("three", false, Halfway),
                new ReadKind("both", true, Halfway),
                new ReadKind("sum", false, Halfway));
            Stage[] reading =
            [
                one.Stage(Places("plain", "shared")), two.Stage(Places("link", "shared")), three.Stage(Places("plain", "link")),
            ];
            var joined = both.Stage(new Dictionary<string, string>(), reading[0], reading[1]);
            Stage[] stages = [.. reading, joined, sum.Stage(Places("shared"), joined, reading[2])];
            graph = new StageGraph("test", null, 0, new JobKinds([one, two, three, both, sum]), stages);
            agents = new FakeAgents(one, two, three, both, sum);
        }

        public async Task RunAsync()
        {
            for (var run = 0; run < Runs; run++)
            {
                for (var actions = run == 0 ? 0 : 1 + world.Number(3); actions > 0; actions--)
                {
                    world.Act();
                    Count("actions between");
                }

                if (world.Chance(0.3))
                {
                    world.ActWhileQuiet();
                    Count("actions between");
                }

                chanceHalfway = world.Chance(0.6) ? 0.35 : 0;
                await RunOnceAsync();
            }

            // Everything is quiet now: soon it is as if it had always been.
            chanceHalfway = 0;
            for (var run = 1; (await RunOnceAsync()).ExitCode != ExitCode.Done || !IsAllHit(); run++)
            {
                Assert.True(run < RunsUntilQuiet, "It never comes to rest.");
            }
        }

        private bool IsAllHit() =>
            new Planner(world.Store, world.Workspace, new FakeResources()).Plan(graph).All(stage => stage.Status == PlanStatus.Hit);

        private async Task<RunOutcome> RunOnceAsync()
        {
            world.Done.Add("run");
            var began = world.Now;
            foreach (var content in Enumerable.Range(0, World.Contents).Select(World.ContentOf))
            {
                Know(Encoding.UTF8.GetBytes(content));
            }

            var recorder = new Recorder();
            var plan = new Planner(world.Store, world.Workspace, new FakeResources()).Plan(graph);
            var outcome = await new Coordinator(world.Store, agents, world.Workspace, TimeProvider.System, recorder)
                .RunAsync(graph, [], CancellationToken.None, plan);
            Count("runs");
            foreach (var ended in recorder.Of<StageFinished>())
            {
                Count($"stages {ended.Status}");
                Assert.True(
                    ended.Status != StageStatus.Failed || Sayings.Any(s => ended.Summary.Contains(s, StringComparison.Ordinal)),
                    $"{ended.Stage} failed without saying why: {ended.Summary} {ended.Trace}");
            }

            // What a clean workspace makes of the data that was there when the run began.
            foreach (var (stage, result) in outcome.Results.OrderBy(r => graph.Stages.ToList().IndexOf(r.Key)))
            {
                var expected = ResultOf(result.Record);
                Assert.Equal(Encoding.UTF8.GetString(CleanResultOf(stage, began)), Encoding.UTF8.GetString(expected));
                Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(TryReadBytes(result) ?? expected));
            }

            // Whatever the store would give to a later run.
            foreach (var record in graph.Kinds.Names.SelectMany(kind => world.Store.NewestOfKind(kind, 1000))
                .Where(r => world.Store.Find(r.Key) is not null))
            {
                Assert.Equal(record.Outputs[ReadKind.Output].Digest, Digest.Of(ResultOf(record)));
            }

            return outcome;
        }

        /// <summary>An output as whoever asks for it gets it: whole, or not at all, and then it is no hit any more.</summary>
        private static byte[]? TryReadBytes(Results.StageResult result)
        {
            try
            {
                return result.ReadBytes(ReadKind.Output);
            }
            catch (IOException)
            {
                return null;
            }
        }

        /// <summary>What a record's key says that it must be.</summary>
        private byte[] ResultOf(StageRecord record)
        {
            var contents = record.Preimage.Where(f => f.Path.StartsWith("files.", StringComparison.Ordinal))
                .Concat(record.Preimage.Where(f => f.Path.StartsWith("input.", StringComparison.Ordinal)))
                .Select(f => known.TryGetValue(f.Value, out var content)
                    ? content
                    : throw new InvalidOperationException($"{record.Kind} was made from bytes that nobody put anywhere by right."));
            return Know(ReadKind.OutputOf(record.Kind, contents));
        }

        private byte[] CleanResultOf(Stage stage, IReadOnlyDictionary<string, string> moment) => ReadKind.OutputOf(
            stage.Name,
            stage.Places.Keys.Order(StringComparer.Ordinal).Select(p => Encoding.UTF8.GetBytes(moment[p]))
                .Concat(stage.Inputs.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => CleanResultOf(i, moment))));

        private Dictionary<string, string> Places(params string[] names) => names.ToDictionary(n => n, world.PathOf);

        private byte[] Know(byte[] content)
        {
            known[Digest.Of(content).ToString()] = content;
            return content;
        }

        private void Halfway()
        {
            lock (acting)
            {
                if (!world.Chance(chanceHalfway))
                {
                    return;
                }

                world.Done.Add("meanwhile");
                world.Act();
                Count("actions during");
            }
        }

        private void Count(string what) => tally.AddOrUpdate(what, 1, (_, count) => count + 1);
    }
}
