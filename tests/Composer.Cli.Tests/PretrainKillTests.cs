using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>A pre-training that writes a checkpoint after every step, killed again and again wherever it is.</summary>
[Collection(ComputedExperiment.Collection)]
public class PretrainKillTests(ITestOutputHelper output)
{
    private const int Kills = 4;

    /// <summary>Most of the time goes into checkpoints, so most kills meet one half written.</summary>
    private static readonly string[] Settings =
        ["--until", "pretrain/llama", "--set", "pretrain.tokens=80000", "--set", "pretrain.checkpoint_seconds=0"];

    [Fact]
    public void A_pre_training_killed_at_random_moments_gives_the_same_bits_with_whatever_threads()
    {
        var random = new Random(TestSeed.Of(20261123));
        using var undisturbed = new ExperimentWorkspace();
        undisturbed.Run(Settings).Expect(0);
        using var workspace = new ExperimentWorkspace();
        var (killed, halfWritten) = (0, 0);
        for (var attempt = 0; attempt < Kills; attempt++)
        {
            using var run = workspace.StartRun([.. Settings, "--jobs", $"{1 + (attempt % 3)}"]);
            var alive = run.WaitFor(e => e["progress"]?["measures"]?["step"] is not null);
            Thread.Sleep(random.Next(0, 120));
            alive &= !run.HasEnded;
            foreach (var agent in run.Agents())
            {
                RunningCall.Signal(agent, "KILL");
            }

            run.Signal("KILL");
            run.WaitForAgents(TimeSpan.FromSeconds(30));
            killed += alive ? 1 : 0;
            var unfinished = Directory.EnumerateFiles(
                Path.Combine(workspace.Root, "artifacts"), "*.safetensors.writing", SearchOption.AllDirectories).Count();
            halfWritten += unfinished;
            output.WriteLine($"kill {attempt}: {(alive ? "at work" : "had ended")}, {unfinished} checkpoint half written");
        }

        workspace.Run([.. Settings, "--jobs", "2"]).Expect(0);

        output.WriteLine($"{killed} of {Kills} kills met it at work, {halfWritten} in the middle of a checkpoint");
        Assert.True(killed > Kills / 2, "The pre-training ended before it could be killed.");
        Assert.Equal(undisturbed.Outputs(), workspace.Outputs());
        Assert.True(workspace.Beside("pretrain/llama", "timings.json")["resumed_from_step"]!.GetValue<long>() > 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(workspace.Root, "artifacts", "work")));
        workspace.VerifyStore();
    }
}
