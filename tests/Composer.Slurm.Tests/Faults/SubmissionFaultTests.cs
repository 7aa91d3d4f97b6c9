using Composer.Slurm.Tests.Cluster;
using Composer.Testing.Execution;

namespace Composer.Slurm.Tests.Faults;

/// <summary>What becomes of submissions and of whoever makes them.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class SubmissionFaultTests(SlurmCluster cluster, FaultTable table) : FaultTests(cluster, table)
{
    [SlurmFact]
    public void A_search_in_arrays_gives_the_digests_of_this_machine() => Try("none", () => Search("queue = 8\narray = 4"), experiment =>
    {
        experiment.Run().Expect(0);
        Assert.Equal(16, experiment.Attempts);
        Assert.True(experiment.OwnJobs().Count(j => j.Id.Contains('_', StringComparison.Ordinal)) >= 8);
    });

    [SlurmFact]
    public void A_sbatch_that_fails_after_it_has_submitted_submits_once() => Try("sbatch failed after submitting", () => Training(), experiment =>
    {
        var submissions = experiment.Mark("submissions");
        experiment.Replace(
            "sbatch",
            $"""
            $REAL "$@" >> {submissions}
            echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller' >&2
            exit 1
            """);
        experiment.Run().Expect(0);
        Assert.Equal(2, experiment.Attempts);
        Assert.Equal(2, File.ReadAllLines(submissions).Length);
    });

    [SlurmFact(soak: true)]
    public void A_sbatch_that_does_not_come_back_submits_once() => Try("sbatch timed out after submitting", () => Training(), experiment =>
    {
        experiment.Replace("sbatch", $"""$REAL "$@" > /dev/null; if [ ! -e {experiment.Mark("hung")} ]; then touch {experiment.Mark("hung")}; exec sleep 300; fi; exit 1""");
        experiment.Run().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void One_that_lands_after_it_was_given_up_is_kept_out_by_the_first_that_begins() => Try("sbatch landed twice", () => Training(), experiment =>
    {
        experiment.Replace("sbatch", """$REAL "$@" > /dev/null; $REAL "$@" """);
        experiment.Run().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact]
    public void A_coordinator_that_is_killed_is_followed_by_the_next() => Killed("coordinator killed", experiment => experiment.Run());

    /// <summary>Its lease has to run out first: nobody there can tell that its holder is dead.</summary>
    [SlurmFact(soak: true)]
    public void And_by_one_on_another_machine() => Killed("coordinator killed, another host", experiment => experiment.RunElsewhere());

    [SlurmFact(soak: true)]
    public void One_that_is_killed_at_any_moment_of_a_search_is_followed_by_the_next()
    {
        var random = new Random(TestSeed.Of(20261126));
        Try("coordinator killed in a search", () => Search("queue = 8\narray = 4"), experiment =>
        {
            var runs = new List<RunningCall>();
            while (runs.Count < 4 && !runs.Exists(r => r.WaitForEnd().ExitCode == 0))
            {
                runs.Add(experiment.Start());
                runs[^1].WaitUntil(TimeSpan.FromSeconds(1 + (4 * random.NextDouble())));
                runs[^1].Signal("KILL");
                runs[^1].WaitForEnd();
            }

            experiment.Run().Expect(0);
            runs.ForEach(r => r.Dispose());
        });
    }

    /// <summary>What it started is not to be ended with it: its mark is on its jobs too.</summary>
    private void Killed(string fault, Func<ClusterExperiment, CompletedCall> next) => Try(fault, () => Training(), experiment =>
    {
        using var run = experiment.Start();
        experiment.WaitForJob(run);
        run.Signal("KILL");
        run.WaitForEnd();
        next(experiment).Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void Two_hundred_jobs_in_the_queue_are_a_search_like_any_other()
    {
        using var experiment = new ClusterExperiment(Cluster, new Scenario("--until", "search", "--set", "search.layers=8"), "queue = 200\narray = 100");
        using var run = experiment.Start();
        var most = 0;
        while (!run.HasEnded)
        {
            most = Math.Max(most, experiment.OwnJobs().Count(j => j.State is "PENDING" or "RUNNING"));
            Thread.Sleep(500);
        }

        run.WaitForEnd().Expect(0);
        Assert.InRange(most, 150, 200);
        experiment.AssertWhole("200 jobs in the queue", Table);
    }
}
