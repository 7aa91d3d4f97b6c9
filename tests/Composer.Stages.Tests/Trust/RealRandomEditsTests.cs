using System.Diagnostics;
using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Scheduling;
using Composer.Stages.Experiment;
using Composer.Stages.Tests.Keys;
using Composer.Store;

namespace Composer.Stages.Tests.Trust;

/// <summary>
/// Random things happen to the corpus and the store of a real experiment (a search on text, a confirmed vote, a pre-training with
/// a tokenizer of its own, its scores), between runs and while it runs: it gives what a clean workspace gives, or says why not.
/// </summary>
public sealed class RealRandomEditsTests(ITestOutputHelper output)
{
    private const string Manifest = """
        schema = 1
        name = "trusted"
        seed = 17

        [search]
        strategy = "exhaustive"
        layers = 2
        primitives = ["A", "M"]
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [evaluate]
        tasks = ["text"]
        samples = 16
        test_samples = 16
        epochs = 1
        batch = 8
        learning_rates = [5e-3]
        weight_decays = [0.0]

        [evaluate.text]
        corpus = "data/*.txt"
        tokenizer = "bytes"
        documents = 6
        validation_documents = 2
        length = 16

        [aggregate]
        clusters = 1
        confirm_members = 1
        confirm_runs = 2

        [extrapolate]
        method = "stack"
        size = "2K"
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [pretrain]
        corpus = "data/*.txt"
        validation_documents = 2
        tokenizer = "bpe"
        vocabulary = 280
        length = 16
        batch_tokens = 64
        tokens = 512
        validations = 1

        [lm-eval]
        tasks = ["stories-who-has-it"]
        limit = 2
        lengths = [16]

        """;

    private static readonly string[] Sayings =
    [
        "has changed since it was planned", "are others than were planned", "was damaged", "is missing from the store", "no result of",
        "There is no file",
    ];

    private readonly Dictionary<string, IReadOnlyDictionary<string, Digest>> clean = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> tally = new(StringComparer.Ordinal);

