using Nuke.Common;

namespace Composer.Build.Tests.Standin;

public class ExecutionTests
{
    public sealed class Steps : SampleBuild
    {
        [Parameter("What is needed.")]
        public string? Needed { get; set; }

        public Target First => _ => _.Executes(Note("First"));

        public Target Breaks => _ => _.DependsOn(First).Executes(() =>
        {
            ExitCode = 7;
            Nuke.Common.Assert.Fail("it broke");
        });

        public Target Trips => _ => _.ProceedAfterFailure().Executes(() => throw new InvalidOperationException("tripped"));

        public Target Later => _ => _.DependsOn(Breaks).Executes(Note("Later"));

        public Target Proceeds => _ => _.DependsOn(Trips).Executes(Note("Proceeds"));

        public Target Never => _ => _.DependsOn(First).OnlyWhenDynamic(() => false).Executes(Note("Never"));

        public Target NeverPlanned => _ => _.DependsOn(First).OnlyWhenStatic(() => 1 > 2).Executes(Note("NeverPlanned"));

        public Target Wants => _ => _.DependsOn(First).Requires(() => Needed).Executes(Note("Wants"));

        public Target WantsTruth => _ => _.Requires(() => Needed == "x").Executes(Note("WantsTruth"));

        public Target Several => _ => _.Executes(Note("a"), Note("b")).Executes(async () =>
        {
            await Task.Yield();
            Events.Add("c");
        });

        public Target Top => _ => _.DependsOn(First, Several);

        public Target Hidden => _ => _.Unlisted().Description("Not shown.").Executes(Note("Hidden"));

        public Target Shown => _ => _.Description("Shown with a description.").DependsOn(First);
    }

    [Fact]
    public void A_failure_stops_what_follows_and_its_exit_code_passes_through()
    {
        var run = Run("Later");

        Assert.Equal(7, run.ExitCode);
        Assert.Equal(["initialized", "First", "finished"], run.Events);
        Assert.Contains("Breaks: it broke", run.Output, StringComparison.Ordinal);
        Assert.Matches("Breaks +Failed.*// it broke", run.Output);
        Assert.Matches("Later +NotRun", run.Output);
        Assert.Contains("Build failed.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_may_be_passed_fails_the_build_in_the_end()
    {
        var run = Run("Proceeds");

        Assert.Equal(-1, run.ExitCode);
        Assert.Equal(["initialized", "Proceeds", "finished"], run.Events);
        Assert.Contains("InvalidOperationException: tripped", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Success_is_exit_code_0_and_a_summary_of_every_target()
    {
        var run = Run("Top");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["initialized", "First", "a", "b", "c", "finished"], run.Events);
        Assert.Matches("First +Succeeded +< 1sec", run.Output);
        Assert.DoesNotMatch("Top +", run.Output);
        Assert.Contains("Build succeeded.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Never", "OnlyWhen: false", "First,")]
    [InlineData("NeverPlanned", "OnlyWhen: 1 > 2", "")]
    public void A_condition_that_does_not_hold_skips_the_target_and_says_which(string target, string remark, string before)
    {
        var run = Run(target);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"initialized,{before}finished", string.Join(',', run.Events));
        Assert.Matches($"{target} +Skipped +// {remark}", run.Output);
    }

    [Fact]
    public void Skip_leaves_a_dependency_out() =>
        Assert.Equal(["initialized", "a", "b", "c", "finished"], Run("Top --skip First").Events);

    [Fact]
    public void Skip_without_names_leaves_all_dependencies_out() =>
        Assert.Equal(["initialized", "a", "b", "c", "finished"], Run("Several --skip").Events);

    [Fact]
    public void A_missing_required_parameter_is_refused_before_anything_runs()
    {
        var run = Run("Wants");

        Assert.Equal(-1, run.ExitCode);
        Assert.Equal(["initialized"], run.Events.Take(1));
        Assert.DoesNotContain("First", run.Events);
        Assert.Contains("Target 'Wants' requires member 'Needed' to be not null or empty", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_required_parameter_lets_the_target_run() =>
        Assert.Equal(["initialized", "First", "Wants", "finished"], Run("Wants --needed y").Events);

    [Fact]
    public void A_required_condition_is_checked_with_its_text() =>
        Assert.Contains("Target 'WantsTruth' requires", Run("WantsTruth --needed y").Output, StringComparison.Ordinal);

    [Fact]
    public void Help_lists_targets_and_parameters_and_runs_nothing()
    {
        var run = Run("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Events);
        Assert.Contains("First (default)", run.Output, StringComparison.Ordinal);
        Assert.Matches("Shown +-> First\n    Shown with a description.", run.Output);
        Assert.Matches("--needed +What is needed.", run.Output);
        Assert.Matches("--no-logo ", run.Output);
        Assert.DoesNotContain("Hidden", run.Output, StringComparison.Ordinal);
    }

    private static BuildRun Run(string arguments) => BuildRun.Of<Steps>(arguments, build => build.First);
}
