using System.Text.Json;
using Composer.Build.CommandLine;
using Composer.Build.Tests.Contract;
using Composer.Build.Workflows;

namespace Composer.Build.Tests.Workflows;

public class WorkflowTests
{
    private static readonly Workflow Workflow = ContinuousIntegration.Workflow;

    [Fact]
    public void The_committed_workflow_is_what_the_build_writes()
    {
        var committed = File.ReadAllText(Path.Join(Clone.Root, Workflow.Path));
        Assert.True(
            committed == Workflow.ToYaml(),
            $"{Workflow.Path} has drifted from build/Workflows. Run './build.sh GenerateWorkflows' and commit the file.");
    }

    [Fact]
    public void It_calls_targets_and_options_that_the_build_has()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Join(Clone.Root, ".nuke", "build.schema.json")));
        var targets = schema.RootElement.GetProperty("definitions").GetProperty("ExecutableTarget").GetProperty("enum")
            .EnumerateArray().Select(name => name.GetString()!).ToList();
        var parameters = schema.RootElement.GetProperty("allOf")[0].GetProperty("properties").EnumerateObject()
            .Select(each => new BuildParameter(each.Name, typeof(string))).ToList();
        var guard = new CommandLineGuard(targets, parameters);

        var steps = Workflow.Jobs.SelectMany(job => job.Steps).ToList();

        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.Empty(guard.Check(
            [step.Target, .. step.Options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Mistakes));
    }

    [Fact]
    public void It_computes_the_quickstart_and_then_checks_it()
    {
        var job = Assert.Single(Workflow.Jobs, job => job.Id == "quickstart");
        Assert.Equal(["Experiment", "Check"], job.Steps.Select(step => step.Target));
        Assert.All(job.Steps, step => Assert.StartsWith("--name quickstart", step.Options, StringComparison.Ordinal));
    }
}
