using System.Diagnostics;
using System.Text.Json.Nodes;
using Composer.Slurm.Tests.Cluster;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Slurm.Tests.Doctor;

/// <summary><c>composer doctor --agent slurm</c> against a real cluster: what it says is so, and what is lacking is said.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class DoctorTests(SlurmCluster cluster) : IDisposable
{
    private readonly ExperimentWorkspace workspace = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        cluster.Restore();
        workspace.Dispose();
        folder.Dispose();
    }

    [SlurmFact]
    public void A_cluster_that_lacks_nothing_is_described_and_a_node_has_seen_the_folder()
    {
        var call = Call(["doctor", TinyExperiment.Name, "--json", .. Partitions("cpu")]).Expect(0).Json;

        var findings = Of(call, "cluster");
        Assert.Contains("slurm", findings["clients"], StringComparison.Ordinal);
        Assert.Contains("is UP", findings["controller"], StringComparison.Ordinal);
        Assert.Contains("cpu, the default: 3 nodes, 3 idle; of a node 4 cores", findings["partition"], StringComparison.Ordinal);
        Assert.Contains("forgotten after", findings["accounting"], StringComparison.Ordinal);
        Assert.Matches($"n[123] of partition cpu sees and writes .*{(string)call["here"]!["processor"]!}", findings["node"]);
        Assert.Contains("pretrain/composite", findings["jobs"], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(workspace.Root, "artifacts"), ".doctor*"));
        Assert.False(Directory.Exists(Path.Join(workspace.Store, "records", "00")));
    }

    [SlurmFact]
    public void A_controller_that_is_gone_is_told_within_seconds()
    {
        cluster.Fault("stop-controller");
        var began = Stopwatch.GetTimestamp();

        var output = Call("doctor", "--agent", "slurm").Expect(3).Output;

        Assert.Matches("LACKS +controller +it does not answer", output);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(45), output);
    }

    [SlurmFact]
    public void Each_lack_is_told_and_a_folder_that_nodes_do_not_see()
    {
        // A job's folder is not there for the node: as with a disk of the login node's own.
        var hidden = Sbatch("sed -i 's#^cd .*#exit 1#' \"$2\"");

        var output = Call(Path.GetDirectoryName(hidden), ["doctor", "--agent", "slurm"]).Expect(3).Output;

        Assert.Matches(@"LACKS +node +a job in the default partition ended \(FAILED NonZeroExitCode\) and left nothing to be seen in", output);
        Assert.Contains("→ --artifacts FOLDER on a file system that nodes and this machine share", output, StringComparison.Ordinal);
    }

    [SlurmFact]
    public void A_node_that_cannot_start_composer_says_how_it_can()
    {
        const string setup = "agents.slurm.setup=[\"export DOTNET_ROOT=/nowhere PATH=/usr/bin:/bin\"]";
        var output = Call("doctor", TinyExperiment.Name, "--agent", "slurm", "--set", setup).Output;

        // An executable that brings its own .NET starts all the same.
        Assert.Matches(@"(LACKS +node +n[123] cannot start .*composer: .*)|(ok +node +n[123] of)", output);
    }

    [SlurmFact]
    public void A_clock_that_is_minutes_off_and_another_processor_are_told()
    {
        folder.WriteScript("bin/composer", $"""
            #!/bin/sh
            [ "$1" = --version ] && exec {ComposerExecutable.Path} --version
            {ComposerExecutable.Path} "$@" | sed -e 's/"at":"[0-9]*/"at":"2001/' -e 's/-avx[0-9]*/-other/'
            """);
        var swapped = Sbatch($"sed -i \"s#^'{ComposerExecutable.Path}'#'{folder["bin/composer"]}'#\" \"$2\"");

        var output = Call(Path.GetDirectoryName(swapped), ["doctor", "--agent", "slurm"]).Output;

        Assert.Matches(@"note +node +n[123]'s clock is [\d,]+ h \d+ min behind: no result depends on it", output);
        Assert.Matches(@"LACKS +node +n[123] is \w+-other, and this machine is", output);
    }

    [SlurmFact]
    public void A_job_that_does_not_begin_is_no_lack_and_without_a_probe_none_is_submitted()
    {
        foreach (var node in SlurmCluster.Nodes)
        {
            cluster.Drain(node);
        }

        var output = Call(["doctor", "--agent", "slurm", "--no-probe"]).Expect(0).Output;

        Assert.Contains("jobs wait until a node comes back", output, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Jobs(), j => j.State == "PENDING");
    }

    private static string[] Partitions(string name) =>
        ["--agent", "slurm", "--set", "agents.slurm.cores=2", "--set", $"agents.slurm.partition=[{{ name = \"{name}\" }}]"];

    /// <summary>A sbatch that changes the script before it submits it.</summary>
    private string Sbatch(string change) => folder.WriteScript(
        "sbatch", $"#!/bin/sh\n[ \"$1\" = --version ] && exec {Real("sbatch")} --version\n{change}\nexec {Real("sbatch")} \"$@\"\n");

    private static string Real(string command) => FinishedProcess.TryRun("sh", "-c", $"command -v {command}")!.Output.Trim();

    private static Dictionary<string, string> Of(JsonObject checkup, string what) => checkup[what]!.AsArray()
        .GroupBy(f => (string)f!["subject"]!).ToDictionary(g => g.Key, g => string.Join('\n', g.Select(f => (string)f!["text"]!)));

    private CompletedCall Call(params IEnumerable<string> arguments) => Call(null, arguments);

    private CompletedCall Call(string? before, IEnumerable<string> arguments) => ComposerExecutable.Run(
        workspace.Root,
        new Dictionary<string, string>(cluster.Variables)
        {
            ["PATH"] = $"{(before is null ? "" : before + ":")}{Environment.GetEnvironmentVariable("PATH")}",
            ["COMPOSER_AGENTS"] = folder.Write("agents.toml", ""),
        },
        arguments);
}
