using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Points of a sweep, and experiments, share what agrees; a failure stays where it is.</summary>
[Collection(ComputedExperiment.Collection)]
public class SweepTests(ComputedExperiment computed)
{
    /// <summary>Two points that differ in the corpus alone; the second's is a file. Of each one document is trained on.</summary>
    private static readonly string OverCorpora = TinyExperiment.Manifest
        .Replace("documents = 30\nvalidation_documents = 4", "documents = 1\nvalidation_documents = 1", StringComparison.Ordinal)
        + """

        [sweep]
        "pretrain.corpus" = ["stories", "mine.txt"]

        """;

    private static readonly string[] SecondPoint =
        [
            "efficiency", "lm-eval/composite", "lm-eval/llama", "pretrain/composite", "pretrain/llama",
            "tokenize",
        ];

    [Fact]
    public void A_failing_point_leaves_the_others_whole_and_the_next_run_takes_up_only_what_failed()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Write("tiny", OverCorpora);
        var corpus = Path.Combine(workspace.Root, "mine.txt");
        File.WriteAllText(corpus, "Too\n\nshort.");

        var run = workspace.Run().Expect(1);

        Assert.Equal(Names("mine.txt", ["pretrain/composite", "pretrain/llama"]), run.Stages("failed"));
        Assert.Equal(
            Names("mine.txt", SecondPoint.Except(["pretrain/composite", "pretrain/llama", "tokenize"])), run.Stages("skipped"));
        Assert.Equal(
            Names("mine.txt", ["tokenize"])
                .Concat(Names("stories", SecondPoint.Where(s => s != "efficiency")))
                .Append("report").Order(StringComparer.Ordinal),
            run.Stages("ran"));
        var partial = File.ReadAllText((string)run.Finished["report"]!);
        Assert.Contains("Not finished: ", partial, StringComparison.Ordinal);
        Assert.All(Names("mine.txt", SecondPoint), s => Assert.Contains(s, partial, StringComparison.Ordinal));
        Assert.Contains("pretrain.corpus=stories", partial, StringComparison.Ordinal);
        Assert.Equal(
            Names("stories", ["aggregate", "efficiency", "extrapolate", "search"])
                .Concat(Names("mine.txt", ["aggregate", "extrapolate", "search"])).Order(StringComparer.Ordinal),
            run.Stages("hit"));

        File.WriteAllText(
            corpus, string.Join("\n\n", Enumerable.Range(0, 400).Select(i => $"A bird saw {i} worms, and then it saw a large cat.")));
        var plan = workspace.Plan();
        Assert.Equal(
            Names("mine.txt", SecondPoint).Append("report"),
            plan.Where(r => (string?)r["status"] == "run").Select(r => (string)r["name"]!).Order(StringComparer.Ordinal));
        var next = workspace.Run().Expect(0);

        // With as large a vocabulary the models are the same ones to decode with: they were timed already.
        Assert.Equal(
            Names("mine.txt", SecondPoint).Where(s => !s.Contains("efficiency", StringComparison.Ordinal)).Append("report"),
            next.Stages("ran"));

