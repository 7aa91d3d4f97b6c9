using Nuke.Common;

namespace Composer.Build.Tests.Standin;

public class ParameterTests
{
    public enum Flavour
    {
        Plain,
        Sweet,
    }

    public sealed class Valued : SampleBuild
    {
        [Parameter]
        private readonly string? plain = "own";

        [Parameter("Has another name.", Name = "Other")]
        public string? Renamed { get; set; } = "own";

        [Parameter]
        public int? Count { get; set; }

        [Parameter]
        public bool Loud { get; set; }

        [Parameter]
        public string[] Items { get; } = ["own"];

        [Parameter(Separator = ",")]
        public string[] Split { get; set; } = [];

        [Parameter]
        public Flavour Flavour { get; set; } = Flavour.Plain;

        public Target Tell => _ => _.Executes(() => Events.Add(
            $"{plain}|{Renamed}|{Count}|{Loud}|{string.Join('+', Items)}|{string.Join('+', Split)}|{Flavour}"));
    }

    [Theory]
    [InlineData("", "own|own||False|own||Plain")]
    [InlineData("--other x --count 3 --loud --items a b --flavour sweet", "own|x|3|True|a+b||Sweet")]
    [InlineData("--plain x", "x|own||False|own||Plain")]
    [InlineData("--loud false --items", "own|own||False|||Plain")]
    [InlineData("--split a,b", "own|own||False|own|a+b|Plain")]
    [InlineData("--count 1 --count 2", "own|own|2|False|own||Plain")]
    public void Values_come_from_the_command_line(string arguments, string expected) => Assert.Equal(expected, Tell(arguments));

    [Theory]
    [InlineData("Count", "own|own|5|False|own||Plain")]
    [InlineData("COUNT", "own|own|5|False|own||Plain")]
    [InlineData("NUKE_COUNT", "own|own|5|False|own||Plain")]
    [InlineData("DISCOUNT", "own|own||False|own||Plain")]
    public void Else_from_the_environment(string variable, string expected) =>
        Assert.Equal(expected, Tell("", new() { [variable] = "5" }));

    [Fact]
    public void Else_from_the_parameters_file() => Assert.Equal(
        "own|own|9|True|p+q||Sweet",
        Tell("", file: """{ "Count": 9, "Loud": true, "Items": ["p", "q"], "Flavour": "Sweet" }"""));

    [Fact]
    public void The_command_line_goes_before_the_environment_and_that_before_the_file()
    {
        const string file = """{ "Count": 9, "Other": "file" }""";
        Assert.Equal("own|file|1|False|own||Plain", Tell("--count 1", new() { ["COUNT"] = "5" }, file));
        Assert.Equal("own|file|5|False|own||Plain", Tell("", new() { ["COUNT"] = "5" }, file));
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_warned_of_and_left_out()
    {
        var run = BuildRun.Of<Valued>("Tell --count many", build => build.Tell);

        Assert.Contains("[WRN] Could not inject value for Count", run.Output, StringComparison.Ordinal);
        Assert.Contains("own|own||False|own||Plain", run.Events);
    }

    private static string Tell(string arguments, Dictionary<string, string>? environment = null, string? file = null) =>
        BuildRun.Of<Valued>($"Tell {arguments}", build => build.Tell, environment, file).Events[1];
}
