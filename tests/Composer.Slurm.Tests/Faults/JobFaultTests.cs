using System.Globalization;
using Composer.Slurm.Tests.Cluster;

namespace Composer.Slurm.Tests.Faults;

/// <summary>What becomes of a job: preempted, killed, cancelled by hand, at its time limit.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class JobFaultTests(SlurmCluster cluster, FaultTable table) : FaultTests(cluster, table)
{
    [SlurmFact]
    public void A_preempted_training_goes_on_from_its_checkpoint() => Preempted("preempted", "low");

    [SlurmFact(soak: true)]
    public void One_that_is_preempted_with_a_grace_time_or_would_be_queued_again_does_too()
    {
        Preempted("preempted with a grace time", "grace");
        Preempted("preempted in a partition that queues again", "requeue");
    }

    [SlurmFact(soak: true)]
    public void One_that_is_killed_as_when_memory_is_short_is_tried_once_more_and_goes_on() => Try("killed by SIGKILL", () => SteadyTraining(), experiment =>
    {
        using var run = experiment.Start();
        Kill(experiment.WaitForJob(run));
        run.WaitForEnd().Expect(0);
        Assert.Equal(3, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void One_that_is_killed_again_has_failed_with_the_remedy()
    {
        using var experiment = LongTraining();
        using var run = experiment.Start();
        Kill(experiment.WaitForJob(run));
        Cluster.WaitUntil("it runs again", () => experiment.Heard == 3, 120);
        Kill(experiment.WaitForJob(run));

        var end = run.WaitForEnd().Expect(1);

        Assert.Contains("agents.slurm.memory_gb", end.Output, StringComparison.Ordinal);
    }

    [SlurmFact(soak: true)]
    public void One_that_is_cancelled_by_hand_has_failed_and_the_same_command_goes_on() => Try("cancelled by hand", () => SteadyTraining(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.Cancel(experiment.WaitForJob(run).Number);
        var end = run.WaitForEnd();
        if (end.ExitCode != 0)
        {
            Assert.Contains("was cancelled, and not by this run", end.Output, StringComparison.Ordinal);
            experiment.Run().Expect(0);
        }
    });

    [SlurmFact(soak: true)]
    public void A_training_longer_than_the_time_limit_goes_on_in_further_jobs()
    {
        // No cheap one: it must last longer than the minute that is the shortest limit.
        using var experiment = new ClusterExperiment(Cluster, Minutes, "time = \"1 min\"\n" + Partition("minute"));
        experiment.Run().Expect(0);
        Assert.True(experiment.Attempts > 2, $"{experiment.Attempts} attempts");
        experiment.AssertWhole("time limit, with a checkpoint", Table);
    }

    [SlurmFact(soak: true)]
    public void What_leaves_no_checkpoint_fails_at_the_time_limit_with_the_remedy()
    {
        using var experiment = new ClusterExperiment(
            Cluster,
            new Scenario("--until", "search", "--set", "search.layers=1", "--set", "evaluate.epochs=40000", "--set", "evaluate.samples=512"),
            "time = \"1 min\"\n" + Partition("minute"));

        var end = experiment.Run().Expect(1);

        Assert.Contains("agents.slurm.time", end.Output, StringComparison.Ordinal);
    }

    private static Scenario Minutes { get; } = new(
        "--until", "pretrain/llama", "--set", "pretrain.tokens=12000000", "--set", "pretrain.checkpoint_seconds=10");

    private void Preempted(string fault, string partition) => Try(fault, () => SteadyTraining(Partition(partition)), experiment =>
    {
        using var run = experiment.Start();
        experiment.WaitForJob(run);
        int[] others = [.. SlurmCluster.Nodes.Select(node => Cluster.Submit("sleep 2", "-w", node, "--exclusive"))];
        Cluster.WaitUntil("the others run", () => others.All(o => Cluster.StateOf(o) is "RUNNING" or "COMPLETED"));
        var end = run.WaitForEnd().Expect(0);
        Assert.Equal(3, experiment.Attempts);
        Assert.Contains("stage-notice", end.Output, StringComparison.Ordinal);
    });

    private void Kill(ClusterJob job) => Cluster.Fault("kill-job", job.Number.ToString(CultureInfo.InvariantCulture));
}
