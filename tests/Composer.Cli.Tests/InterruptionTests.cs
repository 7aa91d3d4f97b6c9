using System.Diagnostics;
using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Ctrl-C, SIGKILL and dying agents: what is finished stays, and the end is bit for bit the same.</summary>
[Collection(ComputedExperiment.Collection)]
public class InterruptionTests(ComputedExperiment computed, ITestOutputHelper output)
{
    /// <summary>Two seconds are promised; other work on the machine may take as long again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public void An_interrupted_run_ends_at_once_and_the_next_goes_on_to_the_same_bits()
    {
        using var workspace = new ExperimentWorkspace();

        Interrupt(
            workspace,
            "search",
            e => (string?)e["event"] == "stage-progress" && (string?)e["stage"] == "search" && Measure(e, "trials") >= 1);
        var found = Directory.EnumerateFiles(Path.Combine(workspace.Store, "records"), "*.json", SearchOption.AllDirectories).Count();
        Interrupt(
            workspace,
            "pre-training",
            e => (string?)e["event"] == "stage-progress" && (string?)e["stage"] == "pretrain/composite" && Measure(e, "step") > 20);
        var last = workspace.Run(TinyExperiment.Longer).Expect(0);

        Assert.True(found > 0, "Nothing that the search had finished was kept.");
        Assert.Contains("search", last.Stages("hit"));
        Assert.True(workspace.Beside("pretrain/composite", "timings.json")["resumed_from_step"]!.GetValue<long>() > 20);
        Assert.Equal(computed.Undisturbed.Outputs(), workspace.Outputs());
        workspace.VerifyStore();
    }

    [Fact]
    public void A_killed_coordinator_takes_its_agents_along_and_loses_nothing()
    {
        var random = new Random(TestSeed.Of(20261122));
        using var workspace = new ExperimentWorkspace();
        var kills = 0;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            using var run = workspace.StartRun(TinyExperiment.Longer);

            // Few, since a run on a quiet machine is over after some tens of events, and each goes on where the last was killed.
            var (events, delay) = (random.Next(1, 10), random.Next(0, 60));
            var seen = 0;
            var lived = run.WaitFor(_ => ++seen > events);
            Thread.Sleep(delay);
            run.Signal("KILL");
            var outlived = run.WaitForAgents(Patience);
            kills += lived ? 1 : 0;
            output.WriteLine($"killed after {events} events and {delay} ms; its agents were gone {outlived.TotalSeconds:0.00} s later");
            workspace.Call("store", "verify").Expect(0);
        }

        var last = workspace.Run(TinyExperiment.Longer).Expect(0);

        Assert.True(kills > 1, "The runs ended before they could be killed.");
        Assert.Equal(TinyExperiment.Stages, last.Stages("ran").Concat(last.Stages("hit")).Order(StringComparer.Ordinal));
        Assert.Equal(computed.Undisturbed.Outputs(), workspace.Outputs());
        workspace.VerifyStore();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(workspace.Root, "artifacts", "work")));
    }

    [Fact]
    public void A_killed_agent_is_replaced()
    {
        using var workspace = new ExperimentWorkspace();
        using var run = workspace.StartRun([.. TinyExperiment.Longer, "--until", "search"]);
        Assert.True(run.WaitFor(e => (string?)e["event"] == "stage-progress"));

        var agent = run.Agents()[0];
        RunningCall.Signal(agent, "KILL");
        var end = run.WaitForEnd().Expect(0);

        Assert.Equal(["search"], end.Stages("ran"));
        var search = workspace.Outputs().Where(o => o.Key.StartsWith("search", StringComparison.Ordinal));
        Assert.Equal(computed.Undisturbed.Outputs().Where(o => o.Key.StartsWith("search", StringComparison.Ordinal)), search);
    }

    [Fact]
    public void Agents_that_keep_dying_fail_the_search_and_make_no_trial()
    {
        using var workspace = new ExperimentWorkspace();
        using (var run = workspace.StartRun("--until", "search"))
        {
            while (!run.HasEnded)
            {
                foreach (var agent in run.Agents())
                {
                    RunningCall.Signal(agent, "KILL");
                }
            }

            var end = run.WaitForEnd().Expect(1);
            Assert.Equal(["search"], end.Stages("failed"));
            Assert.Contains("died twice", end.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(workspace.Outputs(), o => o.Key.StartsWith("search", StringComparison.Ordinal));
        Assert.Equal(["search"], workspace.Run("--until", "search").Expect(0).Stages("ran"));
        Assert.Equal(
            computed.Workspace.Outputs().Where(o => o.Key.StartsWith("search", StringComparison.Ordinal)),
            workspace.Outputs().Where(o => o.Key.StartsWith("search", StringComparison.Ordinal)));
    }

    /// <summary>
    /// What Ctrl-C sends; where the shell that started the tests in the background made it ignored, what <c>kill</c> sends.
    /// </summary>
    private string StopSignal
    {
        get
        {
            const int interrupt = 2;
            var ignored = File.ReadLines("/proc/self/status")
                .First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
            if ((Convert.ToUInt64(ignored, 16) >> (interrupt - 1) & 1) == 0)
            {
                return "INT";
            }

            output.WriteLine("SIGINT is ignored here, as in a shell's background: SIGTERM instead.");
            return "TERM";
        }
    }

    private static double? Measure(JsonObject happened, string name) =>
        happened["progress"]?["measures"]?[name]?.GetValue<double>();

    private void Interrupt(ExperimentWorkspace workspace, string during, Func<JsonObject, bool> when)
    {
        using var run = workspace.StartRun(TinyExperiment.Longer);
        Assert.True(run.WaitFor(when), $"The run ended before it could be interrupted in the {during}.");

        var began = Stopwatch.GetTimestamp();
        run.Signal(StopSignal);
        var end = run.WaitForEnd();
        var took = Stopwatch.GetElapsedTime(began);

        output.WriteLine($"interrupted in the {during}: ended after {took.TotalSeconds:0.00} s");
        end.Expect(130);
        Assert.True(took < Patience, $"It took {took.TotalSeconds:0.00} s to stop in the {during}.");
        Assert.Equal("finished", (string?)end.Finished["event"]);
        Assert.Equal(130, end.Finished["exit_code"]!.GetValue<int>());
        Assert.Empty(run.Agents());
        workspace.VerifyStore();
    }
}
