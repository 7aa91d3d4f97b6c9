using Composer.Slurm.Tests.Cluster;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Slurm.Tests.Faults;

/// <summary>The quickstart's smoke profile, whole: what a cluster computes is what one machine does.</summary>
[Collection(SlurmCluster.Collection)]
public sealed class QuickstartTests(SlurmCluster cluster)
{
    private const string Name = "quickstart";

    [SlurmFact(soak: true)]
    public void Its_digests_on_the_cluster_are_those_of_this_machine()
    {
        var manifest = File.ReadAllText(Path.Join(CloneRoot.Path, "experiments", Name + ".toml"));
        using var here = new ExperimentWorkspace();
        using var there = new ExperimentWorkspace();
        here.Write(Name, manifest);
        there.Write(Name, manifest);
        using var folder = new TemporaryFolder();
        var agents = folder.Write("agents.toml", "kind = \"slurm\"\n[slurm]\ncores = 2\nmemory_gb = 1\nqueue = 24\n");

        here.Call("run", Name, "--profile", "smoke", "--agent", "local").Expect(0);
        var run = ComposerExecutable.Run(
            there.Root, new Dictionary<string, string>(cluster.Variables) { ["COMPOSER_AGENTS"] = agents }, "run", Name, "--profile", "smoke").Expect(0);

        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        Assert.Equal(here.Outputs(), there.Outputs());
        Assert.Contains(cluster.Jobs(), j => j.Name.StartsWith("composer-quickstart-", StringComparison.Ordinal));
    }
}
