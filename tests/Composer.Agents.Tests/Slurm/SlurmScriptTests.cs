using System.Diagnostics;
using Composer.Agents.Attempts;
using Composer.Agents.Slurm;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests.Slurm;

/// <summary>The batch script: what Slurm reads of it, and what bash does with it.</summary>
public sealed class SlurmScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_wish_is_an_option()
    {
        var script = Script(
            new SlurmSection
            {
                Partition = [new() { Name = "gpu", Gpus = 8, Nodes = 2, Constraint = "a100&ib", Account = "us", Gres = "gpu:a100" }],
                Time = Duration.Parse("90 min"),
                Signal = Duration.Parse("2 min"),
                Directives = ["--qos=high"],
                Setup = ["module load openmpi"],
            },
            new StageNeeds(16, null),
            attempts: 3);

        Assert.Equal(
            [
                "--job-name=composer-test",
                "--comment=0123",
                $"--output='{folder["sub"]}/log-%a'",
                $"--chdir='{folder["sub"]}'",
                "--export=NIL",
                "--no-requeue",
                "--open-mode=truncate",
                "--nodes=2",
                "--ntasks=1",
                "--cpus-per-task=4",
                "--signal=B:USR1@120",
                "--array=0-2",
                "--partition='gpu'",
                "--account='us'",
                "--constraint='a100&ib'",
                "--gres=gpu:a100:8",
                "--mem=4G",
                "--time=0-01:30:00",
                "--qos=high",
            ],
            OptionsOf(script));
        Assert.DoesNotContain("CUDA_VISIBLE_DEVICES", script, StringComparison.Ordinal);
        Assert.Contains("\nmodule load openmpi\n", script, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_wished_is_no_option()
    {
        var script = Script(new SlurmSection { MemoryGb = 0 }, StageNeeds.None);

        Assert.DoesNotContain(
            OptionsOf(script), o => new[] { "array", "partition", "account", "constraint", "gres", "mem", "time" }.Any(n => o.StartsWith($"--{n}=", StringComparison.Ordinal)));
        Assert.Contains("export CUDA_VISIBLE_DEVICES=\n", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 s", "0-00:01:00")]
    [InlineData("60 s", "0-00:01:00")]
    [InlineData("61 s", "0-00:02:00")]
    [InlineData("59 min", "0-00:59:00")]
    [InlineData("60 min", "0-01:00:00")]
    [InlineData("24 h", "1-00:00:00")]
    [InlineData("100 h", "4-04:00:00")]
    public void Part_of_a_minute_is_a_whole_one(string time, string expected) =>
        Assert.Contains($"--time={expected}", OptionsOf(Script(new SlurmSection { Time = Duration.Parse(time) }, StageNeeds.None)));

    [Theory]
    [InlineData("0.5 s", 1)]
    [InlineData("90 s", 90)]
    [InlineData("100 h", 65_535)]
    public void The_signal_comes_within_what_Slurm_allows(string before, int expected) =>
        Assert.Contains($"--signal=B:USR1@{expected}", OptionsOf(Script(new SlurmSection { Signal = Duration.Parse(before) }, StageNeeds.None)));

    [Fact]
    public void Only_what_a_job_needs_of_the_environment_reaches_it()
    {
        var script = Script(new SlurmSection(), StageNeeds.None, environment: new()
        {
            ["PATH"] = "/bin:it's",
            ["COMPOSER_ENGINES"] = "/a b",
            ["SSH_AUTH_SOCK"] = "/tmp/secret",
            ["SBATCH_PARTITION"] = "wrong",
            ["COMPOSER_LINES"] = "a\nb",
        });

        Assert.Equal(
            ["export COMPOSER_ENGINES='/a b'", "export PATH='/bin:it'\\''s'"],
            script.Split('\n').Where(l => l.StartsWith("export", StringComparison.Ordinal)).Take(2));
        Assert.DoesNotContain("secret", script, StringComparison.Ordinal);
        Assert.DoesNotContain("COMPOSER_LINES", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", 1)]
    [InlineData("a b", 2)]
    [InlineData("it's", 2)]
    [InlineData("100%a", 3)]
    [InlineData("$(touch oops) `x` \"q\" \\ ;&|*", 2)]
    [InlineData("ümlaut", 1)]
    public async Task Each_task_runs_its_attempt_whatever_its_path_holds(string name, int attempts)
    {
        var place = new SlurmPlace("composer-test", folder[name], Runner(folder[$"bin {name}/composer"]), new SlurmSection());
        AttemptFolder[] folders = [.. Enumerable.Range(0, attempts).Select(i => AttemptFolder.TryBegin(JobAt(folder[$"{name}/work {i}"]))!)];

        var submission = place.Submission(SlurmRequest.For(place.Settings, "pretrain", 4, 1, StageNeeds.None)!, folders);

        Assert.Equal(0, await BashAsync(["-n", submission.ScriptFile]));
        for (var i = 0; i < attempts; i++)
        {
            Assert.Equal(0, await BashAsync([submission.ScriptFile], attempts > 1 ? i : null));
            Assert.Equal($"agent|--attempt|{folders[i].FullPath}|", await File.ReadAllTextAsync(folder["called"], TestContext.Current.CancellationToken));
        }

        Assert.Equal(attempts, (await File.ReadAllLinesAsync(submission.TasksFile, TestContext.Current.CancellationToken)).Length);
        Assert.False(File.Exists("oops"));
    }

    [Fact]
    public void The_log_of_a_task_is_where_Slurm_was_told_to_write_it()
    {
        var submission = Submission(new SlurmSection(), StageNeeds.None, 2, "100%a");

        Assert.EndsWith("/100%%a/log-%a", submission.LogPattern, StringComparison.Ordinal);
        Assert.EndsWith("/100%a/log-1", SlurmSubmission.LogOf(submission.Of(1)), StringComparison.Ordinal);
        Assert.EndsWith("/log", SlurmSubmission.LogOf(Submission(new SlurmSection(), StageNeeds.None, 1, "x").Of(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_attempts_are_the_same_submission_and_others_another()
    {
        var place = new SlurmPlace("n", folder["logs"], "/composer", new SlurmSection());
        AttemptFolder[] folders = [.. Enumerable.Range(0, 2).Select(i => AttemptFolder.TryBegin(JobAt(folder[$"work-{i}"]))!)];
        var request = SlurmRequest.For(place.Settings, "evaluate", 1, 1, StageNeeds.None)!;

        Assert.Equal(place.Submission(request, folders).Comment, place.Submission(request, folders).Comment);
        Assert.NotEqual(place.Submission(request, folders).Comment, place.Submission(request, folders[..1]).Comment);
    }

    private static Job JobAt(string path) => new() { Id = "job", Kind = "evaluate", Folder = path, Threads = 1, Units = [] };

    private static string[] OptionsOf(string script) =>
        [.. script.Split('\n').Where(l => l.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(l => l["#SBATCH ".Length..])];

    private string Script(SlurmSection settings, StageNeeds needs, int attempts = 1, Dictionary<string, string>? environment = null) =>
        SlurmScript.Of(Submission(settings, needs, attempts, "sub"), settings, "/shared/composer", environment ?? []);

    private SlurmSubmission Submission(SlurmSection settings, StageNeeds needs, int attempts, string name) => new(
        "composer-test",
        "0123",
        folder[name],
        SlurmRequest.For(settings, "pretrain", 4, 1, needs)!,
        [.. Enumerable.Range(0, attempts).Select(i => AttemptFolder.TryBegin(JobAt(folder[$"{name}-{i}"]))!)]);

    private string Runner(string path) => folder.WriteScript(
        Path.GetRelativePath(folder.Path, path), $"#!/bin/sh\n[ \"${{CUDA_VISIBLE_DEVICES-none}}\" = '' ] || exit 9\nprintf '%s|' \"$@\" > '{folder["called"]}'\n");

    private static async Task<int> BashAsync(string[] arguments, int? task = null)
    {
        var start = new ProcessStartInfo("bash");
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment.Remove("SLURM_ARRAY_TASK_ID");
        if (task is not null)
        {
            start.Environment["SLURM_ARRAY_TASK_ID"] = $"{task}";
        }

        using var bash = Process.Start(start)!;
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return bash.ExitCode;
    }
}
