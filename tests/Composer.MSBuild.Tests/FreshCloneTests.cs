using System.Diagnostics;
using Composer.Testing.Execution;

namespace Composer.MSBuild.Tests;

/// <summary>
/// A clone in which nothing was built, at a path that has what MSBuild, shells and compilers read as their own: the sample, a project
/// outside of it, and build.sh, one after the other, since each compiles what those before it have not. A semicolon, which works too,
/// is not in it: with one, the SDK compiles all anew each time.
/// </summary>
public sealed class FreshCloneTests : IDisposable
{
    private const string Outside = """
        <Project DefaultTargets="RunExperiments">
          <ItemGroup>
            <ComposerExperiment Include="mine.toml" Until="extrapolate" />
          </ItemGroup>
          <Import Project="../clone/src/Composer.MSBuild/build/Composer.MSBuild.targets" />
        </Project>
        """;

    private static readonly string[] Folders = ["build", "src", "experiments"];

    private static readonly string[] Files =
    [
        ".editorconfig", "BannedSymbols.txt", "build.sh", "Composer.slnx", "Directory.Build.props", "Directory.Build.targets",
        "Directory.Packages.props", "global.json",
    ];

    private readonly TemporaryFolder folder = new("o'clock é,=&(1)+@#~ ");

    public FreshCloneTests()
    {
        var files = Folders.SelectMany(f => Directory.EnumerateFiles(Path.Join(CloneRoot.Path, f), "*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(CloneRoot.Path, f))
            .Where(f => Path.GetFileName(f) != "nuke-source.props")
            .Concat(Files);
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[$"clone/{file}"])!);
            File.Copy(Path.Join(CloneRoot.Path, file), folder[$"clone/{file}"]);
        }

        folder.Write("clone/experiments/tiny.toml", RealExecutableTests.Manifest);
        folder.Write("outside/mine.toml", RealExecutableTests.Manifest.Replace("\"tiny\"", "\"mine\"", StringComparison.Ordinal));
        folder.Write("outside/outside.proj", Outside);
        File.CreateSymbolicLink(folder["link.sh"], folder["clone/build.sh"]);
        folder.Write("elsewhere/clone/nothing", "");
    }

    public static bool IsSoak => Soak.IsOn;

    public void Dispose() => folder.Dispose();

    [Fact(SkipUnless = nameof(IsSoak), Skip = "compiles the whole product from nothing, as CI itself does: ./build.sh Soak runs it")]
    public void The_sample_a_project_outside_and_the_script_work_where_nothing_was_built()
    {
        // Without analysis and the long compiling ahead of time: both change nothing of what is called, and take the most time.
        var (sampleCode, sample) = SampleBuild.Run(folder["clone/experiments/msbuild"], "-t:ResolveExperiments", "-p:AheadOfTime=false", "-p:RunAnalyzers=false");
        Assert.True(sampleCode == 0, sample);
        Assert.Contains("search: run ", sample, StringComparison.Ordinal);

        var (outsideCode, outside) = SampleBuild.Run(folder["outside"], "-p:AheadOfTime=false", "-p:RunAnalyzers=false", "-p:OutDir=out/", "-p:TargetFramework=net8.0");
        Assert.True(outsideCode == 0, outside);
        Assert.Matches(@"mine\.toml: 3 stages ran, 0 were in the store", outside);
        Assert.True(Directory.Exists(folder["clone/artifacts/store"]));

        var script = Script();
        Assert.True(script.ExitCode == 0, script.Error + script.Output);
        Assert.Contains("3 hits", script.Output, StringComparison.Ordinal);
        Assert.Equal(["clone", "elsewhere", "link.sh", "outside"], Names(folder.Path));
        Assert.Equal(["mine.toml", "outside.proj"], Names(folder["outside"]));
        Assert.Equal(["nothing"], Names(folder["elsewhere/clone"]));
    }

    private static IEnumerable<string?> Names(string path) =>
        Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    /// <summary>Called through a link, by a relative path, with variables that change where cd goes and what NUKE and MSBuild read.</summary>
    private FinishedProcess Script()
    {
        var choice = Path.Join(CloneRoot.Path, "build", "nuke-source.props");
        var start = new ProcessStartInfo("bash", ["./link.sh", "Plan", "--name", "tiny"]) { WorkingDirectory = folder.Path };
        start.Environment["COMPOSER_NUKE_SOURCE"] =
            File.Exists(choice) && File.ReadAllText(choice).Contains("nuget", StringComparison.Ordinal) ? "nuget" : "standin";
        start.Environment["CDPATH"] = folder["elsewhere"];
        start.Environment["NAME"] = "no-such-experiment";
        start.Environment["PLATFORM"] = "BPC";
        start.Environment["AheadOfTime"] = "false";
        start.Environment["RunAnalyzers"] = "false";
        foreach (var variable in (string[])["DOTNET_CLI_HOME", "NUKE_ROOT"])
        {
            start.Environment.Remove(variable);
        }

        return FinishedProcess.Run(start);
    }
}
