using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary><c>run --accept STAGE --because "…"</c>.</summary>
[Collection(ComputedExperiment.Collection)]
public class AcceptanceTests(ComputedExperiment computed)
{
    private const string Reason = "only a comment in <Kernels>";

    [Fact]
    public void An_accepted_output_is_not_computed_again_and_says_so_wherever_it_is()
    {
        using var workspace = computed.Workspace.Copy();
        PretendOlderCode(workspace, "pretrain/llama");
        Assert.Equal(
            ["its code changed"],
            workspace.Plan().Single(r => (string?)r["name"] == "pretrain/llama")["reasons"]!.AsArray().Select(r => (string?)r));

        var run = workspace.Run("--accept", "pretrain/llama", "--because", Reason).Expect(0);

        Assert.Equal(["report"], run.Stages("ran"));
        const string shown = "accepted across a code change: " + Reason;
        Assert.Contains(
            run.Events,
            e => (string?)e["stage"] == "pretrain/llama" && ((string?)e["summary"])?.Contains(shown, StringComparison.Ordinal) == true);
        Assert.Contains(shown, workspace.Call("plan", "tiny").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains(shown, workspace.Call("why", "tiny", "pretrain/llama").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains(Reason, workspace.Call("trace", "pretrain/llama.validation_loss").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains(
            "accepted across a code change: only a comment in &lt;Kernels",
            File.ReadAllText((string)run.Finished["report"]!),
            StringComparison.Ordinal);
        Assert.Equal(0, workspace.Run().Expect(0).Ran);
        workspace.VerifyStore();
    }

    [Fact]
    public void More_than_code_is_refused_with_the_fields_that_differ()
    {
        using var workspace = computed.Workspace.Copy();
        PretendOlderCode(workspace, "pretrain/llama");

        var call = workspace.Run("--accept", "pretrain/llama", "--because", Reason, "--set", "pretrain.learning_rate=2e-3").Expect(2);

        Assert.Contains("CMP7005", call.Error, StringComparison.Ordinal);
        Assert.Contains("pretrain.learning_rate: 0.004 → 0.002", call.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--accept", "search")]
    [InlineData("--because", "why not")]
    [InlineData("--accept", "search", "--because", "  ")]
    public void A_reason_and_a_stage_go_together(params string[] options) =>
        Assert.Contains("CMP1002", computed.Workspace.Run(options).Expect(2).Error, StringComparison.Ordinal);

    /// <summary>Rewrites a stage's record as one that other code left, under another key, and builds the index anew.</summary>
    private static void PretendOlderCode(ExperimentWorkspace workspace, string stage)
    {
        var record = workspace.Records(stage).Single();
        var key = (string)record["key"]!;
        var older = new string('0', 60) + "beef";
        foreach (var field in record["preimage"]!.AsArray().Where(f => (string?)f![0] == "code"))
        {
            field![2] = new string('1', 64);
        }

        // As an earlier version wrote it, without a digest of itself.
        record["key"] = older;
        record.Remove("self");
        var folder = Path.Combine(workspace.Store, "records");
        File.Delete(Path.Combine(folder, key[..2], key + ".json"));
        Directory.CreateDirectory(Path.Combine(folder, older[..2]));
        File.WriteAllText(Path.Combine(folder, older[..2], older + ".json"), record.ToJsonString());
        foreach (var file in Directory.EnumerateFiles(workspace.Store, "index.sqlite*"))
        {
            File.Delete(file);
        }

        workspace.Call("store", "verify").Expect(0);
    }
}
