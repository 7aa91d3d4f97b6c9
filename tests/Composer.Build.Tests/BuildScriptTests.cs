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

    private FinishedProcess Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(folder["a clone/build.sh"], arguments)
        {
            WorkingDirectory = folder["elsewhere"],
        };
        File.SetUnixFileMode(start.FileName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
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
