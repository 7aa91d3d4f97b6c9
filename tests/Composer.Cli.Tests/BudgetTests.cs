using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>A larger budget continues where the schedule allows it, and says why where it does not.</summary>
[Collection(ComputedExperiment.Collection)]
public class BudgetTests
{
    private static readonly string[] UntilLlama = ["--until", "pretrain/llama", "--set", "pretrain.warmup_steps=4"];

    [Fact]
    public void A_larger_budget_continues_from_the_trunk_and_equals_one_given_at_once()
    {
        using var workspace = new ExperimentWorkspace();
        using var atOnce = new ExperimentWorkspace();
        string[] large = [.. UntilLlama, "--set", "pretrain.tokens=9000"];
        atOnce.Run(large).Expect(0);
        workspace.Run(UntilLlama).Expect(0);

        // 32 steps, 6 of decay, the last of which still has a rate: the trunk ends after 27.
        Assert.Equal(["pretrain.tokens: 4096 → 9000", "continues from step 27 of the trunk"], Reasons(workspace, large[2..]));
        var run = workspace.Run(large).Expect(0);

        Assert.Contains("continues from step 27 of the trunk", run.Output, StringComparison.Ordinal);
        Assert.Equal(27, Newest(workspace)["resumed_from_step"]!.GetValue<long>());
        var all = workspace.Outputs();
        Assert.All(atOnce.Outputs(), output => Assert.Equal(output.Value, all[output.Key]));
        Assert.Equal(2, all.Count(o => o.Key.StartsWith("trunk", StringComparison.Ordinal)));
        workspace.VerifyStore();
    }

    [Fact]
    public void A_continued_run_that_is_killed_goes_on_to_the_same_bits()
    {
        using var workspace = new ExperimentWorkspace();
        using var atOnce = new ExperimentWorkspace();
        string[] large = [.. UntilLlama, "--set", "pretrain.tokens=80000", "--set", "pretrain.checkpoint_seconds=0"];
        atOnce.Run(large).Expect(0);
        workspace.Run(UntilLlama).Expect(0);
        using (var run = workspace.StartRun(large))
        {
            Assert.True(
                run.WaitFor(e => (string?)e["event"] == "stage-progress" && e["progress"]!["measures"]?["step"]?.GetValue<double>() > 60));
            run.Signal("KILL");
            run.WaitForAgents(TimeSpan.FromSeconds(10));
        }

        Assert.Contains(Reasons(workspace, large[2..]), r => r.Contains("where it was stopped", StringComparison.Ordinal));
        workspace.Run([.. large, "--jobs", "1"]).Expect(0);

        Assert.True(Newest(workspace)["resumed_from_step"]!.GetValue<long>() > 27);
        var all = workspace.Outputs();
        Assert.All(atOnce.Outputs(), output => Assert.Equal(output.Value, all[output.Key]));
        workspace.VerifyStore();
    }

    [Fact]
    public void A_pinned_runs_trunk_outlives_gc_and_goes_with_the_run()
    {
        using var workspace = new ExperimentWorkspace();
        var run = (string)workspace.Run(UntilLlama).Expect(0).Finished["run"]!;
        string[] large = ["--set", "pretrain.warmup_steps=4", "--set", "pretrain.tokens=9000"];

        workspace.Call("store", "gc", "--pin", run).Expect(0);
        workspace.Call("store", "gc", "--keep-days", "0").Expect(0);
        Assert.Contains("continues from step 27 of the trunk", Reasons(workspace, large));

        workspace.Call("store", "gc", "--unpin", run).Expect(0);
        workspace.Call("store", "gc", "--keep-days", "0").Expect(0);
        Assert.Equal(["its input changes: tokenize"], Reasons(workspace, large));
        Assert.Empty(workspace.Outputs());
    }

    [Theory]
    [InlineData("pretrain.schedule=cosine", "starts anew: cosine's rate depends on the whole length")]
    [InlineData("pretrain.warmup=0.1", "starts anew: its warm-up is a share of the whole length; one of 'pretrain.warmup_steps' is not")]
    public void A_schedule_that_cannot_continue_says_why(string setting, string reason)
    {
        using var workspace = new ExperimentWorkspace();
        string[] until = ["--until", "pretrain/llama"];
        workspace.Run([.. until, "--set", setting]).Expect(0);
        string[] large = ["--set", setting, "--set", "pretrain.tokens=9000"];

        Assert.Equal(["pretrain.tokens: 4096 → 9000", reason], Reasons(workspace, large));
        var run = workspace.Run([.. until, .. large]).Expect(0);

        var started = run.Events.Single(e => (string?)e["event"] == "stage-started");
        Assert.Equal(reason, (string?)started["reasons"]!.AsArray()[^1]);
        Assert.Equal(0, Newest(workspace)["resumed_from_step"]!.GetValue<long>());
    }

    private static IEnumerable<string> Reasons(ExperimentWorkspace workspace, string[] settings) =>
        workspace.Plan(settings).Single(r => (string?)r["name"] == "pretrain/llama")["reasons"]!.AsArray().Select(r => (string)r!);

    private static JsonObject Newest(ExperimentWorkspace workspace)
    {
        var record = workspace.Records("pretrain/llama").MaxBy(r => (DateTimeOffset)r["created"]!)!;
        return JsonNode.Parse(File.ReadAllBytes(workspace.BlobPath((string)record["beside"]!["timings.json"]!["digest"]!)))!.AsObject();
    }
}
