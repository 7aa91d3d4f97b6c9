using System.Text.Json.Nodes;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Torch.Tests;

/// <summary>A whole experiment on the engine on TorchSharp, through the real executable, on the processor.</summary>
public sealed class TorchExperimentTests
{
    /// <summary>Some hundred steps, a checkpoint after each: a kill meets one half written more often than not.</summary>
    private static readonly string[] Longer =
    [
        "--until", "pretrain/llama", "--set", "pretrain.tokens=60000", "--set", "pretrain.checkpoint_seconds=0", "--jobs", "1",
    ];

    /// <summary>Agents see no GPU, whatever the machine has.</summary>
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["COMPOSER_ENGINES"] = Path.Combine(AppContext.BaseDirectory, "engines"),
        ["CUDA_VISIBLE_DEVICES"] = "",
    };

    [Fact]
    public void An_experiment_on_torch_runs_from_search_to_report_and_then_has_nothing_to_do()
    {
        using var workspace = Workspace();

        string[] longer = ["--set", "lm-eval.length_multiples=[2]"];

        var first = Run(workspace, longer).Expect(0);
        var second = Run(workspace, longer).Expect(0);

        Assert.Equal(TinyExperiment.Stages, first.Stages("ran"));
        Assert.Equal(TinyExperiment.Stages, second.Stages("hit"));
        Assert.All(
            (string[])["pretrain/llama", "lm-eval/llama", "efficiency"],
            stage => Assert.StartsWith("architecture: torch/cpu/fp32/", Hardware(workspace, stage), StringComparison.Ordinal));
        Assert.DoesNotContain("torch", Hardware(workspace, "evaluate") ?? "", StringComparison.Ordinal);

        // In windows of its own length, the model that lm-eval loads with room for longer ones is the one that was validated.
        var windows = workspace.Output("lm-eval/llama", "lm-eval.json")["lengths"]!["windows"]!;
        Assert.Equal(64, (int)windows[1]!["length"]!);
        Assert.Equal((double)workspace.Output("pretrain/llama", "pretrain.json")["validation_loss"]!, (double)windows[0]!["loss"]!, 0.05);
    }

    [Fact]
    public void Models_of_both_engines_begin_alike_and_lie_beside_each_other()
    {
        using var workspace = Workspace();
        string[] brief = ["--until", "pretrain/llama", "--set", "pretrain.tokens=256"];
        Run(workspace, brief).Expect(0);
        Run(workspace, [.. brief, "--set", "pretrain.engine=cpu"]).Expect(0);

        var losses = workspace.Records("pretrain/llama").Select(r => ValidationLoss(workspace, r)).ToArray();

        Assert.Equal(2, losses.Length);
        Assert.Equal(losses[0], losses[1], 2e-3);
    }

    [Fact]
    public void A_pre_training_on_torch_killed_at_work_gives_the_bits_of_an_undisturbed_one()
    {
        using var undisturbed = Workspace();
        Run(undisturbed, Longer).Expect(0);
        using var workspace = Workspace();
        var killed = 0;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var run = ComposerExecutable.Start(workspace.Root, Environment, ["run", TinyExperiment.Name, "--json", .. Longer]);
            var steps = 0;
            var alive = run.WaitFor(e => e["progress"]?["measures"]?["step"] is not null && ++steps > 2);
            foreach (var agent in run.Agents())
            {
                RunningCall.Signal(agent, "KILL");
            }

            run.Signal("KILL");
            run.WaitForAgents(TimeSpan.FromSeconds(30));
            killed += alive ? 1 : 0;
        }

        Run(workspace, Longer).Expect(0);

        Assert.True(killed > 0, "The pre-training ended before it could be killed.");
        Assert.Equal(undisturbed.Outputs(), workspace.Outputs());
        Assert.True(workspace.Beside("pretrain/llama", "timings.json")["resumed_from_step"]!.GetValue<long>() > 0);
        workspace.VerifyStore();
    }

    [Fact]
    public void Two_ranks_on_torch_give_the_digests_of_one()
    {
        var path = System.Environment.GetEnvironmentVariable("PATH") ?? "";
        Assert.SkipUnless(path.Split(':').Any(f => File.Exists(Path.Combine(f, "mpirun"))), "There is no Open MPI here.");
        using var workspace = Workspace();
        string[] brief = ["--until", "pretrain/composite", "--set", "pretrain.gradient_shards=4", "--set", "pretrain.tokens=2560"];
        Run(workspace, "--until", "extrapolate").Expect(0);
        using var shared = workspace.Copy();

        Run(workspace, brief).Expect(0);
        Run(shared, [.. brief, "--set", "pretrain.resources.processes=2"]).Expect(0);

        Assert.Equal(workspace.Outputs(), shared.Outputs());
        Assert.Equal(2, shared.Beside("pretrain/composite", "timings.json")["ranks"]!.GetValue<int>());
    }

    private static ExperimentWorkspace Workspace() =>
        new(TinyExperiment.Manifest.Replace("[pretrain]", "[pretrain]\nengine = \"torch\"", StringComparison.Ordinal));

    private static CompletedCall Run(ExperimentWorkspace workspace, params IEnumerable<string> more) =>
        ComposerExecutable.Run(workspace.Root, Environment, ["run", TinyExperiment.Name, "--json", .. more]);

    private static string? Hardware(ExperimentWorkspace workspace, string stage) =>
        workspace.Records(stage)
            .SelectMany(r => r["preimage"]!.AsArray()).Where(f => (string)f![0]! == "hardware")
            .Select(f => (string?)f![2]).FirstOrDefault();

    private static double ValidationLoss(ExperimentWorkspace workspace, JsonObject record)
    {
        var digest = record["outputs"]!.AsObject()
            .Where(o => o.Key.EndsWith(".json", StringComparison.Ordinal)).Select(o => o.Value!)
            .Select(o => (string)o["digest"]!);
        return digest.Select(d => JsonNode.Parse(File.ReadAllBytes(workspace.BlobPath(d)))!["validation_loss"])
            .First(v => v is not null)!.GetValue<double>();
    }
}
