using System.Text.Json.Nodes;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary><c>composer doctor</c>: everything that is lacking is found at once, and what it advises works.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder engines = new();
    private readonly ExperimentWorkspace workspace = new();

    public void Dispose()
    {
        workspace.Dispose();
        engines.Dispose();
    }

    [Fact]
    public void A_machine_is_described_and_nothing_is_computed()
    {
        var call = Call("doctor", "--json").Expect(0).Json;

        Assert.Equal(["processor", "memory", "GPU", "torch", "ranks", "artifacts"], Subjects(call["machine"]!));
        Assert.Empty(call["needs"]!.AsArray());
        Assert.False(Directory.Exists(workspace.Store));
    }

    [Fact]
    public void An_experiment_that_lacks_nothing_says_how_to_run_it()
    {
        var call = Call("doctor", TinyExperiment.Name).Expect(0);

        Assert.Contains("Nothing is lacking: composer run tiny", call.Output, StringComparison.Ordinal);
        Assert.Matches(@"ok +data +stories, bytes", call.Output);
        Assert.Matches(@"ok +computing +[\d.]+e\+\d+ FLOPs on this machine's processor, of unknown time", call.Output);
    }

    [Fact]
    public void Everything_that_is_lacking_is_said_together_each_with_a_way_on()
    {
        string[] settings =
        [
            "--set", "pretrain.corpus=texts/*.jsonl", "--set", "pretrain.tokenizer=mine/tokenizer.json", "--set", "pretrain.engine=torch",
            "--set", "pretrain.resources.gpus=4", "--set", "pretrain.gradient_shards=4", "--set", "lm-eval.tasks=[\"piqa\", \"sciq\"]",
        ];
        var call = Call(["doctor", TinyExperiment.Name, "--json", .. settings]).Expect(3).Json;

        var lacks = call["needs"]!.AsArray().Where(f => (string)f!["state"]! == "lack").ToArray();
        Assert.All(
            (string[])["texts/*.jsonl", "mine/tokenizer.json", "piqa.jsonl", "sciq.jsonl", "needs 4 GPUs", "needs the engine 'torch'"],
            what => Assert.Single(lacks, l => ((string)l!["text"]!).Contains(what, StringComparison.Ordinal)));
        Assert.All(lacks, lack => Assert.NotEmpty(lack!["remedies"]!.AsArray()));
        Assert.Equal(lacks.Length, (int)call["lacks"]!);
    }

    [Fact]
    public void Public_data_that_is_not_here_comes_by_its_command()
    {
        string[] settings =
        [
            "--set", "pretrain.corpus=artifacts/data/sotu/*.jsonl", "--set", "lm-eval.tasks=[\"arc_easy\"]", "--set", "lm-eval.data=mine/lm-eval",
        ];
        var output = Call(["doctor", TinyExperiment.Name, .. settings]).Expect(3).Output;

        Assert.Contains("→ composer data fetch sotu" + Environment.NewLine, output, StringComparison.Ordinal);
        Assert.Contains($"→ composer data fetch arc_easy --to {Path.Join(workspace.Root, "mine")}", output, StringComparison.Ordinal);
        Assert.Contains(
            "→ composer data prepare FILE… --to mine/tokens --tokenizer FILE",
            Call("doctor", TinyExperiment.Name, "--set", "pretrain.corpus=mine/tokens/training-*.bin", "--set", "pretrain.tokenizer=mine/tokenizer.json")
                .Expect(3).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_disk_and_hours_of_a_model_that_is_too_large_are_told_beforehand()
    {
        string[] settings =
        [
            "--set", "extrapolate.size=50B", "--set", "extrapolate.model={ dim = 2048, heads = 8, kv_heads = 8, hidden = 2048 }",
            "--set", "pretrain.resources.gpus=1", "--set", "pretrain.engine=torch",
        ];
        var output = Call(["doctor", TinyExperiment.Name, .. settings]).Expect(3).Output;

        Assert.Matches(@"ok +memory +about [\d,.]+ GiB on each GPU, the most in pretrain/composite", output);
        Assert.Matches(@"LACKS +disk +about [\d,.]+ TiB for checkpoints, weights and tokens; [\d,.]+ [GT]iB are free", output);
        Assert.Matches(@"FLOPs on GPUs: [\d,.]+ hours of an H100 at 40 % of its bf16 peak", output);
    }

    [Fact]
    public void What_it_advises_of_composer_s_own_commands_is_understood()
    {
        string[] lacking = ["--set", "pretrain.engine=torch", "--set", "pretrain.resources.gpus=1"];
        var advice = Call(["doctor", TinyExperiment.Name, "--json", .. lacking]).Expect(3).Json["needs"]!.AsArray()
            .SelectMany(f => f!["remedies"]!.AsArray()).Select(r => (string)r!)
            .Where(r => r.StartsWith("composer run", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(advice);
        Assert.All(advice, command => Call(["plan", .. command.Split(' ')[2..], .. (string[])["--json"]]).Expect(0));
    }

    [Fact]
    public void A_run_that_cannot_begin_names_it()
    {
        var call = Call("run", TinyExperiment.Name, "--set", "pretrain.engine=torch").Expect(3);

        Assert.Contains("composer doctor tiny", call.Error, StringComparison.Ordinal);
        Assert.Contains("'composer doctor' says", Call("bench", "train", "--engine", "torch").Expect(3).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_artifacts_folder_that_cannot_be_is_refused_with_a_sentence()
    {
        var call = Call("doctor", TinyExperiment.Name, "--artifacts", workspace.Manifest).Expect(2);

        Assert.Contains("is no folder", call.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Subjects(JsonNode findings) => findings.AsArray().Select(f => (string)f!["subject"]!);

    private CompletedCall Call(params IEnumerable<string> arguments) => ComposerExecutable.Run(
        workspace.Root,
        new Dictionary<string, string> { ["COMPOSER_ENGINES"] = engines.Path, ["CUDA_VISIBLE_DEVICES"] = "" },
        arguments);
}
