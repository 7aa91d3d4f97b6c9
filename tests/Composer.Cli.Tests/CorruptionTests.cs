using Composer.Cli.Tests.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class CorruptionTests(ComputedExperiment computed)
{
    [Fact]
    public void A_flipped_bit_is_found_named_and_computed_again()
    {
        using var workspace = computed.Workspace.Copy();
        var digest = (string)workspace.Records("pretrain/composite").Single()["outputs"]!["model.safetensors"]!["digest"]!;
        Flip(workspace.BlobPath(digest));

        var verify = workspace.Call("store", "verify").Expect(1);

        Assert.Contains($"corrupt: {digest}", verify.Output, StringComparison.Ordinal);
        Assert.Contains("will run again: tiny/pretrain/composite: model.safetensors", verify.Output, StringComparison.Ordinal);
        var run = workspace.Run().Expect(0);
        Assert.Contains("pretrain/composite", run.Stages("ran"));
        Assert.Contains("pretrain/llama", run.Stages("hit"));
        Assert.Contains("lm-eval/composite", run.Stages("hit"));
        workspace.VerifyStore();
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
