using System.Diagnostics;
using Composer.Testing.Execution;

namespace Composer.Build.Tests;

/// <summary><c>build.sh</c> in a small clone of its own, with a script in the place of dotnet.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public BuildScriptTests()
    {
        foreach (var file in (string[])["build.sh", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"])
        {
            folder.Write($"a clone/{file}", File.ReadAllText(Path.Join(CloneRoot.Path, file)));
        }

        folder.Write("a clone/build/Build.cs", "first");
        folder.Write("a clone/src/Composer.Core/Diagnostics/Suggestion.cs", "");
        folder.Write("a clone/src/Composer.Training/Hardware/CppRuntime.cs", "");
        folder.Write("a clone/src/Composer.Cli/Terminal/ForgivingWriter.cs", "");
        folder.Write("a clone/src/Composer.Cli/Terminal/Descriptor.cs", "");
        folder.Write("elsewhere/here", "");
        folder.Write("home/here", "");
        folder.Write("sdk/sdk/10.0.100/here", "");
        folder.WriteScript("sdk/dotnet", """
            #!/bin/sh
            case "$1" in
            restore) exit "${FAKE_RESTORE:-1}" ;;
            msbuild) root="$(dirname "$(dirname "$2")")"; mkdir -p "$root/artifacts/bin/_build/release"; : > "$root/artifacts/bin/_build/release/_build.dll" ;;
            *_build.dll) shift; echo "ran: $*"; exit "${FAKE_EXIT:-0}" ;;
            esac
            """);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("0", "nuget")]
    [InlineData("1", "standin")]
    public void Probes_once_and_remembers_the_choice_inside_the_clone(string restore, string choice)
    {
        var first = Run(["Plan"], ("FAKE_RESTORE", restore));
        var second = Run(["Plan"]);

        Assert.Contains($"NUKE source: {choice} (probed", first.Error, StringComparison.Ordinal);
        Assert.Contains($"NUKE source: {choice} (remembered", second.Error, StringComparison.Ordinal);
        Assert.Contains($"<NukeSource>{choice}</NukeSource>",
            File.ReadAllText(folder["a clone/build/nuke-source.props"]), StringComparison.Ordinal);
        Assert.Equal(["here"], Directory.GetFileSystemEntries(folder["elsewhere"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_choice_of_the_user_goes_before_the_probe() => Assert.Contains(
        "NUKE source: nuget (COMPOSER_NUKE_SOURCE)", Run(["Plan"], ("COMPOSER_NUKE_SOURCE", "nuget")).Error, StringComparison.Ordinal);

    [Fact]
    public void A_choice_that_there_is_not_is_refused()
    {
        var run = Run(["Plan"], ("COMPOSER_NUKE_SOURCE", "both"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("it is 'nuget' or 'standin'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_build_is_built_again_only_when_it_changed()
    {
        const string building = "building the build project";
        Assert.Contains(building, Run(["Plan"]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain(building, Run(["Plan"]).Error, StringComparison.Ordinal);
        folder.Write("a clone/build/Build.cs", "second");
        Assert.Contains(building, Run(["Plan"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_and_the_exit_code_pass_through()
    {
        var run = Run(["Experiment", "--set", "a=b c"], ("FAKE_EXIT", "130"));

        Assert.Equal(130, run.ExitCode);
        Assert.Equal("ran: Experiment --set a=b c\n", run.Output);
    }

    [Fact]
    public void A_relative_path_and_CDPATH_lead_to_the_clone_itself_and_nothing_appears_beside_it()
    {
        folder.Write("decoy/a clone/nothing", "");

        var run = RunFrom("", "a clone/build.sh", ("CDPATH", folder["decoy"]));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("ran: Plan\n", run.Output);
        Assert.Equal(["a clone", "decoy", "elsewhere", "home", "sdk"], Names(""));
        Assert.Equal(["nothing"], Names("decoy/a clone"));
    }

    [Fact]
    public void A_link_to_a_link_to_the_script_leads_to_the_clone()
    {
        File.CreateSymbolicLink(folder["home/first"], "../a clone/build.sh");
        File.CreateSymbolicLink(folder["elsewhere/second"], folder["home/first"]);

        var run = RunFrom("elsewhere", "./second");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(File.Exists(folder["a clone/build/nuke-source.props"]));
        Assert.Equal(["here", "second"], Names("elsewhere"));
        Assert.Equal([".nuget", "first", "here"], Names("home"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/proc/no-such-home")]
    public void Without_a_home_that_can_be_written_to_NuGet_s_folder_lies_in_the_clone(string home)
    {
        Run(["Plan"]);
        var run = Run(["Plan"], ("HOME", home));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.False(Path.Exists(folder["a clone/artifacts/dotnet-home/.nuget"]));
        Assert.DoesNotContain("denied", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a%20b", true)]
    [InlineData("a*b", true)]
    [InlineData("a?b", true)]
    [InlineData("a\\b", true)]
    [InlineData("a\"b", true)]
    [InlineData("a$(b)", true)]
    [InlineData("a\nb", true)]
    [InlineData("o'n e,;=&(ü)#@!%x[~]{}+^", false)]
    public void A_path_that_MSBuild_reads_otherwise_is_refused_in_a_sentence(string name, bool isRefused)
    {
        Directory.Move(folder["a clone"], folder[name]);

        var run = RunFrom("elsewhere", folder[$"{name}/build.sh"]);

        Assert.True((run.ExitCode == 2) == isRefused, run.Error);
        Assert.Equal(isRefused, run.Error.StartsWith("build.sh: the clone's path, ", StringComparison.Ordinal));
        Assert.Equal(isRefused, !Directory.Exists(folder[$"{name}/artifacts"]));
    }

    private IEnumerable<string?> Names(string path) =>
        Directory.GetFileSystemEntries(folder[path]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private FinishedProcess Run(string[] arguments, params (string Name, string Value)[] environment) =>
        Run("elsewhere", folder["a clone/build.sh"], arguments, environment);

    /// <summary>Calls the script as a shell does, by a path that may be relative or a link.</summary>
    private FinishedProcess RunFrom(string place, string script, params (string Name, string Value)[] environment) =>
        Run(place, "bash", [script, "Plan"], environment);

    private FinishedProcess Run(string place, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder[place] };
        if (Path.IsPathRooted(program))
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        start.Environment["PATH"] = $"{folder["sdk"]}:/usr/bin:/bin";
        start.Environment["HOME"] = folder["home"];
        foreach (var variable in (string[])["COMPOSER_NUKE_SOURCE", "DOTNET_CLI_HOME", "NUKE_ROOT"])
        {
            start.Environment.Remove(variable);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return FinishedProcess.Run(start);
    }
}
