using Composer.Build.CommandLine;

namespace Composer.Build.Tests.CommandLine;

public class CommandLineGuardTests
{
    private enum Speed
    {
        Slow,
        Fast,
    }

    private static readonly CommandLineGuard Guard = new(
        ["Compile", "Experiment", "LmEval"],
        [
            new BuildParameter("Name", typeof(string)),
            new BuildParameter("ExperimentProfile", typeof(string)),
            new BuildParameter("Profile", typeof(string[])),
            new BuildParameter("Set", typeof(string[])),
            new BuildParameter("Jobs", typeof(int?)),
            new BuildParameter("Json", typeof(bool)),
            new BuildParameter("Speed", typeof(Speed)),
            new BuildParameter("Help", typeof(bool)),
        ]);

    [Theory]
    [InlineData("Experiment --name quickstart --json")]
    [InlineData("Experiment")]
    [InlineData("lm-eval --name quickstart --jobs 2")]
    [InlineData("Compile+Experiment --speed fast")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("Compile --json false")]
    public void Accepts_what_the_build_knows(string line) => Assert.Empty(Check(line).Mistakes);

    [Theory]
    [InlineData("Experimnt --name q", "there is no target 'Experimnt'. Did you mean 'Experiment'?")]
    [InlineData("Experiment --nmae q", "there is no option '--nmae'. Did you mean '--name'?")]
    [InlineData("Experiment --profil q", "there is no option '--profil'. Did you mean '--profile'?")]
    [InlineData("Experiment --jobs two", "option '--jobs': 'two' is not a whole number.")]
    [InlineData("Experiment --speed quick", "option '--speed': 'quick' is not Slow or Fast.")]
    [InlineData("Experiment --json yes", "option '--json': 'yes' is not true or false.")]
    [InlineData("Experiment --name", "option '--name' needs a value.")]
    [InlineData("Experiment --name a --name b", "option '--name' is given twice.")]
    public void Refuses_what_it_does_not_know(string line, string mistake) => Assert.Equal([mistake], Check(line).Mistakes);

    [Fact]
    public void Refuses_a_target_behind_an_option_and_says_where_it_belongs() =>
        Assert.Contains("Targets come before options", Assert.Single(Check("--name q Experiment").Mistakes), StringComparison.Ordinal);

    [Fact]
    public void Reports_every_mistake_at_once() => Assert.Equal(3, Check("Experimnt --nmae q --jobs two").Mistakes.Count);

    [Theory]
    [InlineData("Experiment --set a=1 --json --set b=2", "Experiment --set a=1 b=2 --json")]
    [InlineData("Experiment --name=quickstart", "Experiment --name quickstart")]
    [InlineData("Experiment --profile smoke", "Experiment --experiment-profile smoke")]
    [InlineData("Experiment --set=search.layers=4", "Experiment --set search.layers=4")]
    [InlineData("Compile+Experiment", "Compile Experiment")]
    public void Writes_arguments_as_NUKE_means_them(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Check(line).Arguments));

    [Fact]
    public void Leaves_a_plain_command_line_as_it_is()
    {
        const string line = "Experiment --name quickstart --set a=1 b=2";
        Assert.Equal(line, string.Join(' ', Check(line).Arguments));
    }

    [Fact]
    public void Keeps_variables_of_the_environment_from_becoming_parameters() =>
        Assert.Equal(["NAME", "jobs"], Guard.StrayVariables(["NAME", "PATH", "NUKE_NAME", "jobs", "HOME"]));

    private static GuardedCommandLine Check(string line) => Guard.Check(line.Split(' '));
}
