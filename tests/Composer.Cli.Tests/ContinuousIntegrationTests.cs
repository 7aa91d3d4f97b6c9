using System.Xml.Linq;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>What CI systems read: JUnit's XML and the workflow commands of GitHub Actions.</summary>
[Collection(ComputedExperiment.Collection)]
public class ContinuousIntegrationTests(ComputedExperiment computed)
{
    /// <summary>Only when the one document is tokens it shows that they are too few.</summary>
    private static readonly string[] Broken =
        ["--set", "pretrain.corpus=mine.txt", "--set", "pretrain.documents=1", "--set", "pretrain.validation_documents=1"];

    [Fact]
    public void A_JUnit_report_has_a_case_for_each_stage_and_says_what_failed_and_why()
    {
        using var workspace = computed.Workspace.Copy();
        File.WriteAllText(Path.Combine(workspace.Root, "mine.txt"), "Too\n\nshort.");
        var file = Path.Combine(workspace.Root, "reports", "junit.xml");

        workspace.Call(["run", "tiny", "--junit", file, .. Broken]).Expect(1);

        var suite = XDocument.Load(file).Root!.Element("testsuite")!;
        Assert.Equal("tiny", (string?)suite.Attribute("name"));
        Assert.Equal(
            ("10", "2", "3"),
            ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("skipped")));
        var cases = suite.Elements("testcase").ToDictionary(c => (string)c.Attribute("name")!);
        Assert.Equal(TinyExperiment.Stages, cases.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("mine.txt", (string?)cases["pretrain/llama"].Element("failure")!.Attribute("message"), StringComparison.Ordinal);
        Assert.NotNull(cases["lm-eval/llama"].Element("skipped"));
        Assert.StartsWith("hit ", cases["search"].Element("system-out")!.Value, StringComparison.Ordinal);
        Assert.Equal("tiny.search", (string?)cases["search"].Attribute("classname"));
    }

    [Fact]
    public void GitHub_is_shown_a_failed_stage_at_its_section_a_group_and_a_summary()
    {
        using var workspace = computed.Workspace.Copy();
        File.WriteAllText(Path.Combine(workspace.Root, "mine.txt"), "Too\n\nshort.");
        var summary = Path.Combine(workspace.Root, "summary.md");
        var actions = new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = summary };

        var run = ComposerExecutable.Run(workspace.Root, actions, ["run", "tiny", .. Broken]).Expect(1);

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("::group::tiny · run ", lines[0], StringComparison.Ordinal);
        Assert.Contains("::endgroup::", lines);
        var line = 1 + Array.FindIndex(TinyExperiment.Manifest.Split('\n'), l => l == "[pretrain]");
        Assert.Contains(
            lines,
            l => l.StartsWith($"::error file=experiments/tiny.toml,line={line},", StringComparison.Ordinal)
                && l.Contains(",title=CMP1012::pretrain/llama failed: ", StringComparison.Ordinal));
        Assert.Contains("| pretrain/llama | failed |", File.ReadAllText(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void GitHub_is_shown_a_mistake_at_its_place_and_JSON_stays_alone_on_standard_output()
    {
        using var workspace = computed.Workspace.Copy();
        var mistake = workspace.Call("run", "tiny", "--github", "--set", "search.trials=many").Expect(2);
        Assert.Contains("::error title=CMP0102::In --set search.trials=many: ", mistake.Error, StringComparison.Ordinal);

        workspace.Write("tiny", TinyExperiment.Manifest.Replace("layers = 2", "layerz = 2", StringComparison.Ordinal));
        var misspelt = workspace.Call("run", "tiny", "--github").Expect(2);
        var line = 1 + Array.FindIndex(TinyExperiment.Manifest.Split('\n'), l => l == "layers = 2");
        Assert.Contains($"::error file=experiments/tiny.toml,line={line},", misspelt.Error, StringComparison.Ordinal);

        workspace.Write("tiny", TinyExperiment.Manifest);
        var json = workspace.Run("--github").Expect(0);
        Assert.Equal(json.Events.Count, json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("::endgroup::", json.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_GitHub_there_is_no_workflow_command()
    {
        using var workspace = computed.Workspace.Copy();
        var run = workspace.Call("run", "tiny").Expect(0);
        Assert.DoesNotContain("::", run.Output + run.Error, StringComparison.Ordinal);
    }
}
