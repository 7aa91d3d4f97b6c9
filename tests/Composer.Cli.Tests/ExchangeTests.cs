using System.Text;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Models leave by command, and come in by command and as baselines.</summary>
[Collection(ComputedExperiment.Collection)]
public class ExchangeTests(ComputedExperiment computed)
{
    private const string Foreign = "\n[[baseline]]\nname = \"foreign\"\ncheckpoint = \"hf\"\n";

    [Fact]
    public void A_result_leaves_as_a_folder_and_as_a_file_and_a_folder_leaves_too()
    {
        using var workspace = computed.Workspace.Copy();

        var said = workspace.Call("export", "hf", "tiny", "pretrain/llama", "hf", "--shard-size", "6KB").Expect(0).Output;
        workspace.Call("export", "gguf", "tiny", "pretrain/llama", "out/model.gguf").Expect(0);
        workspace.Call("import", "hf", "hf", "--to", "mine").Expect(0);
        workspace.Call("export", "gguf", "mine", "second.gguf").Expect(0);
        workspace.Call("export", "gguf", "hf", "third.gguf").Expect(0);

        Assert.Contains("2x(1A+1M), 4 layers, as a Llama of 2 blocks", said, StringComparison.Ordinal);
        Assert.Contains("no number is changed", said, StringComparison.Ordinal);
        var file = Read("out/model.gguf");
        Assert.Equal("GGUF", Encoding.ASCII.GetString(file[..4]));
        Assert.True(File.Exists(Path.Combine(workspace.Root, "hf", "model.safetensors.index.json")));
        Assert.Equal(file, Read("second.gguf"));
        Assert.Equal(file, Read("third.gguf"));

        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(workspace.Root, name));
    }

    [Theory]
    [InlineData("There is no folder 'nowhere'", "export", "hf", "nowhere", "out")]
    [InlineData("No run of 'other' is in the store", "export", "hf", "other", "pretrain/llama", "out")]
    [InlineData("Did you mean 'pretrain/llama'?", "export", "gguf", "tiny", "pretrain/lama", "out")]
    [InlineData("has no weights", "export", "gguf", "tiny", "aggregate", "out")]
    [InlineData("not an empty folder", "export", "hf", "tiny", "pretrain/llama", "experiments")]
    [InlineData("is there already", "export", "gguf", "tiny", "pretrain/llama", "experiments/tiny.toml")]
    [InlineData("--shard-size 'much' is no size", "export", "hf", "tiny", "pretrain/llama", "out", "--shard-size", "much")]
    [InlineData("'f8'", "export", "hf", "tiny", "pretrain/llama", "out", "--type", "f8")]
    [InlineData("FOLDER has no name", "export", "hf", "tiny", "pretrain/llama", "")]
    [InlineData("There is no file", "import", "hf", "experiments", "--to", "out")]
    public void What_cannot_be_done_is_said_and_nothing_is_written(string named, params string[] arguments)
    {
        using var workspace = computed.Workspace.Copy();

        var error = workspace.Call(arguments).Expect(2).Error;

        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Combine(workspace.Root, "out")));
    }

    [Fact]
    public void A_checkpoint_is_a_baseline_and_its_content_alone_is_in_the_keys()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Call("export", "hf", "tiny", "pretrain/composite", "hf").Expect(0);
        File.AppendAllText(workspace.Manifest, Foreign);
        workspace.Call("manifest", "check", "tiny").Expect(0);

        var run = workspace.Run().Expect(0);

        Assert.Superset(new HashSet<string>(["import/foreign", "lm-eval/foreign"]), run.Stages("ran").ToHashSet());
        Assert.DoesNotContain(run.Stages("ran"), stage => stage.StartsWith("pretrain", StringComparison.Ordinal));
        Assert.Equal(
            workspace.Output("lm-eval/composite", "lm-eval.json")["tasks"]!.ToJsonString(),
            workspace.Output("lm-eval/foreign", "lm-eval.json")["tasks"]!.ToJsonString());
        var page = File.ReadAllText(Path.Combine(workspace.Root, "artifacts", "reports", "tiny", "index.html"));
        Assert.Contains("trained elsewhere", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);

        // Elsewhere, the same content is the same result; another byte is another.
        Directory.Move(Path.Combine(workspace.Root, "hf"), Path.Combine(workspace.Root, "moved"));
        Rename("checkpoint = \"hf\"", "checkpoint = \"moved\"");
        Assert.Equal(["report"], workspace.Run().Expect(0).Stages("ran"));
        var config = Path.Combine(workspace.Root, "moved", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"rope_theta\": 10000", "\"rope_theta\": 20000", StringComparison.Ordinal));
        Assert.Superset(new HashSet<string>(["import/foreign", "lm-eval/foreign"]), workspace.Run().Expect(0).Stages("ran").ToHashSet());
        workspace.VerifyStore();

        void Rename(string from, string to) =>
            File.WriteAllText(workspace.Manifest, File.ReadAllText(workspace.Manifest).Replace(from, to, StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_read_is_told_before_anything_runs()
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest + Foreign);
        Assert.Contains("Not checked: There is no file", workspace.Call("manifest", "check", "tiny").Expect(0).Output, StringComparison.Ordinal);
        workspace.Call("plan", "tiny").Expect(2);
        var folder = Directory.CreateDirectory(Path.Combine(workspace.Root, "hf")).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{\n  \"model_type\": \"gpt2\"\n}\n");

        foreach (var arguments in (string[][])[["manifest", "check", "tiny"], ["plan", "tiny"], ["run", "tiny"]])
        {
            var error = workspace.Call(arguments).Expect(2).Error;
            Assert.Contains("config.json(2,3): error CMP8201: Its model_type is 'gpt2'", error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Path.Combine(workspace.Store, "records")) && Directory.EnumerateFiles(
            Path.Combine(workspace.Store, "records"), "*.json", SearchOption.AllDirectories).Any());
    }
}
