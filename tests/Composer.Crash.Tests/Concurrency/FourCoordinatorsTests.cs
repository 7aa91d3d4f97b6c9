using System.Text.Json.Nodes;
using Composer.Testing.Workspaces;

namespace Composer.Crash.Tests.Concurrency;

/// <summary>Several real coordinators on one store.</summary>
[Collection(CrashExperiment.Collection)]
public class FourCoordinatorsTests(CrashExperiment undisturbed, ITestOutputHelper output)
{
    private static readonly string[][] Overlapping =
    [
        [],
        ["--set", "lm-eval.limit=4"],
        ["--set", "extrapolate.method=stretch"],
        ["--set", "pretrain.learning_rate=2e-3"],
    ];

    [Fact]
    public void Each_stage_is_computed_once_among_four_overlapping_experiments_and_gc_harms_nobody()
    {
        using var workspace = new ExperimentWorkspace();
        var runs = Overlapping.Select(more => workspace.StartRun([.. CrashExperiment.Settings, .. more])).ToArray();
        var collections = 0;
        while (runs.Any(r => !r.HasEnded))
        {
            workspace.Call("store", "gc", "--keep-days", "1").Expect(0);
            collections++;
        }

        var ended = runs.Select(r => r.WaitForEnd().Expect(0)).ToArray();
        Array.ForEach(runs, r => r.Dispose());

        var ran = ended.SelectMany(r => r.Events).Where(e => (string?)e["event"] == "stage-finished" && (string?)e["status"] == "ran")
            .GroupBy(e => (string)e["key"]!).ToArray();
        Assert.All(ran, stage => Assert.True(stage.Count() == 1, $"computed {stage.Count()} times: {stage.First()["stage"]}"));
        var records = Records(workspace);
        Assert.Equal(records.Count(r => r.Kind == "evaluate"), ended.Sum(r => r.Finished["evaluations_ran"]!.GetValue<int>()));
        Assert.Equal(records.Where(r => r.Kind != "evaluate").Select(r => r.Key).Order(), ran.Select(g => g.Key).Order());
        Assert.Superset(undisturbed.Outputs.ToHashSet(), workspace.Outputs().ToHashSet());
        Assert.All(Overlapping, more => Assert.Equal(0, workspace.Run([.. CrashExperiment.Settings, .. more]).Expect(0).Ran));
        workspace.VerifyStore();
        var waits = ended.SelectMany(r => r.Events).Count(e => (string?)e["event"] == "stage-waiting");
        output.WriteLine($"{ran.Length} stages ran, each once; {waits} waits; gc ran {collections} times beside");
        Assert.True(waits > 0, "Nobody met another.");
        Assert.DoesNotContain(ended, r => (r.Output + r.Error).Contains("locked", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Who_waits_sees_the_progress_of_the_holder_and_takes_over_when_it_is_killed()
    {
        using var workspace = new ExperimentWorkspace();
        string[] longer = [.. CrashExperiment.Settings, "--set", "pretrain.tokens=800000"];
        using var holder = workspace.StartRun(longer);
        Assert.True(holder.WaitFor(e => IsProgress(e) && (string?)e["stage"] == "pretrain/composite"));
        using var waiter = workspace.StartRun(longer);
        Assert.True(
            waiter.WaitFor(e => IsProgress(e) && ((string)e["progress"]!["detail"]!).StartsWith("process ", StringComparison.Ordinal)));

        holder.Signal("KILL");
        var end = waiter.WaitForEnd().Expect(0);

        Assert.Contains("pretrain/composite", end.Stages("ran"));
        Assert.Contains("search", end.Stages("hit"));
        workspace.VerifyStore();
    }

    private static bool IsProgress(JsonObject happened) => (string?)happened["event"] == "stage-progress";

    private static (string Kind, string Key)[] Records(ExperimentWorkspace workspace) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(workspace.Store, "records"), "*.json", SearchOption.AllDirectories)
            .Select(f => JsonNode.Parse(File.ReadAllBytes(f))!)
            .Select(r => ((string)r["kind"]!, (string)r["key"]!)),
    ];
}
