namespace Composer.MSBuild.Tests;

/// <summary>Calls <c>dotnet build</c> on the sample project of <c>experiments/msbuild</c>.</summary>
public class SampleProjectTests
{
    [Fact]
    public void A_build_plans_and_runs_the_experiment_and_names_its_report()
    {
        using var composer = new FakeComposer(FakeComposer.TwoStagePlan, FakeComposer.TwoStageRun);

        var (exitCode, output) = Build(composer);

        Assert.True(exitCode == 0, output);
        Assert.Contains("pretrain/llama: run 77aa01", output, StringComparison.Ordinal);
        Assert.Contains("quickstart: 1 stages ran, 1 were in the store", output, StringComparison.Ordinal);
        Assert.Matches(@"report: .*[\\/]artifacts[\\/]reports[\\/]quickstart[\\/]index\.html", output);
        Assert.Equal(["plan quickstart --json", "run quickstart --json"], composer.Calls);
    }

    [Fact]
    public void A_mistake_in_the_manifest_fails_the_build_in_its_place_and_runs_nothing()
    {
        using var composer = new FakeComposer(FakeComposer.Mistakes, FakeComposer.TwoStageRun);

        var (exitCode, output) = Build(composer);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("/clone/experiments/quickstart.toml(3,7): error CMP0101: Unknown key.", output, StringComparison.Ordinal);
        Assert.Contains(
            "/clone/experiments/quickstart.toml(12,1): error CMP0103: heads must divide dim.", output, StringComparison.Ordinal);
        Assert.Equal(["plan quickstart --json"], composer.Calls);
    }

    private static (int ExitCode, string Output) Build(FakeComposer composer) => SampleBuild.Run(
        Path.Join(CloneRoot.Path, "experiments", "msbuild"),
        $"-p:ComposerExecutable={composer.Executable}",
        $"-p:ComposerTasksAssembly={typeof(DiagnosticLine).Assembly.Location}");
}