        var report = File.ReadAllText((string)next.Finished["report"]!);
        Assert.Contains("pretrain.corpus=stories", report, StringComparison.Ordinal);
        Assert.Contains("pretrain.corpus=mine.txt", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Not finished", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_would_come_again_is_not_tried_again_and_without_any_model_the_report_shows_the_search()
    {
        using var workspace = computed.Workspace.Copy();

        var run = workspace.Run(
            "--set", "pretrain.learning_rate=10", "--set", "pretrain.clip=0", "--set", "pretrain.weight_decay=1", "--set",
            "limits.retries=3").Expect(1);

        Assert.Equal(["pretrain/composite", "pretrain/llama"], run.Stages("failed"));
        Assert.Equal(["efficiency", "lm-eval/composite", "lm-eval/llama"], run.Stages("skipped"));
        Assert.Equal(["report"], run.Stages("ran"));
        var report = File.ReadAllText((string)run.Finished["report"]!);
        Assert.Contains("Lower the learning rate", report, StringComparison.Ordinal);
        Assert.Contains("no result of pretrain/llama", report, StringComparison.Ordinal);
        Assert.Contains("4 trials", report, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Events, e => (string?)e["event"] == "stage-retried");
        Assert.Contains("Lower the learning rate", run.Output, StringComparison.Ordinal);
    }

    /// <summary>One of two tasks has no question that fits: its stage fails, and takes nothing else with it.</summary>
    [Fact]
    public void A_stage_that_fails_costs_no_other_its_work_and_the_report_says_what_is_missing_and_why()
    {
        using var workspace = computed.Workspace.Copy();
        var folder = Directory.CreateDirectory(Path.Combine(workspace.Root, "artifacts", "data", "lm-eval")).FullName;
        var choice = new string('a', 33);
        File.WriteAllText(
            Path.Combine(folder, "piqa.jsonl"), $$"""{"goal": "To cut", "sol1": "{{choice}}", "sol2": "a knife", "label": 1}""" + "\n");

        // Of a trained tokenizer nobody knows beforehand how long choices are; of this one, which has no merges, as long as bytes.
        string[] change =
        [
            "--set", "lm-eval.tasks=[\"stories-who-has-it\", \"piqa\"]", "--set", "lm-eval.lengths=[12]",
            "--set", "pretrain.tokenizer=bpe", "--set", "pretrain.vocabulary=258",
        ];

        var run = workspace.Run(change).Expect(1);

        Assert.Equal(["lm-eval/composite", "lm-eval/llama"], run.Stages("failed"));
        Assert.Equal(
            ["efficiency", "pretrain/composite", "pretrain/llama", "report", "tokenize"],
            run.Stages("ran"));
        var report = File.ReadAllText((string)run.Finished["report"]!);
        Assert.Contains("CMP6037", report, StringComparison.Ordinal);
        Assert.Contains("decoding", report, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "Failed: 2 failed (lm-eval/composite, lm-eval/llama), 0 ran",
            workspace.Call(["run", "tiny", .. change]).Expect(1).Output,
            StringComparison.Ordinal);

        // Mended, it is scored; the generated task's questions that do not fit are left out and counted.
        File.WriteAllText(
            Path.Combine(folder, "piqa.jsonl"), """{"goal": "To boil", "sol1": "a pot", "sol2": "a hat", "label": 0}""" + "\n");
        workspace.Run(change).Expect(0);
        var piqa = workspace.Output("lm-eval/llama", "lm-eval.json")["tasks"]![1]!;
        Assert.Equal((1, 0), (piqa["questions"]!.GetValue<int>(), piqa["left_out"]!.GetValue<int>()));
    }

    [Fact]
    public void A_task_s_file_is_read_before_anything_runs()
    {
        using var workspace = computed.Workspace.Copy();
        var folder = Directory.CreateDirectory(Path.Combine(workspace.Root, "artifacts", "data", "lm-eval")).FullName;
        var file = Path.Combine(folder, "piqa.jsonl");
        string[] change = ["--set", "lm-eval.tasks=[\"piqa\"]"];

        File.WriteAllText(file, "{\"goal\": \"a\", \"sol1\": \"b\", \"sol2\": \"c\", \"label\": 0}\n{\"goal\": \"a\"}\n");
        var refused = workspace.Call(["plan", "tiny", .. change]).Expect(2).Error;
        Assert.Contains("piqa.jsonl(2,1): error CMP6008", refused, StringComparison.Ordinal);

        File.WriteAllText(
            file, $$"""{"goal": "To cut", "sol1": "{{new string('a', 33)}}", "sol2": "a knife", "label": 1}""" + "\n");
        Assert.Contains("CMP6037", workspace.Call(["run", "tiny", .. change]).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_share_every_stage_whose_inputs_agree_and_the_plan_says_so()
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest + "\n[sweep]\n\"lm-eval.limit\" = [4, 5]\n");

        var before = workspace.Plan();
        Assert.Equal(["shares the result of lm-eval.limit=4/search"], Reasons(before, "lm-eval.limit=5/search"));
        Assert.Equal(["its input changes: tokenize"], Reasons(before, "lm-eval.limit=5/pretrain/llama"));

        var run = workspace.Run().Expect(0);

        // Three scorings and a report more than the experiment without a sweep; everything else is shared.
        Assert.Equal(TinyExperiment.Stages.Length + 2, run.Ran);
        Assert.Equal(TinyExperiment.Evaluations, run.Finished["evaluations_ran"]!.GetValue<int>());
        Assert.Single(workspace.Outputs(), o => o.Key.StartsWith("search", StringComparison.Ordinal));
        var after = workspace.Plan();
        Assert.All(after, r => Assert.Equal("hit", (string?)r["status"]));
    }

    [Fact]
    public void Experiments_whose_searches_end_in_the_same_order_share_one_pre_training_and_the_plan_says_so()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Write("other", TinyExperiment.Manifest
            .Replace("name = \"tiny\"", "name = \"other\"", StringComparison.Ordinal)
            .Replace("strategy = \"exhaustive\"", "strategy = \"random\"\ntrials = 4", StringComparison.Ordinal));

        var run = workspace.Call("run", "other", "--json").Expect(0);

        Assert.Equal(["report", "search"], run.Stages("ran").Except(["aggregate"]));
        Assert.Superset(new HashSet<string>(["pretrain/composite", "pretrain/llama"]), run.Stages("hit").ToHashSet());
        var row = workspace.Call("plan", "other", "--json")
            .Expect(0).Json["stages"]!.AsArray().Single(r => (string?)r!["name"] == "pretrain/composite")!;
        Assert.Equal("tiny/pretrain/composite", (string?)row["shared_with"]);
        Assert.Contains(
            "shared: computed as tiny/pretrain/composite", workspace.Call("plan", "other").Expect(0).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("shared:", workspace.Call("plan", "tiny").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_that_is_over_its_time_goes_on_in_the_next_try_to_the_same_bits()
    {
        using var workspace = new ExperimentWorkspace();
        using var undisturbed = new ExperimentWorkspace();
        string[] settings = ["--until", "pretrain/llama", "--set", "pretrain.tokens=400000"];
        string[] limits = ["--set", "limits.stage.pretrain.time=2 s", "--set", "pretrain.checkpoint_seconds=0"];
        undisturbed.Run(settings).Expect(0);

        // A machine under load may not come to its first step in the time.
        string plan;
        var tries = 0;
        do
        {
            var run = workspace.Run([.. settings, .. limits]).Expect(1);
            Assert.StartsWith(
                "took longer than its limit of 2 s",
                (string?)run.Events.Single(e => (string?)e["status"] == "failed")["summary"],
                StringComparison.Ordinal);
            plan = workspace.Call(["plan", "tiny", .. settings[2..], .. limits]).Expect(0).Output;
        }
        while (!plan.Contains("where it was stopped", StringComparison.Ordinal) && ++tries < 20);

        Assert.Contains("where it was stopped", plan, StringComparison.Ordinal);
        Assert.Contains("limits: pretrain: 2 s a try", plan, StringComparison.Ordinal);
        var second = workspace.Run([.. settings, "--set", "limits.stage.pretrain={ time = \"5 s\", retries = 100 }"]).Expect(0);

        Assert.Equal(["pretrain/llama"], second.Stages("ran"));
        Assert.Equal(undisturbed.Outputs(), workspace.Outputs());
    }

    [Fact]
    public void Raising_the_trials_continues_the_search_from_the_trials_that_exist()
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest
            .Replace("strategy = \"exhaustive\"\nlayers = 2", "strategy = \"one-shot\"\nlayers = 6\ntrials = 20", StringComparison.Ordinal));
        workspace.Run("--until", "search").Expect(0);

        var more = workspace.Run("--until", "search", "--set", "search.trials=40").Expect(0);

        Assert.Equal((20, 20), (more.Finished["evaluations_ran"]!.GetValue<int>(), more.Finished["evaluation_hits"]!.GetValue<int>()));
        var searches = workspace.Records("search").OrderBy(r => (DateTimeOffset)r["created"]!).Select(r => Trials(workspace, r)).ToArray();
        Assert.Equal([20, 40], searches.Select(t => t.Count));
        Assert.Equal(searches[0], searches[1].Take(20));
    }

    private static List<string> Trials(ExperimentWorkspace workspace, JsonObject record)
    {
        var output = JsonNode.Parse(File.ReadAllBytes(workspace.BlobPath((string)record["outputs"]!["trials.json"]!["digest"]!)))!;
        return [.. output["trials"]!.AsArray().Select(t => t!.ToJsonString())];
    }

    private static IEnumerable<string> Names(string corpus, IEnumerable<string> stages) =>
        stages.Select(s => $"pretrain.corpus={corpus}/{s}").Order(StringComparer.Ordinal);

    private static IEnumerable<string?> Reasons(IReadOnlyList<JsonObject> plan, string stage) =>
        plan.Single(r => (string?)r["name"] == stage)["reasons"]!.AsArray().Select(r => (string?)r);
}
