using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class CachingTests(ComputedExperiment computed)
{
    [Fact]
    public void Comments_white_space_and_the_order_of_keys_rerun_nothing()
    {
        using var workspace = computed.Workspace.Copy();
        var manifest = TinyExperiment.Manifest
            .Replace("[search]", "# A comment.\n\n[search]   # Another.", StringComparison.Ordinal)
            .Replace(
                "samples = 16\ntest_samples = 16\nepochs = 2\n",
                "epochs=2\n\n\ttest_samples   =  1_6\nsamples = 0x10\n",
                StringComparison.Ordinal)
            .Replace(
                "{ dim = 8, heads = 2, kv_heads = 2, hidden = 8 }",
                "{hidden = 8, dim = 8, kv_heads = 2, heads = 2}",
                StringComparison.Ordinal);
        Assert.NotEqual(TinyExperiment.Manifest, manifest);
        workspace.Write("tiny", manifest);

        var run = workspace.Run().Expect(0);

        Assert.Equal((0, TinyExperiment.Stages.Length), (run.Ran, run.Hits));
    }

    [Fact]
    public void A_default_that_is_written_down_reruns_nothing()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Write(
            "tiny", TinyExperiment.Manifest.Replace("[pretrain]", "[pretrain]\nclip = 1.0\nengine = \"cpu\"", StringComparison.Ordinal));

        Assert.Equal(0, workspace.Run().Expect(0).Ran);
    }

    [Fact]
    public void Another_limit_of_questions_reruns_the_scoring_alone_and_the_plan_names_the_field()
    {
        using var workspace = computed.Workspace.Copy();
        string[] change = ["--set", "lm-eval.limit=6"];

        var plan = workspace.Plan(change);
        var run = workspace.Run(change).Expect(0);

        Assert.Equal(["lm-eval/composite", "lm-eval/llama", "report"], Names(plan, "run"));
        foreach (var row in plan.Where(r => (string?)r["stage"] == "lm-eval"))
        {
            Assert.Equal(["lm-eval.limit: 5 → 6"], row["reasons"]!.AsArray().Select(r => (string?)r));
            var difference = Assert.Single(row["differences"]!.AsArray())!;
            Assert.Equal(
                ("lm-eval.limit", "5", "6"), ((string?)difference["path"], (string?)difference["old"], (string?)difference["new"]));
        }

        Assert.Equal(["lm-eval/composite", "lm-eval/llama", "report"], run.Stages("ran"));
    }

    [Fact]
    public void Other_lengths_time_decoding_again_also_beyond_the_trained_length_and_touch_no_score()
    {
        using var workspace = computed.Workspace.Copy();

        var run = workspace.Run("--set", "lm-eval.lengths=[8, 100]").Expect(0);

        Assert.Equal(["efficiency", "report"], run.Stages("ran"));
        var models = workspace.Beside("efficiency", "timings.json")["models"]!.AsArray();
        Assert.Equal(2, models.Count);
        Assert.All(models, m =>
        {
            var points = m!["points"]!.AsArray();
            Assert.Equal([8, 100], points.Select(p => p!["length"]!.GetValue<int>()));
            Assert.All(points, p => Assert.Equal(5, p!["rounds"]!.AsArray().Count));
        });
    }

    [Fact]
    public void Another_seed_reruns_what_reads_it()
    {
        using var workspace = computed.Workspace.Copy();
        string[] change = ["--set", "seed=18"];

        var plan = workspace.Plan(change);
        var run = workspace.Run(change).Expect(0);

        Assert.Equal(
            ["seed: 17 → 18"], plan.Single(r => (string?)r["name"] == "tokenize")["reasons"]!.AsArray().Select(r => (string?)r));
        Assert.Contains("seed: 17 → 18", plan.Single(r => (string?)r["name"] == "search")["reasons"]!.AsArray().Select(r => (string?)r));
        Assert.Superset(
            new HashSet<string>(
                ["search", "aggregate", "tokenize", "pretrain/composite", "pretrain/llama", "lm-eval/composite", "lm-eval/llama", "report"]),
            run.Stages("ran").ToHashSet());
    }

    [Fact]
    public void Another_size_reruns_no_search()
    {
        using var workspace = computed.Workspace.Copy();

        var run = workspace.Run("--set", "extrapolate.size=4K").Expect(0);

        // The baseline keeps its order and its widths, so it is the same model; its decoding is timed in turns with the other's.
        Assert.Equal(["aggregate", "lm-eval/llama", "pretrain/llama", "search", "tokenize"], run.Stages("hit"));
        Assert.Equal(0, run.Finished["evaluations_ran"]!.GetValue<int>());
    }

    [Fact]
    public void Another_search_that_finds_the_same_order_trains_nothing_again()
    {
        using var workspace = computed.Workspace.Copy();
        string[] change = ["--set", "search.strategy=random", "--set", "search.trials=4"];

        var run = workspace.Run(change).Expect(0);

        // All four orders in another order of trials: other trials, the same scores.
        Assert.Equal(["aggregate", "report", "search"], run.Stages("ran"));
        Assert.Equal(
            (0, TinyExperiment.Evaluations),
            (run.Finished["evaluations_ran"]!.GetValue<int>(), run.Finished["evaluation_hits"]!.GetValue<int>()));
        Assert.Equal(TinyExperiment.Stages.Except(["aggregate", "report", "search"]), run.Stages("hit"));
    }

    [Fact]
    public void Going_back_to_an_earlier_manifest_finds_everything_again()
    {
        using var workspace = computed.Workspace.Copy();

        workspace.Run("--set", "lm-eval.limit=4").Expect(0);

        Assert.Equal(0, workspace.Run().Expect(0).Ran);
    }

    [Fact]
    public void Stages_that_agree_are_computed_once_among_variants_and_points_of_a_sweep()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Write("tiny", TinyExperiment.Manifest + """
            [[variant]]
            name = "stretched"
            "extrapolate.method" = "stretch"

            [sweep]
            "extrapolate.size" = ["2K", "4K"]

            """);

        var run = workspace.Run().Expect(0);

        Assert.Equal(0, run.Finished["evaluations_ran"]!.GetValue<int>());
        var ended = run.Events.Where(e => (string?)e["event"] == "stage-finished").ToArray();
        Assert.All(
            ended.GroupBy(e => (string)e["key"]!),
            same =>
                Assert.True(same.Count(e => (string?)e["status"] == "ran") <= 1, $"computed twice: {string.Join(", ", same.Select(e => e["stage"]))}"));
        Assert.Single(ended.Where(e => (string?)e["kind"] == "search").Select(e => (string?)e["key"]).Distinct());
        Assert.All(ended.Where(e => (string?)e["kind"] is "search" or "aggregate"), e => Assert.Equal("hit", (string?)e["status"]));

        // The baseline is the same model at both points, whatever its stages are called there.
        Assert.All(
            ended.Where(e => ((string)e["stage"]!).EndsWith("/llama", StringComparison.Ordinal)),
            e => Assert.Equal("hit", (string?)e["status"]));
        Assert.Equal(4, ended.Count(e => (string?)e["kind"] == "extrapolate"));
        var report = File.ReadAllText((string)run.Finished["report"]!);
        Assert.Contains("stretched", report, StringComparison.Ordinal);
        Assert.Contains("extrapolate.size=2K", report, StringComparison.Ordinal);
        Assert.Contains("extrapolate.size=4K", report, StringComparison.Ordinal);
        Assert.Equal(0, workspace.Run().Expect(0).Ran);
    }

    [Fact]
    public void Predicted_times_grow_with_the_budget_and_come_from_like_stages()
    {
        using var workspace = computed.Workspace.Copy();
        var took = workspace.Records("pretrain/llama").Single()["seconds"]!.GetValue<double>();

        var twice = workspace.Plan("--set", "pretrain.tokens=8192").Single(r => (string?)r["name"] == "pretrain/llama");
        Assert.Equal(2 * took, twice["predicted_seconds"]!.GetValue<double>(), 1e-6 * took);

        workspace.Write("tiny", TinyExperiment.Manifest + "\n[[baseline]]\nname = \"all-attention\"\narchitecture = \"4A\"\n");
        var unseen = workspace.Plan().Single(r => (string?)r["name"] == "pretrain/all-attention");
        Assert.InRange(unseen["predicted_seconds"]!.GetValue<double>(), 1e-3, 600);
        Assert.Contains("1 task, 0 shots", workspace.Call("plan", "tiny").Expect(0).Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(IEnumerable<JsonObject> plan, string status) =>
        plan.Where(r => (string?)r["status"] == status).Select(r => (string)r["name"]!).Order(StringComparer.Ordinal);
}