    [Fact]
    public async Task Real_experiment_gives_what_a_clean_workspace_gives_or_says_why_not()
    {
        var sequences = Soak.IsOn ? 300 : 2;
        var seed = TestSeed.Of(20261126);
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; number < sequences; number++)
        {
            var done = new List<string>();
            try
            {
                await RunSequenceAsync(new Rng(new Seed((ulong)seed).Derive("real", number)), done);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Sequence {number} of seed {seed}: {string.Join("; ", done)}: {e.Message}", e);
            }
        }

        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{sequences} sequences, seed {seed}, {clean.Count} states of the corpus: "
            + $"{string.Join(", ", tally.Select(t => $"{t.Value} {t.Key}"))}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        output.WriteLine(text);
        Soak.Report("real-random-edits", text);
        Assert.True(tally.GetValueOrDefault("ran") > 0 && tally.GetValueOrDefault("hit") > 0, text);
    }

    private async Task RunSequenceAsync(Rng random, List<string> done)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["a", "b"])
        {
            folder.Write($"data/{name}.txt", Content(random));
        }

        using var store = StageStore.Open(folder["store"], TimeProvider.System);
        for (var run = 0; run < 3; run++)
        {
            if (run > 0)
            {
                Act(random, folder, store, done);
            }

            var left = random.NextInt(3);
            await RunAsync(folder, store, done, () =>
            {
                if (left > 0 && random.NextBool(0.3))
                {
                    left--;
                    done.Add("meanwhile");
                    Act(random, folder, store, done);
                }
            });
        }

        // Everything is quiet now.
        for (var run = 1; await RunAsync(folder, store, done, () => { }) != ExitCode.Done; run++)
        {
            Assert.True(run < 4, "It never comes to rest.");
        }
    }

    private async Task<int> RunAsync(TemporaryFolder folder, StageStore store, List<string> done, Action meanwhile)
    {
        done.Add("run");
        var expected = await CleanAsync(folder);
        var (outcome, failures) = await RunAsync(folder.Path, store, meanwhile);
        foreach (var (stage, result) in outcome.Results)
        {
            Assert.True(expected[stage.Name] == result.Record.Output, $"{stage} has a result of other data.");
        }

        foreach (var failure in failures)
        {
            Assert.True(Sayings.Any(s => failure.Contains(s, StringComparison.Ordinal)), $"failed without saying why: {failure}");
        }

        return outcome.ExitCode;
    }

    /// <summary>The outputs of a workspace that knows nothing, by stage; the same data is not computed twice.</summary>
    private async Task<IReadOnlyDictionary<string, Digest>> CleanAsync(TemporaryFolder folder)
    {
        string[] files = [.. Directory.GetFiles(folder["data"], "*.txt").Order(StringComparer.Ordinal)];
        var state = string.Join('\n', files.Select(f => $"{Path.GetFileName(f)} {Digest.Of(File.ReadAllText(f))}"));
        if (!clean.TryGetValue(state, out var known))
        {
            using var other = new TemporaryFolder();
            foreach (var file in files)
            {
                other.Write($"data/{Path.GetFileName(file)}", File.ReadAllText(file));
            }

            using var store = StageStore.Open(other["store"], TimeProvider.System);
            var (outcome, failures) = await RunAsync(other.Path, store, () => { });
            Assert.True(outcome.ExitCode == ExitCode.Done, string.Join("; ", failures));
            known = clean[state] = outcome.Results.ToDictionary(r => r.Key.Name, r => r.Value.Record.Output, StringComparer.Ordinal);
        }

        return known;
    }

    private async Task<(RunOutcome Outcome, IReadOnlyList<string> Failures)> RunAsync(string root, StageStore store, Action meanwhile)
    {
        var kinds = ExperimentKinds.With(new NoRenderer());
        var whole = ExperimentGraphs.Build(KeyedExperiment.Load(Manifest), new Workspace(root), kinds);
        var graph = new StageGraph(
            whole.Experiment, null, whole.Seed, kinds, [.. whole.Stages.Where(s => s.Kind.Name != KindNames.Report)]);
        var ended = new Endings();
        var outcome = await new Coordinator(store, new ActingAgents(kinds, meanwhile), new Workspace(root), TimeProvider.System, ended)
            .RunAsync(graph, [], CancellationToken.None);
        foreach (var status in outcome.Stages.Select(s => s.Status))
        {
            tally[status] = tally.GetValueOrDefault(status) + 1;
        }

        return (outcome, ended.Failures);
    }

    /// <summary>Of two contents, so that chance brings the earlier one back; both of one size.</summary>
    private static string Content(Rng random)
    {
        var number = random.NextInt(2);
        var text = new StringBuilder();
        for (var i = 0; i < 8; i++)
        {
            var said = number == 0 ? "the cat sat on the mat" : "the dog lay by the log";
            text.Append(CultureInfo.InvariantCulture, $"Document {i}: {said}.\n\n");
        }

        return text.ToString();
    }

    private static void Act(Rng random, TemporaryFolder folder, StageStore store, List<string> done)
    {
        var file = folder[$"data/{(random.NextBool(0.5) ? "a" : "b")}.txt"];
        var time = File.GetLastWriteTimeUtc(file);
        switch (random.NextInt(7))
        {
            case 0:
                done.Add("edit and set its time back");
                File.WriteAllText(file, Content(random));
                File.SetLastWriteTimeUtc(file, time);
                break;
            case 1:
                done.Add("rename over with its times");
                var other = folder.Write("new", Content(random));
                File.SetLastWriteTimeUtc(other, time);
                File.Move(other, file, overwrite: true);
                break;
            case 2:
                done.Add("another file comes");
                folder.Write("data/c.txt", Content(random));
                break;
            case 3:
                done.Add("the other file goes");
                File.Delete(folder["data/c.txt"]);
                break;
            case 4:
                done.Add("touch");
                File.SetLastWriteTimeUtc(file, time.AddSeconds(1));
                break;
            case 5:
                done.Add("verify");
                store.Verify();
                break;
            default:
                var blobs = store.Blobs.All().Where(b => b.Size > 0).ToArray();
                if (blobs.Length > 0)
                {
                    var path = store.PathOf(blobs[random.NextInt(blobs.Length)].Digest);
                    done.Add("damage a blob");
                    if (!OperatingSystem.IsWindows())
                    {
                        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                    }

                    var bytes = File.ReadAllBytes(path);
                    bytes[random.NextInt(bytes.Length)] ^= (byte)(1 + random.NextInt(255));
                    File.WriteAllBytes(path, random.NextBool(0.3) ? [] : bytes);
                }

                break;
        }
    }

    private sealed class Endings : Pipeline.Progress.IRunObserver
    {
        private readonly List<string> failures = [];

        public IReadOnlyList<string> Failures => failures;

        public void On(Pipeline.Progress.PipelineEvent happened)
        {
            if (happened is Pipeline.Progress.StageFinished { Status: StageStatus.Failed } failed)
            {
                failures.Add($"{failed.Stage}: {failed.Summary} {failed.Trace}");
            }
        }
    }
}
