using Composer.Slurm.Tests.Cluster;
using Composer.Testing.Execution;

namespace Composer.Slurm.Tests.Faults;

/// <summary>What becomes of the shared folder and of the nodes' clocks.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class StorageFaultTests(SlurmCluster cluster, FaultTable table) : FaultTests(cluster, table)
{
    [SlurmFact(soak: true)]
    public void A_result_that_is_seen_late_is_waited_for() => Try("result folder seen late", () => Training(), experiment =>
    {
        using var run = experiment.Start();
        var job = experiment.WaitForJob(run);
        run.Signal("STOP");
        Cluster.WaitUntil("the job is done", () => Cluster.StateOf(job.Number) is "COMPLETED" or "", 120);
        var attempt = Path.Join(experiment.WorkFolders.Single(), "attempts", "0001");
        Directory.Move(attempt, attempt + ".hidden");
        run.Signal("CONT");
        Thread.Sleep(20_000);
        Assert.False(run.HasEnded);
        Directory.Move(attempt + ".hidden", attempt);
        run.WaitForEnd().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact]
    public void Clocks_that_are_years_apart_change_nothing() => Try("clocks apart", () => Training(setup: Skewed), experiment =>
    {
        experiment.Run().Expect(0);
        Assert.Equal(2, experiment.Attempts);
    });

    [SlurmFact(soak: true)]
    public void A_full_folder_ends_in_a_sentence_and_the_same_command_goes_on_once_there_is_room() => Try("folder full", () => LongTraining(), experiment =>
    {
        using var disk = SharedDisk.Mount(Path.Join(experiment.Workspace.Root, "artifacts"));
        using (var run = experiment.Start())
        {
            experiment.WaitForJob(run);
            disk.Fill();
            Thread.Sleep(5000);
            disk.Empty();
            if (run.WaitForEnd().ExitCode == 0)
            {
                return;
            }
        }

        experiment.Run().Expect(0);
    });

    [SlurmFact(soak: true)]
    public void A_folder_that_can_only_be_read_for_a_while_costs_an_attempt_at_most() => Try("folder read-only", () => LongTraining(), experiment =>
    {
        using var disk = SharedDisk.Mount(Path.Join(experiment.Workspace.Root, "artifacts"));
        using (var run = experiment.Start())
        {
            experiment.WaitForJob(run);
            disk.MakeReadOnly();
            Thread.Sleep(5000);
            disk.MakeWritable();
            if (run.WaitForEnd().ExitCode == 0)
            {
                return;
            }
        }

        experiment.Run().Expect(0);
    });

    /// <summary>Beside the runner: whatever it says of the time is of another century.</summary>
    private const string Skewed = """
        (while kill -0 $$; do
          for file in started heartbeat; do
            if grep -q '"20[0-9][0-9]-' "$attempt_of_job/$file"; then sed -i 's/"20\([0-9][0-9]\)-/"19\1-/' "$attempt_of_job/$file"; fi
          done
          sleep 0.5
        done) > /dev/null 2>&1 &
        """;

    /// <summary>A tmpfs that is the shared folder.</summary>
    private sealed class SharedDisk : IDisposable
    {
        private readonly string folder;

        private SharedDisk(string folder) => this.folder = folder;

        public static SharedDisk Mount(string folder)
        {
            Directory.CreateDirectory(folder);
            Assert.SkipUnless(
                Call("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder), "NOT RUN: this user may not mount a tmpfs. Run the tests as root.");
            return new SharedDisk(folder);
        }

        public void Fill() => Call("dd", "if=/dev/zero", $"of={Path.Join(folder, "full")}", "bs=1M");

        public void Empty() => File.Delete(Path.Join(folder, "full"));

        /// <summary>By a second mount over the first: what is open for writing would hold that one.</summary>
        public void MakeReadOnly() =>
            Assert.True(Call("mount", "--bind", folder, folder) && Call("mount", "-o", "remount,bind,ro", folder));

        public void MakeWritable() => Assert.True(Call("umount", "-l", folder));

        public void Dispose() => Call("umount", "-l", folder);

        private static bool Call(string command, params string[] arguments) => FinishedProcess.TryRun(command, arguments) is { ExitCode: 0 };
    }
}
