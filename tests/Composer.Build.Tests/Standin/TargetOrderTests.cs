using Nuke.Common;

namespace Composer.Build.Tests.Standin;

public class TargetOrderTests
{
    public sealed class Graph : SampleBuild
    {
        public Target Publish => _ => _.DependsOn(Pack, Check).Executes(Note("Publish"));

        public Target Pack => _ => _.DependsOn(Build).Executes(Note("Pack"));

        public Target Check => _ => _.DependsOn(Build).After(Pack).Executes(Note("Check"));

        public Target Build => _ => _.Executes(Note("Build"));

        public Target Wipe => _ => _.Before(Build).Executes(Note("Wipe"));

        public Target Sign => _ => _.DependentFor(Pack).After(Build).Executes(Note("Sign"));

        public Target All => _ => _.DependsOn(Publish);
    }

    public sealed class Ring : SampleBuild
    {
        public Target One => _ => _.DependsOn(Two);

        public Target Two => _ => _.After(Three);

        public Target Three => _ => _.DependsOn(One);

        public Target Four => _ => _.Executes(Note("Four"));
    }

    public sealed class Selfish : SampleBuild
    {
        public Target One => _ => _.DependsOn(One);
    }

    [Fact]
    public void Dependencies_run_first_and_once() => Assert.Equal(
        ["initialized", "Build", "Sign", "Pack", "Check", "Publish", "finished"],
        BuildRun.Of<Graph>("Publish", build => build.Publish).Events);

    [Fact]
    public void The_default_target_runs_when_none_is_named() => Assert.Equal(
        ["initialized", "Build", "finished"], BuildRun.Of<Graph>("", build => build.Build).Events);

    [Fact]
    public void Order_alone_schedules_nothing() => Assert.Equal(
        ["initialized", "Build", "Check", "finished"], BuildRun.Of<Graph>("Check", build => build.Build).Events);

    [Fact]
    public void A_target_before_another_precedes_it_when_both_are_named() => Assert.Equal(
        ["initialized", "Wipe", "Build", "finished"], BuildRun.Of<Graph>("Build Wipe", build => build.Build).Events);

    [Fact]
    public void Names_may_be_joined_hyphenated_and_in_any_case() => Assert.Equal(
        ["initialized", "Wipe", "Build", "finished"], BuildRun.Of<Graph>("bu-ild+WIPE", build => build.Build).Events);

    [Fact]
    public void Plan_prints_the_order_and_runs_nothing()
    {
        var run = BuildRun.Of<Graph>("All --plan", build => build.Build);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Events);
        Assert.Matches("Build[^§]*Sign[^§]*Pack[^§]*Check[^§]*Publish[^§]*All", run.Output);
    }

    [Fact]
    public void A_cycle_is_reported_as_its_path()
    {
        var run = BuildRun.Of<Ring>("Four", build => build.Four);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Circular dependencies between targets: One -> Two -> Three -> One", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Events);
    }

    [Fact]
    public void A_target_that_depends_on_itself_is_refused() => Assert.Contains(
        "Target 'One' cannot have a dependency on itself", BuildRun.Of<Selfish>("", build => build.One).Output, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_target_is_refused_with_those_there_are()
    {
        var run = BuildRun.Of<Graph>("Publisch", build => build.Build);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Target with name 'Publisch' does not exist", run.Output, StringComparison.Ordinal);
        Assert.Contains("  - Publish", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Events);
    }
}
