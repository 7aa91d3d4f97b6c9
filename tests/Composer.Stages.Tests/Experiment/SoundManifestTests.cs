using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Manifests;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Scheduling;
using Composer.Stages.Experiment;
using Composer.Stages.Report;
using Composer.Store;

namespace Composer.Stages.Tests.Experiment;

/// <summary>Whatever small manifest is not refused at once runs to its end: a training may diverge, and nothing else may fail.</summary>
public sealed class SoundManifestTests(ITestOutputHelper output)
{
    /// <summary>Manifests that are run to the end; <c>COMPOSER_TEST_MANIFESTS</c> asks for more.</summary>
    private static readonly int Wanted =
        int.TryParse(Environment.GetEnvironmentVariable("COMPOSER_TEST_MANIFESTS"), CultureInfo.InvariantCulture, out var many) ? many : 6;

    [Fact]
    public async Task A_manifest_that_passes_its_check_runs_to_its_end()
    {
        var seed = TestSeed.Of(20261126);
        var rng = new Rng(new Seed((ulong)seed));
        var (ran, refused) = (0, 0);
        while (ran < Wanted)
        {
            var toml = Draw(rng);
            try
            {
                await RunAsync(toml);
                ran++;
            }
            catch (UserInputException mistake)
            {
                Assert.All(mistake.Diagnostics, d => Assert.NotNull(d.Span));
                refused++;
            }

            Assert.True(refused < 200 * Wanted, "Everything is refused.");
        }

        output.WriteLine($"{ran} ran, {refused} were refused");
    }

    private static async Task RunAsync(string toml)
    {
        using var folder = new TemporaryFolder();
        var workspace = new Workspace(folder.Path);
        var kinds = ExperimentKinds.With(new Blank());
        var graph = ExperimentGraphs.Build(ManifestLoader.Parse(Encoding.UTF8.GetBytes(toml), "sound.toml"), workspace, kinds);
        using var store = StageStore.Open(workspace.Store, TimeProvider.System);
        var told = new Failures();
        await new Coordinator(store, new ComputingAgents(kinds), workspace, TimeProvider.System, told)
            .RunAsync(graph, [], CancellationToken.None);
        var failures = told.All.Where(f => !f.Contains("not finite", StringComparison.Ordinal)
            && !f.Contains("no result of", StringComparison.Ordinal)).ToList();
        Assert.True(failures.Count == 0, $"{string.Join(" | ", failures)}\n{toml}");
    }

    private static string Draw(Rng rng)
    {
        var text = new StringBuilder();
        var layers = 1 + rng.NextInt(4);
        Line("schema = 1\nname = \"sound\"");
        Line($"seed = {rng.NextInt(1000)}");
        Line("[search]");
        Line($"strategy = \"{Pick("one-shot", "end-layer", "middle-layer", "exhaustive", "random", "local-search", "tpe")}\"");
        Line($"layers = {layers}\ntrials = {1 + rng.NextInt(8)}\ninitial_trials = {rng.NextInt(4)}");
        Line($"step_layers = {1 + rng.NextInt(2)}\nbatch = {1 + rng.NextInt(3)}");
        Line($"primitives = {Pick("[\"A\", \"M\"]", "[\"A\", \"M\", \"W\"]", "[\"M\"]", "[\"W\", \"M\"]", "[\"A\"]")}");
        Line($"model = {Shape()}");
        Line("[evaluate]");
        var tasks = Pick(
            "\"in-context-recall\"",
            "\"compression\", \"memorization\"",
            "\"selective-copying\"",
            "\"fuzzy-in-context-recall\"",
            "\"text\"");
        Line($"tasks = [{tasks}]");
        Line($"samples = {1 + rng.NextInt(30)}\ntest_samples = {1 + rng.NextInt(30)}\nepochs = {1 + rng.NextInt(2)}");
        Line($"batch = {1 + rng.NextInt(40)}\nlearning_rates = [{Pick("1e-3", "5e-3")}]\nweight_decays = [0.0]");
        Line($"repetitions = {1 + rng.NextInt(2)}\nfresh = {Pick("true", "false")}\nscore = \"{Pick("last", "best")}\"");
        Line("[evaluate.text]\ndocuments = 8\nvalidation_documents = 2");
        Line($"length = {2 + rng.NextInt(30)}");
        Line($"[evaluate.task.{Pick("in-context-recall", "compression", "selective-copying", "memorization")}]");
        Line($"vocabulary = {4 + rng.NextInt(30)}\nlength = {2 + rng.NextInt(30)}");
        Line("[aggregate]");
        Line($"method = \"{Pick("n-c", "n-previous", "p100", "percentile", "posterior")}\"");
        Line($"clusters = {1 + rng.NextInt(9)}\ncondition = {rng.NextInt(4)}\nconfirm = {Pick("true", "false")}");
        Line($"confirm_runs = 2\nconfirm_members = {1 + rng.NextInt(2)}");
        Line("[extrapolate]");
        Line($"method = \"{Pick("stack", "stretch", "stretch-integer", "identity")}\"");
        Line($"size = \"{Pick("1", "900", "2K", "5K", "9K", "4M")}\"\nmodel = {Shape()}");
        Line("[pretrain]");
        var length = 2 + rng.NextInt(64);
        Line($"documents = {6 + rng.NextInt(20)}\nvalidation_documents = {1 + rng.NextInt(4)}");
        Line($"tokenizer = \"{(length > 40 ? Pick("bytes", "bpe") : "bytes")}\"\nvocabulary = {256 + rng.NextInt(60)}");
        Line($"length = {length}\nbatch_tokens = {1 + rng.NextInt(300)}");
        Line(Pick($"tokens = {1 + rng.NextInt(1500)}", $"flops = {Pick("1e4", "1e6", "3e7", "6e7")}"));
        var shares = $"warmup = 0.{rng.NextInt(10)}\ndecay = 0.{rng.NextInt(10)}";
        Line(Pick("", $"warmup_steps = {rng.NextInt(9)}", "schedule = \"cosine\"", shares));
        Line($"validations = {1 + rng.NextInt(4)}\nflop_count = \"{Pick("corrected", "printed")}\"");
        Line("[lm-eval]");
        Line($"tasks = [\"{Pick("stories-who-has-it", "stories-what-next", "stories-what-happened")}\"]");
        Line($"limit = {1 + rng.NextInt(3)}\nshots = {rng.NextInt(3)}\nlengths = [{4 + rng.NextInt(8)}, {20 + rng.NextInt(100)}]");
        Line($"[[baseline]]\nname = \"b\"\narchitecture = \"{Pick("1A+1M", "2x(1A+1M)", "3M")}\"");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');

        string Pick(params string[] from) => from[rng.NextInt(from.Length)];

        string Shape()
        {
            var heads = $"heads = {Pick("1", "2", "3", "4")}, kv_heads = {Pick("1", "2")}";
            return $"{{ dim = {Pick("4", "8", "12", "16", "6")}, {heads}, hidden = {1 + rng.NextInt(12)} }}";
        }
    }

    /// <summary>What a page looks like is the renderer's to test.</summary>
    private sealed class Blank : IReportRenderer
    {
        public byte[] Render(ReportContent content) => [(byte)content.Points.Count];
    }

    private sealed class Failures : Pipeline.Progress.IRunObserver
    {
        public List<string> All { get; } = [];

        public void On(Pipeline.Progress.PipelineEvent happened)
        {
            if (happened is Pipeline.Progress.StageFinished { Status: StageStatus.Failed or StageStatus.Skipped } finished)
            {
                All.Add($"{finished.Stage}: {finished.Summary} {finished.Trace}");
            }
        }
    }
}
