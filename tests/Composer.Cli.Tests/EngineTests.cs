using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>An experiment on an engine that is not there: what is lacking is said together, and before anything runs.</summary>
public sealed class EngineTests : IDisposable
{
    private readonly TemporaryFolder engines = new();
    private readonly ExperimentWorkspace workspace =
        new(TinyExperiment.Manifest.Replace("[pretrain]", "[pretrain]\nengine = \"torch\"", StringComparison.Ordinal));

    public void Dispose()
    {
        workspace.Dispose();
        engines.Dispose();
    }

    [Fact]
    public void An_engine_that_is_not_built_is_refused_with_the_command_that_builds_it()
    {
        var call = Call("run", TinyExperiment.Name).Expect(3);

        Assert.Contains(
            "pretrain/composite, lm-eval/composite, pretrain/llama, lm-eval/llama, efficiency: "
            + "needs the engine 'torch', which is not built here; "
            + "'./build.sh TorchEngine' builds it.",
            call.Error,
            StringComparison.Ordinal);
        Assert.Contains("Nothing ran", call.Error, StringComparison.Ordinal);
        Assert.Contains("--until extrapolate", call.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("GPU", call.Error, StringComparison.Ordinal);
        Assert.Empty(call.Output);
        Assert.False(Directory.Exists(Path.Combine(workspace.Root, "artifacts", "runs")));
    }

    [Fact]
    public void Everything_that_is_lacking_is_said_at_once_and_the_plan_says_the_same()
    {
        string[] settings = ["--set", "pretrain.resources.gpus=1"];
        var run = Call(["run", TinyExperiment.Name, .. settings]).Expect(3);
        var plan = Call(["plan", TinyExperiment.Name, "--json", .. settings]).Expect(0).Json;

        string[] expected =
        [
            "needs 1 GPU; this machine has none",
            "needs the engine 'torch', which is not built here; './build.sh TorchEngine' builds it",
        ];
        Assert.All(expected, sentence => Assert.Contains(sentence, run.Error, StringComparison.Ordinal));
        Assert.Contains("--set pretrain.resources.gpus=0", run.Error, StringComparison.Ordinal);
        Assert.Contains("an agent with a GPU", run.Error, StringComparison.Ordinal);
        var blocked = plan["stages"]!.AsArray().Where(s => (string)s!["status"]! == "blocked").ToArray();
        Assert.Equal(5, blocked.Length);
        Assert.All(blocked, row => Assert.Equal(expected, row!["reasons"]!.AsArray().Select(r => (string)r!).Take(2)));
    }

    [Fact]
    public void An_engine_of_other_sources_is_refused_instead_of_computing_under_wrong_keys()
    {
        engines.Write("torch/Composer.Training.Torch.dll", "of yesterday");
        engines.Write("torch/engine.txt", "runtime cpu\nab12 ../Composer.Core/Rng.cs\n");

        var call = Call("run", TinyExperiment.Name).Expect(3);

        Assert.Contains("needs the engine 'torch' of the same sources as composer", call.Error, StringComparison.Ordinal);
        Assert.Contains("'./build.sh TorchEngine' builds it anew", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_no_machine_holds_is_refused_before_the_search_begins()
    {
        string[] wide =
            ["--set", "extrapolate.size=50B", "--set", "extrapolate.model={ dim = 2048, heads = 8, kv_heads = 8, hidden = 2048 }"];
        var call = Call(["run", TinyExperiment.Name, "--set", "pretrain.engine=cpu", .. wide]).Expect(3);

        Assert.Matches(@"pretrain/composite, efficiency: needs about [\d,.]+ GB of memory; this machine has [\d.]+ GB\.", call.Error);
        Assert.DoesNotContain("pretrain/llama", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_benchmark_of_an_engine_that_is_not_there_says_so_too() => Assert.Contains(
        "error CMP1007: bench train: needs the engine 'torch', which is not built here",
        Call("bench", "train", "--engine", "torch").Expect(3).Error,
        StringComparison.Ordinal);

    [Fact]
    public void The_engines_of_a_plan_are_those_of_what_will_run()
    {
        Assert.Equal("cpu", Call("plan", TinyExperiment.Name, "--engines", "--until", "extrapolate").Expect(0).Output.Trim());
        Assert.Equal("cpu", Call("plan", TinyExperiment.Name, "--engines", "--set", "pretrain.engine=cpu").Expect(0).Output.Trim());
        Assert.DoesNotContain(
            "torch",
            Call("plan", TinyExperiment.Name, "--engines", "--set", "pretrain.resources.gpus=1").Expect(0).Output,
            StringComparison.Ordinal);
    }

    private CompletedCall Call(params IEnumerable<string> arguments) => ComposerExecutable.Run(
        workspace.Root,
        new Dictionary<string, string> { ["COMPOSER_ENGINES"] = engines.Path, ["CUDA_VISIBLE_DEVICES"] = "" },
        arguments);
}
