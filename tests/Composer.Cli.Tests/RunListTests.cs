using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>What <c>runs</c>, <c>diff</c> and <c>trace</c> say of runs that differ in what they were asked for and in how they ended.</summary>
[Collection(ComputedExperiment.Collection)]
public class RunListTests(ComputedExperiment computed)
{
    private const string Setting = "lm-eval.limit=2";

    [Fact]
    public void A_run_is_listed_with_its_profile_settings_duration_and_result()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Write("tiny", TinyExperiment.Manifest + "[profile.short]\n\"lm-eval.limit\" = 3\n");
        workspace.Call("run", "tiny", "--profile", "short", "--set", Setting, "--set", "description=\"two words\"").Expect(0);

        var (newest, older) = Ids(workspace);
        var listed = workspace.Call("runs").Expect(0).Output.Split('\n');
        Assert.Matches(
            $@"^{newest} +tiny \(short\)  \S+ \S+ UTC  done in [\d.]+ m?s, \d ran, \d hits  --set {Setting}  --set description=""two words""\s*$",
            listed[0]);
        Assert.Matches($@"^{older} +tiny          \S+ \S+ UTC  done in .+, 10 ran\s*$", listed[1]);

        var diff = workspace.Call("diff", older, newest).Expect(0).Output.Split('\n');
        Assert.Matches($@"^- {older} +tiny          .* done in ", diff[0]);
        Assert.Matches($@"^\+ {newest} +tiny \(short\)  .* done in .*--set {Setting}", diff[1]);

        var json = workspace.Call("diff", older, newest, "--json").Expect(0).Json;
        Assert.Equal(Setting, (string?)json["newer_run"]!["settings"]![0]);
        Assert.Equal("done", (string?)json["newer_run"]!["result"]);
        Assert.Equal("short", (string?)json["newer_run"]!["profile"]);
    }

    [Fact]
    public void A_run_under_way_is_running_and_one_that_was_killed_is_interrupted()
    {
        using var workspace = new ExperimentWorkspace();
        using (var run = workspace.StartRun("--set", Setting))
        {
            Assert.True(run.WaitFor(e => (string?)e["event"] == "stage-started"));
            Assert.Matches($@"UTC  running for [\d.]+ m?s  --set {Setting}", workspace.Call("runs").Expect(0).Output);
            run.Signal("KILL");
            run.WaitForEnd();
        }

        var id = Ids(workspace).Newest;
        Assert.Matches($@"^{id}  tiny  \S+ \S+ UTC  interrupted  --set {Setting}\s*$", workspace.Call("runs").Expect(0).Output);
        Assert.Contains($"{id} has no end (interrupted)", workspace.Call("diff", id, id).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("has no end yet", workspace.Call("trace", "search", "--run", id).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("No run that has ended", workspace.Call("trace", "search").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_the_newest_run_lacks_is_found_in_an_earlier_one_with_its_settings()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Call("run", "tiny", "--set", Setting).Expect(0);
        var withLmEval = Ids(workspace).Newest;
        workspace.Call("run", "tiny", "--until", "extrapolate").Expect(0);
        var newest = Ids(workspace).Newest;

        var trace = workspace.Call("trace", "lm-eval/composite.tasks").Expect(0).Output;

        Assert.StartsWith($"The newest run, {newest}, has no such number; {withLmEval} is the newest that has.", trace, StringComparison.Ordinal);
        Assert.Contains("every digest is right", trace, StringComparison.Ordinal);
        Assert.Matches($@"lm-eval\.limit +2   In --set {Setting}|lm-eval\.limit +2   --set {Setting}|lm-eval\.limit +2 .*--set", trace);
        Assert.Matches("None of the runs has a number 'lm-eval/composit'", workspace.Call("trace", "lm-eval/composit").Expect(2).Error);
    }

    private static (string Newest, string Older) Ids(ExperimentWorkspace workspace)
    {
        var runs = workspace.Call("runs", "--json").Expect(0).Json["runs"]!.AsArray();
        return ((string)runs[0]!["id"]!, (string?)(runs.Count > 1 ? runs[1] : runs[0])!["id"] ?? "");
    }
}
