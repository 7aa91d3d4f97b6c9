using Composer.Cli.Tests.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class CorruptionTests(ComputedExperiment computed)
{
    [Fact]
    public void A_flipped_bit_is_found_named_and_computed_again_with_all_that_was_made_from_it()
    {
        using var workspace = computed.Workspace.Copy();
        var digest = (string)workspace.Records("pretrain/composite").Single()["outputs"]!["model.safetensors"]!["digest"]!;
        Flip(workspace.BlobPath(digest));

        var verify = workspace.Call("store", "verify").Expect(1);

        Assert.Contains($"corrupt: {digest}", verify.Output, StringComparison.Ordinal);
        Assert.Contains("will run again: tiny/pretrain/composite: model.safetensors", verify.Output, StringComparison.Ordinal);
        Assert.Contains(
            "will run again: tiny/lm-eval/composite: what it was made from was found damaged: model.safetensors of tiny/pretrain/composite",
            verify.Output,
            StringComparison.Ordinal);
        var run = workspace.Run().Expect(0);
        Assert.Contains("pretrain/composite", run.Stages("ran"));
        Assert.Contains("lm-eval/composite", run.Stages("ran"));
        Assert.Contains("pretrain/llama", run.Stages("hit"));
        Assert.Contains("lm-eval/llama", run.Stages("hit"));
        workspace.VerifyStore();
        Assert.Equal(computed.Workspace.Outputs(), workspace.Outputs());
    }

    [Fact]
    public void A_damaged_model_is_scored_by_nobody()
    {
        using var workspace = computed.Workspace.Copy();
        var digest = (string)workspace.Records("pretrain/composite").Single()["outputs"]!["model.safetensors"]!["digest"]!;
        Flip(workspace.BlobPath(digest));

        // Other scores are asked for, so the stored model is read; that it is damaged is found, and the next run mends it.
        var run = workspace.Run("--set", "lm-eval.limit=4").Expect(1);
        Assert.Contains("lm-eval/composite", run.Stages("failed"));
        Assert.Contains($"Blob {digest} was damaged", run.Output, StringComparison.Ordinal);
        Assert.Contains("pretrain/composite", workspace.Run("--set", "lm-eval.limit=4").Expect(0).Stages("ran"));
        workspace.VerifyStore();
    }

    [Theory]
    [InlineData("pretrain/composite", "pretrain.json")]
    [InlineData("search", "trials.json")]
    [InlineData("lm-eval/llama", "lm-eval.json")]
    public void An_output_that_was_made_empty_is_no_hit(string stage, string output)
    {
        using var workspace = computed.Workspace.Copy();
        var path = workspace.BlobPath((string)workspace.Records(stage).Single()["outputs"]![output]!["digest"]!);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, []);

        var row = workspace.Plan().Single(r => (string?)r["name"] == stage);

        Assert.Equal("run", (string?)row["status"]);
        Assert.Equal($"its output was damaged, and is in quarantine: {output}", (string?)row["reasons"]![0]);
        Assert.Contains(stage, workspace.Run().Expect(0).Stages("ran"));
        Assert.Equal(computed.Workspace.Outputs(), workspace.Outputs());
    }

    [Fact]
    public void A_lost_index_is_built_again_from_the_records()
    {
        using var workspace = computed.Workspace.Copy();
        foreach (var file in Directory.EnumerateFiles(workspace.Store, "index.sqlite*"))
        {
            File.Delete(file);
        }

        workspace.Call("store", "verify").Expect(0);

        Assert.Equal(0, workspace.Run().Expect(0).Ran);
    }

    [Fact]
    public void A_lost_blob_is_named_by_the_plan_and_computed_again()
    {
        using var workspace = computed.Workspace.Copy();
        var digest = (string)workspace.Records("extrapolate").Single()["outputs"]!["architecture.json"]!["digest"]!;
        File.Delete(workspace.BlobPath(digest));

        var plan = workspace.Plan();
        var run = workspace.Run().Expect(0);

        Assert.Contains(
            "its output is missing from the store",
            (string?)plan.Single(r => (string?)r["name"] == "extrapolate")["reasons"]![0],
            StringComparison.Ordinal);
        Assert.Equal(["extrapolate"], run.Stages("ran"));
    }

    private static void Flip(string file)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }
}
