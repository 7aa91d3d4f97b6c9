using Composer.Agents.Slurm;

namespace Composer.Agents.Tests.Slurm;

/// <summary>The client, against commands that answer as Slurm's were seen to.</summary>
public sealed class SlurmCommandsTests : IDisposable
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("17", "17")]
    [InlineData("17;cluster", "17")]
    [InlineData("  17\n", "17")]
    public async Task The_number_of_a_submission_is_read(string output, string expected) =>
        Assert.Equal(expected, await Client("sbatch", $"printf '{output}'").SubmitAsync("script.sh", Now));

    [Theory]
    [InlineData("sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)", SlurmFault.Unclear)]
    [InlineData("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", SlurmFault.Unclear)]
    [InlineData("sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received", SlurmFault.Unclear)]
    [InlineData("sbatch: error: Batch job submission failed: Unexpected message received", SlurmFault.Unclear)]
    [InlineData("sbatch: error: Batch job submission failed: Connection refused", SlurmFault.Unclear)]
    [InlineData("sbatch: error: Slurm backup controller in standby mode", SlurmFault.Unclear)]
    [InlineData("Segmentation fault", SlurmFault.Unclear)]
    [InlineData("", SlurmFault.Unclear)]
    [InlineData("sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", SlurmFault.Full)]
    [InlineData("sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", SlurmFault.Full)]
    [InlineData("sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", SlurmFault.Full)]
    [InlineData("sbatch: error: QOSMaxWallDurationPerJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", SlurmFault.Refused)]
    [InlineData("sbatch: error: AssocMaxCpuPerJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", SlurmFault.Refused)]
    [InlineData("sbatch: error: Batch job submission failed: Resource temporarily unavailable", SlurmFault.Full)]
    [InlineData("sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying.", SlurmFault.Full)]
    [InlineData("sbatch: error: invalid partition specified: gpuu\nsbatch: error: Batch job submission failed: Invalid partition name specified", SlurmFault.Refused)]
    [InlineData("sbatch: error: Batch job submission failed: Requested node configuration is not available", SlurmFault.Refused)]
    [InlineData("sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified", SlurmFault.Refused)]
    [InlineData("sbatch: error: Memory specification can not be satisfied\nsbatch: error: Batch job submission failed: Requested node configuration is not available", SlurmFault.Refused)]
    [InlineData("sbatch: unrecognized option '--bogus'\nTry \"sbatch --help\" for more information", SlurmFault.Refused)]
    [InlineData("sbatch: error: Invalid --time specification", SlurmFault.Refused)]
    internal async Task What_sbatch_says_tells_what_to_do(string errors, SlurmFault expected)
    {
        var failure = await Assert.ThrowsAsync<SlurmException>(() =>
            Client("sbatch", $"cat >&2 <<'END'\n{errors}\nEND\nexit 1").SubmitAsync("script.sh", Now));

        Assert.Equal(expected, failure.Fault);
        Assert.Contains(errors.Length > 0 ? errors.Split('\n')[^1] : "sbatch ended with 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_number_is_unclear() => Assert.Equal(
        SlurmFault.Unclear,
        (await Assert.ThrowsAsync<SlurmException>(() => Client("sbatch", "echo maintenance tonight").SubmitAsync("s", Now))).Fault);

    [Fact]
    public async Task A_command_that_hangs_is_ended_with_its_children()
    {
        var slurm = Client("sbatch", "sleep 1000 & echo $! > child; wait", TimeSpan.FromMilliseconds(300));

        var failure = await Assert.ThrowsAsync<SlurmException>(() => slurm.SubmitAsync("script.sh", Now));

        Assert.Equal((SlurmFault.Unclear, "did not answer"), (failure.Fault, failure.Message.Contains("did not answer", StringComparison.Ordinal) ? "did not answer" : failure.Message));
        var child = $"/proc/{(await File.ReadAllTextAsync(folder["child"], Now)).Trim()}/cmdline";
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(child), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_command_is_broken_off_when_it_is_not_wanted_any_more()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client("squeue", "exec sleep 1000").ListAsync("name", stop.Token));
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_refused_with_its_name()
    {
        var slurm = new SlurmCommands { Bin = folder.Path };

        var failure = await Assert.ThrowsAsync<SlurmException>(() => slurm.SubmitAsync("script.sh", Now));

        Assert.Equal(SlurmFault.Refused, failure.Fault);
        Assert.Contains("sbatch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_asks_for_all_of_the_name_and_reads_each_line()
    {
        var slurm = Client("squeue", "printf '%s\\n' \"$@\" > arguments; printf '17_0|c|RUNNING|None\\nnonsense\\n\\n17_1|c|PENDING|a|b\\n'");

        var seen = await slurm.ListAsync("the name", Now);

        Assert.Equal([("17_0", SlurmState.Running), ("17_1", SlurmState.Waiting)], seen.Select(s => (s.Id, s.State)));
        Assert.Equal(["--states=all", "-r", "-h", "-n", "the name", "-o", "%i|%k|%T|%r"], await File.ReadAllLinesAsync(folder["arguments"], Now));
    }

    [Fact]
    public async Task A_listing_that_fails_is_no_empty_listing() => Assert.Equal(
        SlurmFault.Unclear,
        (await Assert.ThrowsAsync<SlurmException>(() =>
            Client("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1").ListAsync("n", Now))).Fault);

    [Fact]
    public async Task Without_accounting_nothing_is_remembered() => Assert.Empty(
        await Client("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1").RememberAsync(["17"], Now));

    [Fact]
    public async Task Many_numbers_go_in_several_calls()
    {
        var slurm = Client("sacct", "echo x >> calls; printf '17|c|COMPLETED|0:0\\n'");

        Assert.Equal(3, (await slurm.RememberAsync([.. Enumerable.Range(0, 450).Select(i => $"{i}")], Now)).Count);
        Assert.Equal(3, (await File.ReadAllLinesAsync(folder["calls"], Now)).Length);
    }

    [Fact]
    public async Task Cancelling_what_has_ended_is_no_mistake()
    {
        await Client("scancel", "echo 'scancel: error: Kill job error on job id 17: Invalid job id specified' >&2; exit 1").CancelAsync(["17"], Now);
        var failure = await Assert.ThrowsAsync<SlurmException>(() =>
            Client("scancel", "echo 'scancel: error: Unable to contact slurm controller' >&2; exit 1").CancelAsync(["17"], Now));

        Assert.Equal(SlurmFault.Unclear, failure.Fault);
    }

    [Fact]
    public async Task What_the_users_environment_sets_for_the_commands_does_not_reach_them()
    {
        string[] names = ["SBATCH_PARTITION", "SQUEUE_FORMAT", "SLURM_CLUSTERS", "SACCT_FORMAT", "SLURM_CONF", "COMPOSER_TEST_KEPT"];
        var before = names.ToDictionary(n => n, Environment.GetEnvironmentVariable);
        try
        {
            Array.ForEach(names, n => Environment.SetEnvironmentVariable(n, "/set"));
            await Client("squeue", "env > environment").ListAsync("n", Now);
        }
        finally
        {
            Array.ForEach(names, n => Environment.SetEnvironmentVariable(n, before[n]));
        }

        var seen = await File.ReadAllLinesAsync(folder["environment"], Now);
        Assert.Equal(["COMPOSER_TEST_KEPT=/set", "SLURM_CONF=/set"], seen.Where(l => names.Contains(l.Split('=')[0])).Order(StringComparer.Ordinal));
    }

    /// <summary>What has ended and waits for its parent has no command line any more.</summary>
    private static bool IsAlive(string commandLine)
    {
        try
        {
            return File.ReadAllText(commandLine).Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private SlurmCommands Client(string command, string body, TimeSpan? patience = null)
    {
        folder.WriteScript(command, $"#!/bin/sh\ncd '{folder.Path}'\n{body}\n");
        return new SlurmCommands { Bin = folder.Path, Patience = patience ?? TimeSpan.FromSeconds(30) };
    }
}
