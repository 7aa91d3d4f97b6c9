using System.Globalization;

namespace Composer.Slurm.Tests.Cluster;

/// <summary>The cluster that the other tests stand on does what they take for granted.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class SlurmClusterTests(SlurmCluster cluster) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        cluster.Restore();
        folder.Dispose();
    }

    [SlurmFact]
    public void A_job_sees_its_GPUs_and_what_it_runs_on_and_is_forgotten_by_nobody_at_once()
    {
        var seen = folder["seen"];
        var job = cluster.Submit(
            $"echo $SLURMD_NODENAME $CUDA_VISIBLE_DEVICES > {seen}.part; mv {seen}.part {seen}", "--gres=gpu:2", "-p", "gpu");

        cluster.WaitUntil("it is done", () => cluster.StateOf(job) == "COMPLETED");
        Assert.Matches("^n[123] 0,1$", File.ReadAllText(folder["seen"]).Trim());
    }

    [SlurmFact]
    public void A_job_that_is_killed_has_failed_and_one_whose_node_goes_runs_on_without_it()
    {
        var (killed, orphan) = (cluster.Submit("sleep 100"), cluster.Submit($"echo > {folder["began"]}; sleep 2; echo > {folder["ended"]}", "-w", "n2"));
        cluster.WaitUntil("both run", () => cluster.StateOf(killed) == "RUNNING" && File.Exists(folder["began"]));

        cluster.Fault("kill-job", killed.ToString(CultureInfo.InvariantCulture));
        cluster.KillDaemon("n2");

        cluster.WaitUntil("the one failed", () => cluster.StateOf(killed) == "FAILED");
        cluster.WaitUntil("the other came to its end", () => File.Exists(folder["ended"]));
        Assert.NotEqual("FAILED", cluster.StateOf(orphan));
    }

    [SlurmFact]
    public void Jobs_and_their_states_outlive_the_controller()
    {
        var job = cluster.Submit("sleep 100");
        cluster.WaitUntil("it runs", () => cluster.StateOf(job) == "RUNNING");

        cluster.RestartController(() => Assert.NotEqual(0, cluster.TryCall("scontrol", "ping").ExitCode));

        Assert.Equal("RUNNING", cluster.StateOf(job));
        cluster.Cancel(job);
        cluster.WaitUntil("it is cancelled", () => cluster.StateOf(job) == "CANCELLED");
    }

    [SlurmFact]
    public void Jobs_of_the_lower_partitions_give_way()
    {
        int[] filling =
        [
            .. SlurmCluster.Nodes.Select((node, i) => cluster.Submit("sleep 100", "-w", node, "--exclusive", "-p", i == 0 ? "low" : "requeue")),
        ];
        cluster.WaitUntil("all of it is full", () => filling.All(j => cluster.StateOf(j) == "RUNNING"));

        var first = cluster.Submit("sleep 100", "-w", "n1", "--exclusive");
        var second = cluster.Submit("sleep 100", "-w", "n2", "--exclusive");

        cluster.WaitUntil("they run", () => cluster.StateOf(first) == "RUNNING" && cluster.StateOf(second) == "RUNNING");
        Assert.Equal(["PREEMPTED", "PENDING", "RUNNING"], filling.Select(cluster.StateOf));
    }

    [SlurmFact]
    public void A_drained_node_takes_none_and_a_dead_one_loses_its_own()
    {
        cluster.Drain("n1");
        var waiting = cluster.Submit("sleep 100", "-w", "n1");
        var lost = cluster.Submit("sleep 100", "-w", "n2", "--no-requeue");
        cluster.WaitUntil("it runs", () => cluster.StateOf(lost) == "RUNNING");

        cluster.Down("n2");

        cluster.WaitUntil("it is lost", () => cluster.StateOf(lost) == "NODE_FAIL");
        Assert.Equal("PENDING", cluster.StateOf(waiting));
    }
}
