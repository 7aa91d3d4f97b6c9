using Composer.MSBuild.Tasks;

namespace Composer.MSBuild.Tests.Tasks;

public class ExperimentTaskTests
{
    private readonly RecordingEngine engine = new();

    [Fact]
    public void A_plan_becomes_items()
    {
        using var composer = new FakeComposer(FakeComposer.TwoStagePlan, "");
        var task = Resolve(composer);

        Assert.True(task.Execute());
        Assert.Equal(["search", "pretrain/llama"], task.Stages.Select(stage => stage.ItemSpec));
        Assert.Equal(["hit", "run"], task.Stages.Select(stage => stage.GetMetadata("Status")));
        Assert.Equal(["2f9c1a", "77aa01"], task.Stages.Select(stage => stage.GetMetadata("Key")));
        Assert.Equal("seed: 17 -> 18; its input changes: search", task.Stages[1].GetMetadata("Reasons"));
        Assert.Equal(["plan quickstart --profile smoke --set seed=18 --json"], composer.Calls);
    }

    [Fact]
    public void A_run_becomes_items_and_a_report()
    {
        using var composer = new FakeComposer("", FakeComposer.TwoStageRun);
        var task = Run(composer);
        task.Until = "report";

        Assert.True(task.Execute());
        Assert.Equal((1, 1), (task.Ran, task.Hits));
        Assert.Equal(["search hit", "pretrain/llama ran"], task.Stages.Select(stage => $"{stage.ItemSpec} {stage.GetMetadata("Status")}"));
        var report = Assert.Single(task.Reports);
        Assert.Equal(Path.GetFullPath("artifacts/reports/quickstart/index.html", Path.GetTempPath()), report.ItemSpec);
        Assert.Equal("quickstart", report.GetMetadata("Experiment"));
        Assert.Equal(["run quickstart --until report --json"], composer.Calls);
    }

    [Fact]
    public void Mistakes_of_the_manifest_are_errors_in_their_place()
    {
        using var composer = new FakeComposer(FakeComposer.Mistakes, "");

        Assert.False(Resolve(composer).Execute());
        Assert.Equal(
            [
                "/clone/experiments/quickstart.toml(3,7) CMP0101 Unknown key.",
                "/clone/experiments/quickstart.toml(12,1) CMP0103 heads must divide dim.",
            ],
            engine.Errors.Select(error => $"{error.File}({error.LineNumber},{error.ColumnNumber}) {error.Code} {error.Message}"));
        Assert.Equal("CMP0102", Assert.Single(engine.Warnings).Code);
    }

    [Fact]
    public void A_failure_without_a_diagnostic_is_an_error_with_its_exit_code()
    {
        using var composer = new FakeComposer("", "echo 'out of memory' >&2; exit 1");

        Assert.False(Run(composer).Execute());
        Assert.Contains("exit code 1", Assert.Single(engine.Errors).Message, StringComparison.Ordinal);
        Assert.Contains("out of memory", engine.Messages);
    }

    [Fact]
    public void Something_that_is_no_plan_is_an_error()
    {
        using var composer = new FakeComposer("echo '{}'", "");

        Assert.False(Resolve(composer).Execute());
        Assert.Contains("printed no plan", Assert.Single(engine.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_executable_is_an_error_that_says_how_to_get_it()
    {
        var task = new RunExperiment { BuildEngine = engine, Executable = "/nowhere/composer", Experiment = "x", WorkingDirectory = "/" };

        Assert.False(task.Execute());
        Assert.Contains("./build.sh Compile", Assert.Single(engine.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_interrupts_the_run_and_waits_for_it()
    {
        using var composer = new FakeComposer("", """
            trap 'touch interrupted; exit 130' TERM
            touch started
            while :; do sleep 0.05; done
            """);
        var task = Run(composer);

        var execution = System.Threading.Tasks.Task.Run(task.Execute);
        Assert.True(SpinWait.SpinUntil(() => composer.Exists("started"), TimeSpan.FromSeconds(20)));
        task.Cancel();

        Assert.False(await execution.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(composer.Exists("interrupted"));
        Assert.Empty(engine.Errors);
    }

    private ResolveExperiment Resolve(FakeComposer composer) => new()
    {
        BuildEngine = engine,
        Executable = composer.Executable,
        Experiment = "quickstart",
        WorkingDirectory = Path.GetTempPath(),
        Profile = "smoke",
        Set = ["seed=18"],
    };

    private RunExperiment Run(FakeComposer composer) => new()
    {
        BuildEngine = engine,
        Executable = composer.Executable,
        Experiment = "quickstart",
        WorkingDirectory = Path.GetTempPath(),
    };
}
