using System.Text.RegularExpressions;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class MistakeTests(ComputedExperiment computed)
{
    [Theory]
    [InlineData("plna tiny", "plna", "plan")]
    [InlineData("run tiny --jbos 2", "--jbos", "--jobs")]
    [InlineData("run tny", "tny", "tiny")]
    [InlineData("run tiny --profile smok", "smok", "smoke")]
    [InlineData("run tiny --until extrapolat", "extrapolat", "extrapolate")]
    [InlineData("plan tiny --until extrapolat", "extrapolat", "extrapolate")]
    [InlineData("run tiny --until pretrain/lama", "pretrain/lama", "pretrain/llama")]
    [InlineData("run tiny --set evaluate.epoch=3", "epoch", "epochs")]
    [InlineData("why tiny serch", "serch", "search")]
    [InlineData("store verfy", "verfy", "verify")]
    public void What_is_unknown_is_an_error_with_a_suggestion(string line, string wrong, string right)
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest + "[profile.smoke]\n\"evaluate.epochs\" = 1\n");

        var call = workspace.Call(line.Split(' ')).Expect(2);

        Assert.Matches(new Regex($@"error CMP\d{{4}}: .*{Regex.Escape(wrong)}"), call.Error);
        Assert.Matches(new Regex($@"Did you mean .*{Regex.Escape(right)}"), call.Error);
        Assert.Empty(call.Output);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run tiny --jobs 0")]
    [InlineData("run tiny --jobs two")]
    [InlineData("run tiny --agent cloud")]
    [InlineData("run tiny --set evaluate.epochs")]
    [InlineData("bench train --dim 15 --heads 2")]
    [InlineData("bench train --engine gpu")]
    [InlineData("bench train --engine cpu --device tpu")]
    [InlineData("architecture expand 2A+4X")]
    [InlineData("architecture expand 2A+4M --size 2K")]
    [InlineData("agent")]
    [InlineData("agent /no/such/job.json")]
    [InlineData("agent ''")]
    [InlineData("runs --last 0")]
    [InlineData("runs --last -1")]
    [InlineData("plan ''")]
    [InlineData("plan tiny --artifacts ''")]
    [InlineData("plan tiny --artifacts experiments/tiny.toml")]
    [InlineData("plan tiny --artifacts experiments/tiny.toml/below")]
    [InlineData("plan tiny --set ''")]
    [InlineData("plan tiny --until ''")]
    [InlineData("plan tiny --profile ''")]
    [InlineData("why tiny ''")]
    [InlineData("trace ''")]
    [InlineData("diff '' ''")]
    [InlineData("store import ''")]
    [InlineData("store export '' run.tar")]
    [InlineData("store gc --pin ''")]
    [InlineData("search export ''")]
    [InlineData("@plan")]
    public void What_cannot_be_meant_is_an_error_of_the_user(string line)
    {
        using var workspace = new ExperimentWorkspace();

        var call = workspace.Call(line.Split(' ').Select(word => word == "''" ? "" : word)).Expect(2);

        Assert.Matches(@"error CMP\d{4}: ", call.Error);
        Assert.DoesNotContain("   at ", call.Error, StringComparison.Ordinal);
        Assert.Empty(call.Output);
    }

    [Fact]
    public void Every_mistake_in_a_manifest_is_printed_in_its_place_and_nothing_runs()
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest
            .Replace("layers = 2", "layrs = 2", StringComparison.Ordinal)
            .Replace(
                "heads = 2, kv_heads = 2, hidden = 8 }\n\n[evaluate]",
                "heads = 3, kv_heads = 3, hidden = 8 }\n\n[evaluate]",
                StringComparison.Ordinal)
            .Replace("tokens = 4096", "tokens = 4096\nflops = 1e9", StringComparison.Ordinal));

        foreach (var command in (string[])["run", "plan"])
        {
            var call = workspace.Call(command, "tiny").Expect(2);

            var lines = call.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(3, lines.Length);
            Assert.All(lines, line => Assert.Matches(@"^experiments/tiny\.toml\(\d+,\d+\): error CMP\d{4}: ", line));
            Assert.Contains("experiments/tiny.toml(7,1)", lines[0], StringComparison.Ordinal);
            Assert.Contains("layers", lines[0], StringComparison.Ordinal);
            Assert.Contains("heads", lines[1], StringComparison.Ordinal);
            Assert.Contains("flops", lines[2], StringComparison.Ordinal);
            Assert.Empty(call.Output);
        }

        Assert.False(Directory.Exists(Path.Combine(workspace.Root, "artifacts")));
    }

    [Fact]
    public void Without_a_gpu_the_paper_s_experiment_is_refused_before_anything_runs_with_the_ways_on()
    {
        using var workspace = computed.Workspace.Copy();
        foreach (var manifest in Directory.EnumerateFiles(Path.Combine(CloneRoot.Path, "experiments"), "*.toml"))
        {
            File.Copy(manifest, Path.Combine(workspace.Root, "experiments", Path.GetFileName(manifest)));
        }

        var before = Snapshot(workspace);
        var call = ComposerExecutable.Run(
            workspace.Root, new Dictionary<string, string> { ["CUDA_VISIBLE_DEVICES"] = "" }, "run", "composite-1b").Expect(3);

        Assert.Contains("pretrain/composite", call.Error, StringComparison.Ordinal);
        Assert.Contains("GPU", call.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing ran", call.Error, StringComparison.Ordinal);
        Assert.Contains("--until extrapolate", call.Error, StringComparison.Ordinal);
        Assert.Contains("--profile smoke", call.Error, StringComparison.Ordinal);
        Assert.Contains("an agent with a GPU", call.Error, StringComparison.Ordinal);
        Assert.Empty(call.Output);
        Assert.Equal(before, Snapshot(workspace));
    }

    private static IEnumerable<string> Snapshot(ExperimentWorkspace workspace) =>
        Directory.EnumerateFiles(Path.Combine(workspace.Store, "records"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(workspace.Store, "blobs"), "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);
}
