using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class RunTests(ComputedExperiment computed)
{
    [Fact]
    public void A_run_computes_every_stage_and_says_so_in_its_last_line()
    {
        var run = computed.First.Expect(0);

        Assert.Equal("started", (string?)run.Events[0]["event"]);
        Assert.Equal("finished", (string?)run.Finished["event"]);
        Assert.Equal(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, run.Events.Count);
        Assert.Equal(TinyExperiment.Stages.Length, run.Ran);
        Assert.Equal(0, run.Hits);
        Assert.Equal(0, run.Finished["failed"]!.GetValue<int>());
        Assert.Equal(TinyExperiment.Evaluations, run.Finished["evaluations_ran"]!.GetValue<int>());
        Assert.Equal(TinyExperiment.Stages, run.Stages("ran"));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText((string)run.Finished["report"]!), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(run.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(computed.Workspace.Root, "artifacts", "work")));
    }

    [Fact]
    public void Before_the_first_run_the_plan_runs_everything()
    {
        var stages = computed.PlanBefore.Expect(0).Json["stages"]!.AsArray();

        Assert.All(stages, s => Assert.Equal("run", (string?)s!["status"]));
        Assert.Equal(["never ran"], stages.Single(s => (string?)s!["name"] == "search")!["reasons"]!.AsArray().Select(r => (string?)r));
        Assert.Equal(
            ["its input changes: search"],
            stages.Single(s => (string?)s!["name"] == "aggregate")!["reasons"]!.AsArray().Select(r => (string?)r));
    }

    [Fact]
    public void A_second_run_does_nothing_but_say_so()
    {
        using var workspace = computed.Workspace.Copy();
        var report = Path.Combine(workspace.Root, "artifacts", "reports", "tiny", "index.html");
        var written = File.GetLastWriteTimeUtc(report);

        var second = workspace.Run().Expect(0);

        Assert.Equal(0, second.Ran);
        Assert.Equal(TinyExperiment.Stages, second.Stages("hit"));
        Assert.Equal(report, (string?)second.Finished["report"]);
        Assert.Equal(written, File.GetLastWriteTimeUtc(report));
        Assert.Contains(
            $"Nothing to do: {TinyExperiment.Stages.Length} of {TinyExperiment.Stages.Length}",
            workspace.Call("run", "tiny").Expect(0).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_run_the_plan_is_all_hits()
    {
        var plan = computed.Workspace.Plan();

        Assert.All(plan, row => Assert.Equal("hit", (string?)row["status"]));
        Assert.Equal(
            TinyExperiment.Stages.Append("evaluate").Append("evaluate/fresh").Order(StringComparer.Ordinal),
            plan.Select(r => (string)r["name"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Neither_place_nor_locale_nor_time_zone_nor_cores_rerun_anything()
    {
        using var moved = computed.Workspace.Copy();
        var elsewhere = new Dictionary<string, string> { ["TZ"] = "Asia/Kathmandu", ["LC_ALL"] = "de_DE.UTF-8", ["LANG"] = "tr_TR.UTF-8" };

        foreach (var jobs in (string[])["1", "2"])
        {
            var run = ComposerExecutable.Run(moved.Root, elsewhere, "run", "tiny", "--json", "--jobs", jobs).Expect(0);

            Assert.Equal((0, TinyExperiment.Stages.Length), (run.Ran, run.Hits));
        }
    }

    [Fact]
    public void Another_workspace_and_another_number_of_cores_give_the_same_bits()
    {
        using var other = new ExperimentWorkspace();

        other.Run("--jobs", "1").Expect(0);

        Assert.Equal(computed.Workspace.Outputs(), other.Outputs());
    }

    [Fact]
    public void A_gpu_experiment_runs_on_this_machine_up_to_the_stage_that_needs_one()
    {
        using var workspace = new ExperimentWorkspace(
            TinyExperiment.Manifest.Replace("[pretrain]", "[pretrain]\nengine = \"torch\"\nresources = { gpus = 1 }", StringComparison.Ordinal));

        var run = workspace.Run("--until", "extrapolate").Expect(0);

        Assert.Equal(["aggregate", "extrapolate", "search"], run.Stages("ran"));
        Assert.Null(run.Finished["report"]);
    }
}
