using System.Diagnostics;
using Composer.Testing.Execution;

namespace Composer.Build.Tests;

/// <summary><c>build/debian-root.sh</c> with scripts in the place of what needs root and a network.</summary>
public sealed class DebianRootScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public DebianRootScriptTests()
    {
        folder.WriteScript("a clone/build/debian-root.sh", File.ReadAllText(Path.Join(CloneRoot.Path, "build", "debian-root.sh")));
        folder.WriteScript("tools/id", "#!/bin/sh\necho ${FAKE_USER:-0}\n");
        folder.WriteScript("tools/unshare", "#!/bin/sh\n[ \"$2\" = true ] || echo \"entered: $*\"\n");
        folder.WriteScript("tools/debootstrap", """
            #!/bin/sh
            for last; do [ -z "$last" ] || case "$last" in /*) mkdir -p "$last/usr" ;; esac; done
            echo made >> "$FAKE_LOG"
            case "${FAKE_END:-}" in
            fail) echo "no such suite"; exit 1 ;;
            kill) kill -9 $PPID; exit 1 ;;
            esac
            """);
    }

    private string Root => folder["the root"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_root_is_made_once_and_the_command_runs_in_a_namespace_of_its_own()
    {
        var (first, second) = (Run(["true", "a b"]), Run(["true", "a b"]));

        Assert.Contains("making a Debian 13 root", first.Error, StringComparison.Ordinal);
        Assert.Empty(second.Error);
        Assert.All(
            [first, second],
            run => Assert.Matches(@"^entered: -m --propagation private .*/debian-root\.sh --inside true a b\n$", run.Output));
        Assert.Single(File.ReadAllLines(folder["log"]));
    }

    [Theory]
    [InlineData("fail", 1)]
    [InlineData("kill", 137)]
    public void A_root_that_was_not_finished_is_no_root(string end, int exitCode)
    {
        var broken = Run(["true"], ("FAKE_END", end));
        Assert.Equal(exitCode, broken.ExitCode);
        Assert.False(Directory.Exists(Root));
        if (end == "fail")
        {
            Assert.Contains("no such suite", broken.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, Run(["true"]).ExitCode);
        Assert.Equal(
            ["the root", "the root.lock", "the root.log"],
            Directory.EnumerateFileSystemEntries(folder.Path, "the root*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_root_of_other_packages_is_made_anew()
    {
        Run(["true"]);
        File.WriteAllText(Path.Join(Root, ".packages"), "of yesterday");
        Assert.Contains("making a Debian 13 root", Run(["true"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_what_it_lacks_before_it_makes_anything()
    {
        Assert.Equal((0, ""), (Run(["--can"]).ExitCode, Run(["--can"]).Output));
        var (can, run) = (Run(["--can"], ("FAKE_USER", "1000")), Run(["true"], ("FAKE_USER", "1000")));

        Assert.Equal((3, 3), (can.ExitCode, run.ExitCode));
        Assert.Contains("needs root", can.Output, StringComparison.Ordinal);
        Assert.Contains("needs root", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    private FinishedProcess Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(folder["a clone/build/debian-root.sh"], arguments);
        start.Environment["PATH"] = $"{folder["tools"]}:/usr/bin:/bin";
        start.Environment["COMPOSER_DEBIAN_ROOT"] = Root;
        start.Environment["FAKE_LOG"] = folder["log"];
        start.Environment.Remove("COMPOSER_DEBIAN_MIRROR");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return FinishedProcess.Run(start);
    }
}
