using Composer.Pipeline.Jobs;
using System.Diagnostics;
using Composer.Agents.Attempts;
using Composer.Core;
using Composer.Core.Json;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Agents.Tests.Attempts;

/// <summary>An attempt from the side of the node that runs it.</summary>
public sealed class AttemptRunnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly StringWriter log = new();

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    [Fact]
    public void A_reader_is_told_what_a_runner_does()
    {
        var attempt = Begin("a", "b");

        Assert.Equal(ExitCode.Done, Run(attempt));

        var (reader, words) = (new AttemptReader(attempt, time), new List<string>());
        reader.Read((happened, digests) => words.Add($"{happened.Finished!.Key.Short} {digests.Count}"));
        Assert.Equal([$"{Spoken.KeyOf("a").Short} 1", $"{Spoken.KeyOf("b").Short} 1"], words);
        Assert.Equal((null, false, new FileInfo(attempt.EventsFile).Length), (reader.Result!.Signal, reader.Result.Result.Cancelled, reader.Result.EventBytes));
        Assert.Equal("done\n", log.ToString());
    }

    [Fact]
    public void What_failed_leaves_why()
    {
        var attempt = Begin("a", "fail", "b");

        Assert.Equal(ExitCode.StageFailed, Run(attempt));

        var result = ComposerJson.Read<AttemptResult>(File.ReadAllBytes(attempt.ResultFile)).Result;
        Assert.Equal(("cannot say it", true), (result.Failure, result.FailsAlike));
        Assert.Equal("cannot say it\n", log.ToString());
    }

    [Fact]
    public void Of_two_that_run_one_attempt_one_begins()
    {
        var attempt = Begin("a");
        Assert.Equal(ExitCode.Done, Run(attempt));
        var before = Directory.GetFiles(attempt.FullPath).ToDictionary(f => f, File.ReadAllBytes);

        Assert.Equal(ExitCode.Blocked, Run(attempt));

        Assert.Contains($"Another job has begun '{attempt.FullPath}'", log.ToString(), StringComparison.Ordinal);
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void One_that_was_given_up_before_it_began_does_not_begin()
    {
        var (cancelled, superseded) = (Begin("a"), Begin("b"));
        File.WriteAllText(cancelled.GivenUpFile, "");
        AttemptFolder.TryBegin(Spoken.JobAt(superseded.JobFolder, "b"));

        Assert.Equal((ExitCode.Cancelled, ExitCode.Cancelled), (Run(cancelled), Run(superseded)));

        Assert.False(File.Exists(cancelled.StartedFile) || File.Exists(superseded.StartedFile));
    }

    [Fact]
    public void A_folder_without_a_job_is_told_to_be_out_of_sight()
    {
        Directory.CreateDirectory(folder["job/attempts/0001"]);

        Assert.Equal(ExitCode.Blocked, AttemptRunner.Run(folder["job/attempts/0001"], new JobExecution(Spoken.Kinds), Spoken.Kinds, log, time));
        Assert.Contains($"is the folder visible from {Environment.MachineName}?", log.ToString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("TERM", "SIGTERM")]
    [InlineData("USR1", "SIGUSR1")]
    public async Task A_signal_stops_it_with_a_result_that_names_it(string signal, string name)
    {
        var attempt = Begin("a", "wait");
        var running = Task.Run(() => Run(attempt));
        await BegunAsync(attempt);

        using var kill = Process.Start("kill", [$"-{signal}", $"{Environment.ProcessId}"]);

        Assert.Equal(ExitCode.Cancelled, await running);
        var result = ComposerJson.Read<AttemptResult>(await File.ReadAllBytesAsync(attempt.ResultFile, TestContext.Current.CancellationToken));
        Assert.Equal((true, name), (result.Result.Cancelled, result.Signal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, "a later attempt")]
    [InlineData(false, "its coordinator")]
    public async Task One_that_is_given_up_while_it_runs_ends_at_its_next_beat(bool bySuccessor, string expected)
    {
        var attempt = Begin("wait");
        var running = Task.Run(() => Run(attempt));
        await BegunAsync(attempt);
        if (bySuccessor)
        {
            AttemptFolder.TryBegin(Spoken.JobAt(attempt.JobFolder, "wait"));
        }
        else
        {
            await File.WriteAllTextAsync(attempt.GivenUpFile, "", TestContext.Current.CancellationToken);
        }

        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, ComposerJson.Read<AttemptResult>(await File.ReadAllBytesAsync(attempt.ResultFile, TestContext.Current.CancellationToken)).Signal);
    }

    [Fact]
    public void A_disk_that_takes_no_result_is_in_the_log()
    {
        var attempt = Begin("a");
        Directory.CreateDirectory(attempt.ResultFile);

        Assert.Equal(ExitCode.StageFailed, Run(attempt));
        Assert.NotEmpty(log.ToString());
    }

    [Fact]
    public void A_node_of_other_hardware_refuses_and_says_what_to_write()
    {
        var job = Spoken.JobAt(folder["other"], "a") with { Hardware = "another one" };

        Assert.Equal(ExitCode.StageFailed, Run(AttemptFolder.TryBegin(job)!));
        Assert.Contains("computes 'this one', and the key says 'another one'", log.ToString(), StringComparison.Ordinal);
        Assert.Contains("processor = \"", log.ToString(), StringComparison.Ordinal);
        Assert.Null(JobHardware.WhyNotHere(job with { Hardware = "this one" }, Spoken.Kinds));
        Assert.Null(JobHardware.WhyNotHere(job with { Hardware = null }, Spoken.Kinds));
    }

    private AttemptFolder Begin(params string[] words) => AttemptFolder.TryBegin(Spoken.JobAt(folder[string.Join('-', words)], words))!;

    private int Run(AttemptFolder attempt) => AttemptRunner.Run(attempt.FullPath, new JobExecution(Spoken.Kinds), Spoken.Kinds, log, time);

    /// <summary>Its first beat comes when it listens for signals.</summary>
    private static async Task BegunAsync(AttemptFolder attempt)
    {
        while (!File.Exists(attempt.HeartbeatFile))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
