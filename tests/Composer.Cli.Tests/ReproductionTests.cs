using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>The shipped quickstart, small, in two clones.</summary>
[Collection(ComputedExperiment.Collection)]
public class ReproductionTests
{
    [Fact]
    public void The_quickstart_gives_equal_digests_in_two_clones_at_different_paths_with_different_threads()
    {
        var manifest = File.ReadAllText(Path.Combine(Repository(), "experiments", "quickstart.toml"));
        using var one = new ExperimentWorkspace();
        using var other = new ExperimentWorkspace();
        var deeper = Directory.CreateDirectory(Path.Combine(other.Root, "elsewhere", "ein Ordner mit Ä", "clone")).FullName;
        Directory.Move(Path.Combine(other.Root, "experiments"), Path.Combine(deeper, "experiments"));
        File.WriteAllText(Path.Combine(one.Root, "experiments", "quickstart.toml"), manifest);
        File.WriteAllText(Path.Combine(deeper, "experiments", "quickstart.toml"), manifest);
        string[] run = ["run", "quickstart", "--profile", "smoke", "--json"];

        var first = ComposerExecutable.Run(one.Root, null, [.. run, "--jobs", "1"]).Expect(0);
        var second = ComposerExecutable.Run(
            deeper,
            new Dictionary<string, string> { ["TZ"] = "Asia/Kathmandu", ["LANG"] = "tr_TR.UTF-8" },
            [.. run, "--jobs", "3"]).Expect(0);

        Assert.Equal((first.Ran, 0), (second.Ran, second.Hits));
        var (ours, theirs) = (
            ExperimentWorkspace.OutputsIn(one.Store), ExperimentWorkspace.OutputsIn(Path.Combine(deeper, "artifacts", "store")));
        Assert.Equal(ours, theirs);
        foreach (var kind in (string[])["search ", "evaluate ", "aggregate ", "extrapolate ", "pretrain ", "lm-eval "])
        {
            Assert.Contains(ours, o => o.Key.StartsWith(kind, StringComparison.Ordinal));
        }
    }

    /// <summary>The clone that the tests were built from.</summary>
    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Composer.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not lie in a clone.");
    }
}
