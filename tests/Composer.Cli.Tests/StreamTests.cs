using System.Diagnostics;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Standard streams that are closed, full, or read by nobody: a sentence or silence, a right exit code, and no work lost.</summary>
[Collection(ComputedExperiment.Collection)]
public class StreamTests(ComputedExperiment computed)
{
    private const string Lost = "error CMP1015: Standard output could not be written: No space left on device.";

    [Theory]
    [InlineData("plan tiny", ">&-", 0, "")]
    [InlineData("plan tiny", ">&- 2>&- <&-", 0, "")]
    [InlineData("plan tiny", "> /dev/full", 1, Lost)]
    [InlineData("plan tiny", "> /dev/full 2> /dev/full", 1, "")]
    [InlineData("plan tiny --json", "| head -c 1 > /dev/null", 0, "")]
    [InlineData("plan nothing", "2>&-", 2, "")]
    [InlineData("plan nothing", "2> /dev/full", 2, "")]
    [InlineData("plna", "2> /dev/full", 2, "")]
    [InlineData("--help", "> /dev/full", 1, Lost)]
    [InlineData("runs", "> /dev/full", 1, Lost)]
    [InlineData("store verify", "> /dev/full", 1, Lost)]
    [InlineData("store stats", ">&-", 0, "")]
    [InlineData("why tiny search", "> /dev/full", 1, Lost)]
    [InlineData("trace search", "> /dev/full", 1, Lost)]
    [InlineData("search export tiny", "> /dev/full", 1, Lost)]
    [InlineData("manifest schema", "> /dev/full", 1, Lost)]
    [InlineData("architecture expand 2A+4M", ">&-", 0, "")]
    [InlineData("run tiny", "> /dev/full", 1, Lost)]
    [InlineData("run tiny --json", "> /dev/full", 1, Lost)]
    [InlineData("run tiny", ">&- 2>&- <&-", 0, "")]
    [InlineData("run tiny", "| head -n 1 > /dev/null", 0, "")]
    public void A_stream_that_is_gone_ends_no_command_with_a_surprise(string command, string streams, int exitCode, string error)
    {
        using var workspace = computed.Workspace.Copy();

        var call = Shell(workspace, command, streams);

        Assert.True(call.ExitCode == exitCode, $"{call.ExitCode}: {call.Error}");
        Assert.StartsWith(error, call.Error, StringComparison.Ordinal);
        Assert.True((error.Length == 0) == (call.Error.Length == 0), call.Error);
        Assert.True(call.Error.Count(c => c == '\n') <= 1, call.Error);
        workspace.VerifyStore();
    }

    [Theory]
    [InlineData("> /dev/full", 1)]
    [InlineData(">&- 2>&- <&-", 0)]
    public void A_run_whose_lines_nobody_reads_is_computed_all_the_same(string streams, int exitCode)
    {
        using var workspace = new ExperimentWorkspace();

        var call = Shell(workspace, "run tiny", streams);

        Assert.True(call.ExitCode == exitCode, $"{call.ExitCode}: {call.Error}");
        Assert.All(workspace.Plan(), stage => Assert.Equal("hit", (string?)stage["status"]));
        Assert.Equal(computed.Workspace.Outputs(), workspace.Outputs());
    }

    [Fact]
    public void A_summary_that_cannot_be_written_is_a_warning_and_a_report_that_cannot_is_a_mistake_before_anything_runs()
    {
        using var workspace = computed.Workspace.Copy();
        var nowhere = Path.Combine(workspace.Root, "nowhere", "summary.md");
        var actions = new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = nowhere };

        var run = ComposerExecutable.Run(workspace.Root, actions, "run", "tiny").Expect(0);
        Assert.Contains("::warning title=CMP1014::GITHUB_STEP_SUMMARY", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing to do", run.Output, StringComparison.Ordinal);

        using var untouched = new ExperimentWorkspace();
        File.WriteAllText(Path.Combine(untouched.Root, "file"), "");
        foreach (var report in (string[])["file/junit.xml", ".", ""])
        {
            Assert.Contains("error CMP1014: ", untouched.Call("run", "tiny", "--junit", report).Expect(2).Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(untouched.Store));
    }

    /// <summary>The exit code is the command's own, whatever reads its output.</summary>
    private static FinishedProcess Shell(ExperimentWorkspace workspace, string command, string streams)
    {
        var line = streams.StartsWith('|')
            ? $"{{ \"$0\" {command}; echo $? > exit-code; }} {streams}; exit \"$(cat exit-code)\""
            : $"exec \"$0\" {command} {streams}";
        var start = new ProcessStartInfo("sh", ["-c", line, ComposerExecutable.Path]) { WorkingDirectory = workspace.Root };
        start.Environment.Remove("GITHUB_ACTIONS");
        return FinishedProcess.Run(start);
    }
}
