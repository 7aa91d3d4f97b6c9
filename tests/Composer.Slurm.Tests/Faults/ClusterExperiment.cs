using System.Text.Json.Nodes;
using Composer.Slurm.Tests.Cluster;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Slurm.Tests.Faults;

/// <summary>The tiny experiment on the cluster, on its way to be disturbed, and what its agents finished, by their own account.</summary>
internal sealed class ClusterExperiment : IDisposable
{
    private readonly SlurmCluster cluster;
    private readonly ExperimentWorkspace workspace = new();
    private readonly TemporaryFolder folder = new();
    private readonly Scenario scenario;

    /// <param name="cluster">Where it runs.</param>
    /// <param name="scenario">What runs.</param>
    /// <param name="agents">More of <c>[slurm]</c> in <c>agents.toml</c>.</param>
    /// <param name="setup">More shell lines before each job.</param>
    public ClusterExperiment(SlurmCluster cluster, Scenario scenario, string agents = "", string setup = "")
    {
        (this.cluster, this.scenario) = (cluster, scenario);
        Directory.CreateDirectory(folder["events"]);

        // The coordinator removes what an attempt left once it is published: a second name keeps its events.
        folder.Write("agents.toml", $$"""
            kind = "slurm"
            [slurm]
            cores = 1
            memory_gb = 1
            silence = "20 s"
            setup = ['''
            attempt_of_job="$(sed -n "$((${SLURM_ARRAY_TASK_ID:-0} + 1))p" tasks)"
            (until ln "$attempt_of_job/events.jsonl" "{{folder["events"]}}/$SLURM_JOB_ID"; do kill -0 $$ || break; sleep 0.02; done) > /dev/null 2>&1 &
            {{setup}}
            ''']
            {{agents}}
            """);
    }

    /// <summary>Where it lies.</summary>
    public ExperimentWorkspace Workspace => workspace;

    /// <summary>Scripts that stand before Slurm's commands.</summary>
    public string Tools => folder["tools"];

    /// <summary>Folders of stages under way.</summary>
    public IEnumerable<string> WorkFolders => Under(Path.Join(workspace.Root, "artifacts", "work"));

    /// <summary>Attempts that began.</summary>
    public int Attempts => Directory.GetFiles(folder["events"]).Length;

    /// <summary>Puts a script before one of Slurm's commands; <c>$REAL</c> is the command.</summary>
    public void Replace(string command, string script) => folder.WriteScript(
        $"tools/{command}", $"#!/bin/bash\nREAL={FinishedProcess.TryRun("sh", "-c", $"command -v {command}")!.Output.Trim()}\n{script}\n");

    /// <summary>Whether a script that stands before a command left a mark.</summary>
    public string Mark(string name) => folder[name];

    /// <summary>Starts it.</summary>
    public RunningCall Start(params IEnumerable<string> more) => workspace.StartRun(Variables(), [.. scenario.Settings, .. more]);

    /// <summary>Runs it to its end.</summary>
    public CompletedCall Run(params IEnumerable<string> more)
    {
        using var call = Start(more);
        return call.WaitForEnd();
    }

    /// <summary>Runs it as if on another machine.</summary>
    public CompletedCall RunElsewhere() => ComposerRun("unshare", "--uts", "sh", "-c", "hostname elsewhere && exec \"$@\"", "sh");

    /// <summary>Waits for a job of its that runs and, of a training, has left a checkpoint.</summary>
    public ClusterJob WaitForJob(RunningCall run, bool checkpoint = true)
    {
        ClusterJob? found = null;
        cluster.WaitUntil(
            "a job of the experiment runs" + (checkpoint ? " and has left a checkpoint" : ""),
            () => run.HasEnded ? throw new InvalidOperationException($"The run has ended: {run.WaitForEnd().Output}") : (!checkpoint || WorkFolders.Any(w => Under(Path.Join(w, "checkpoints"), "*.safetensors").Any()))
                && (found = OwnJobs().FirstOrDefault(j => j.State == "RUNNING")) is not null,
            60);
        return found!;
    }

    /// <summary>Its jobs, as the controller has them.</summary>
    public IEnumerable<ClusterJob> OwnJobs() => cluster.Jobs().Where(j => j.Name.StartsWith("composer-tiny-", StringComparison.Ordinal));

    /// <summary>How often each unit was finished, by its key: more than once is computed twice.</summary>
    public Dictionary<string, int> Finished()
    {
        var finished = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in Directory.EnumerateFiles(folder["events"]).SelectMany(File.ReadLines).Where(l => l.EndsWith('}')))
        {
            if (JsonNode.Parse(line)!["event"]!["finished"] is JsonObject unit)
            {
                var key = (string)unit["key"]!;
                finished[key] = finished.GetValueOrDefault(key) + 1;
            }
        }

        return finished;
    }

    /// <summary>Asserts that what came of it is what comes of it undisturbed, that nothing was lost and nothing computed twice.</summary>
    public void AssertWhole(string fault, FaultTable table)
    {
        var (expected, outputs) = (scenario.Outputs, workspace.Outputs());
        var lost = expected.Keys.Except(outputs.Keys).ToArray();
        var twice = Finished().Where(f => f.Value > 1).Select(f => f.Key).ToArray();
        table.Add(fault, Attempts, lost.Length, twice.Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: {Attempts} attempts began, {lost.Length} lost, {twice.Length} computed twice");
        Assert.Equal(expected, outputs);
        Assert.Empty(twice);
        workspace.VerifyStore();
    }

    public void Dispose()
    {
        foreach (var job in OwnJobs().Where(j => j.State is "RUNNING" or "PENDING"))
        {
            cluster.Cancel(job.Number);
        }

        workspace.Dispose();
        folder.Dispose();
    }

    private static string[] Under(string folder, string? pattern = null)
    {
        try
        {
            return pattern is null ? Directory.GetDirectories(folder) : Directory.GetFiles(folder, pattern);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private CompletedCall ComposerRun(params string[] before)
    {
        var start = new System.Diagnostics.ProcessStartInfo(
            before[0], [.. before[1..], ComposerExecutable.Path, "run", TinyExperiment.Name, "--json", .. scenario.Settings])
        {
            WorkingDirectory = workspace.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in Variables())
        {
            start.Environment[name] = value;
        }

        using var call = new RunningCall(start, $"{Environment.ProcessId}-elsewhere");
        return call.WaitForEnd();
    }

    private Dictionary<string, string> Variables() => new(cluster.Variables)
    {
        ["PATH"] = $"{Tools}:{Environment.GetEnvironmentVariable("PATH")}",
        ["COMPOSER_AGENTS"] = folder["agents.toml"],
    };
}
