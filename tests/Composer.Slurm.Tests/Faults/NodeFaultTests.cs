using Composer.Slurm.Tests.Cluster;

namespace Composer.Slurm.Tests.Faults;

/// <summary>What becomes of nodes and of the controller.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class NodeFaultTests(SlurmCluster cluster, FaultTable table) : FaultTests(cluster, table)
{
    [SlurmFact(soak: true)]
    public void A_controller_that_is_restarted_costs_nothing() => Try("controller restarted", () => SteadyTraining(), experiment =>
    {
        using var run = experiment.Start();
        experiment.WaitForJob(run);
        Cluster.RestartController();
        run.WaitForEnd().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void A_controller_that_is_away_for_half_a_minute_costs_nothing() => Try("controller away for 30 s", () => Search(), experiment =>
    {
        using var run = experiment.Start();
        experiment.WaitForJob(run, checkpoint: false);
        Cluster.RestartController(() => Thread.Sleep(30_000), crash: true);
        run.WaitForEnd().Expect(0);
    });

    /// <summary>What it forgot, a node ends when it registers, and it says then that the job was cancelled: as by hand.</summary>
    [SlurmFact(soak: true)]
    public void A_controller_that_crashed_and_forgot_the_job_costs_an_attempt() => Try("controller crashed after a submission", () => Training(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.WaitUntil("it is submitted", () => experiment.OwnJobs().Any());
        Cluster.RestartController(crash: true);
        if (run.WaitForEnd() is { ExitCode: not 0 } end)
        {
            Assert.Contains("the same command goes on", end.Output, StringComparison.Ordinal);
            experiment.Run().Expect(0);
        }
    });

    [SlurmFact(soak: true)]
    public void A_slurmd_that_is_killed_leaves_the_job_to_end_by_itself() => Try("slurmd killed", () => SteadyTraining(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.KillDaemon(experiment.WaitForJob(run).Node);
        run.WaitForEnd().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void One_that_stays_away_has_its_job_run_elsewhere_and_the_two_do_not_meet() => Try("slurmd killed for long", () => LongTraining(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.KillDaemon(experiment.WaitForJob(run).Node);
        run.WaitForEnd().Expect(0);
    });

    [SlurmFact(soak: true)]
    public void A_node_that_dies_with_its_job_is_noticed_by_its_silence() => Try("node killed", () => LongTraining(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.KillNode(experiment.WaitForJob(run).Node);
        run.WaitForEnd().Expect(0);
        Assert.Equal(3, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void A_drained_node_ends_its_job_and_takes_no_more() => Try("node drained", () => SteadyTraining(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.Drain(experiment.WaitForJob(run).Node);
        run.WaitForEnd().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void A_node_that_fails_has_its_job_run_elsewhere() => Try("NODE_FAIL", () => LongTraining(), experiment =>
    {
        using var run = experiment.Start();
        Cluster.Down(experiment.WaitForJob(run).Node);
        run.WaitForEnd().Expect(0);
        Assert.Equal(3, experiment.Attempts);
    });
}
