using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>gc, export, import, runs, diff and rebuilding, as people call them.</summary>
[Collection(ComputedExperiment.Collection)]
public class StoreCareTests(ComputedExperiment computed)
{
    /// <summary>Records of the tiny experiment.</summary>
    private static readonly int All = TinyExperiment.Stages.Length + TinyExperiment.Evaluations;

    [Fact]
    public void Gc_says_what_would_go_keeps_what_is_pinned_and_removes_the_rest()
    {
        using var workspace = computed.Workspace.Copy();
        var run = Runs(workspace).Single();
        var work = Directory.CreateDirectory(
            Path.Combine(workspace.Root, "artifacts", "work", (string)workspace.Records("search").Single()["key"]!));
        File.WriteAllText(Path.Combine(work.FullName, "left"), new string('x', 1000));

        var dry = workspace.Call("store", "gc", "--keep-days", "0", "--dry-run", "--json").Expect(0).Json;
        Assert.Equal(1, dry["runs"]!.GetValue<int>());
        Assert.Equal(All, dry["stages"]!.GetValue<long>());
        Assert.Equal(1000, dry["work_bytes"]!.GetValue<long>());
        Assert.Equal(0, workspace.Copy().Run().Expect(0).Ran);

        workspace.Call("store", "gc", "--pin", (string)run["id"]!).Expect(0);
        var pinned = workspace.Call("store", "gc", "--keep-days", "0").Expect(0);
        Assert.Contains("removed 0 runs and 0 stages", pinned.Output, StringComparison.Ordinal);
        Assert.False(work.Exists && Directory.Exists(work.FullName));
        Assert.True(Runs(workspace).Single()["pinned"]!.GetValue<bool>());

        workspace.Call("store", "gc", "--unpin", (string)run["id"]!).Expect(0);
        var all = workspace.Call("store", "gc", "--keep-days", "0").Expect(0);
        Assert.Contains($"removed 1 runs and {All} stages", all.Output, StringComparison.Ordinal);
        Assert.Empty(Runs(workspace));
        Assert.Equal(TinyExperiment.Stages, workspace.Run().Expect(0).Stages("ran"));
        Assert.Equal(computed.Workspace.Outputs(), workspace.Outputs());
        workspace.VerifyStore();
    }

    [Fact]
    public void Exported_run_is_all_hits_where_it_is_imported()
    {
        using var source = computed.Workspace.Copy();
        using var target = new ExperimentWorkspace();
        var run = (string)Runs(source).Single()["id"]!;
        var archive = Path.Combine(source.Root, "run.tar");

        var exported = source.Call("store", "export", run[..^2], archive, "--json").Expect(0).Json;
        var imported = target.Call("store", "import", archive, "--json").Expect(0).Json;

        Assert.Equal(
            (All, All, All),
            (exported["stages"]!.GetValue<int>(), imported["stages"]!.GetValue<int>(), imported["new_stages"]!.GetValue<int>()));
        Assert.True(Runs(target).Single()["pinned"]!.GetValue<bool>());
        Assert.Equal(
            (0, TinyExperiment.Stages.Length), (target.Run().Expect(0) is var again ? again.Ran : -1, TinyExperiment.Stages.Length));
        Assert.Equal(source.Outputs(), target.Outputs());
        target.VerifyStore();

        File.WriteAllBytes(archive, File.ReadAllBytes(archive)[..4000]);
        var refused = target.Call("store", "import", archive).Expect(2);
        Assert.Contains("error CMP3002", refused.Error, StringComparison.Ordinal);
        target.Call("store", "import", Path.Combine(source.Root, "none.tar")).Expect(2);
    }

    [Fact]
    public void Runs_are_listed_and_two_of_them_compared()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Run("--set", "lm-eval.limit=4").Expect(0);

        var runs = Runs(workspace);
        var diff = workspace.Call("diff", (string)runs[1]["id"]!, (string)runs[0]["id"]!).Expect(0);

        Assert.Equal([0, 0], runs.Select(r => r["exit_code"]!.GetValue<int>()));
        Assert.Contains("lm-eval.limit: 5 → 4", diff.Output, StringComparison.Ordinal);
        Assert.Contains("CMP3001", workspace.Call("diff", "nothing", (string)runs[0]["id"]!).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains((string)runs[0]["id"]!, workspace.Call("runs").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_index_is_told_and_built_again_with_runs_and_pins()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Call("store", "gc", "--pin", (string)Runs(workspace).Single()["id"]!).Expect(0);
        var index = Path.Combine(workspace.Store, "index.sqlite");
        File.Delete(index + "-wal");
        File.Delete(index + "-shm");
        File.WriteAllBytes(index, [.. Enumerable.Repeat((byte)'x', 20_000)]);

        Assert.Contains("store verify --rebuild", workspace.Call("run", TinyExperiment.Name).Expect(1).Error, StringComparison.Ordinal);
        var rebuilt = workspace.Call("store", "verify", "--rebuild", "--json").Expect(0).Json;

        Assert.True(rebuilt["rebuilt"]!["was_damaged"]!.GetValue<bool>());
        Assert.Equal((All, 1), (rebuilt["rebuilt"]!["stages"]!.GetValue<int>(), rebuilt["rebuilt"]!["restored_runs"]!.GetValue<int>()));
        Assert.True(Runs(workspace).Single()["pinned"]!.GetValue<bool>());
        Assert.Equal(0, workspace.Run().Expect(0).Ran);
    }

    private static JsonObject[] Runs(ExperimentWorkspace workspace) =>
        [.. workspace.Call("runs", "--json").Expect(0).Json["runs"]!.AsArray().Select(r => r!.AsObject())];
}
