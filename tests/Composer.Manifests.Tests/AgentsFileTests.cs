using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Tests;

/// <summary><c>agents.toml</c>: the user's or the cluster's own values under what a manifest says.</summary>
public sealed class AgentsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Its_values_stand_where_the_manifest_says_nothing()
    {
        var agents = Load(
            """
            kind = "slurm"
            [slurm]
            account = "mine"
            queue = 7
            time = "2 h"
            """);

        Assert.Equal((AgentPlace.Slurm, "mine", 7, 2.0), (agents.Kind, agents.Slurm.Account, agents.Slurm.Queue, agents.Slurm.Time!.Value.TotalHours));
        Assert.Equal(new SlurmSection().Cores, agents.Slurm.Cores);
    }

    [Fact]
    public void The_manifest_overrules_it_key_by_key()
    {
        var agents = Load(
            """
            kind = "slurm"
            [slurm]
            account = "mine"
            queue = 7
            [[slurm.partition]]
            name = "theirs"
            [[slurm.partition]]
            name = "other"
            """,
            """
            [agents.slurm]
            queue = 9
            [[agents.slurm.partition]]
            name = "ours"
            """);

        Assert.Equal(("mine", 9), (agents.Slurm.Account, agents.Slurm.Queue));
        Assert.Equal(["ours"], agents.Slurm.Partition.Select(p => p.Name));
    }

    [Fact]
    public void Settings_of_the_command_line_go_before_both()
    {
        var agents = Load("kind = \"slurm\"\nslurm.queue = 7", "[agents.slurm]\nqueue = 9", "agents.kind=local", "agents.slurm.queue=11");

        Assert.Equal((AgentPlace.Local, 11), (agents.Kind, agents.Slurm.Queue));
    }

    [Fact]
    public void A_list_of_partitions_keeps_its_order()
    {
        var partitions = Load(
            """
            [[slurm.partition]]
            name = "cpu"
            stages = ["evaluate"]
            [[slurm.partition]]
            name = "gpu"
            gpus = 8
            nodes = 2
            time = "30 min"
            """).Slurm.Partition;

        Assert.Equal([("cpu", 0, 1), ("gpu", 8, 2)], partitions.Select(p => (p.Name, p.Gpus, p.Nodes)));
        Assert.Equal(["evaluate"], partitions[0].Stages);
    }

    [Theory]
    [InlineData("kind = \"pbs\"", "(1,8)")]
    [InlineData("kind = \"slurm\"\n[slurm]\nqueue = 0", "(3,9)")]
    [InlineData("[slurm]\nqueu = 1", "(2,1)")]
    [InlineData("[[slurm.partition]]\nname = \"a\"\ngpus = 65", "(3,8)")]
    [InlineData("[[slurm.partition]]\nstages = [\"evaluat\"]", "(2,11)")]
    [InlineData("[slurm]\ntime = \"soon\"", "(2,8)")]
    [InlineData("[agents.slurm]\nqueue = 1", "(1,")]
    [InlineData("kind = ", "(1,")]
    public void Its_mistakes_have_its_own_place(string text, string place)
    {
        var mistakes = Assert.Throws<UserInputException>(() => Load(text)).Diagnostics.Select(d => d.ToString()).ToArray();

        Assert.All(mistakes, m => Assert.StartsWith($"{folder["agents.toml"]}{place}", m, StringComparison.Ordinal));
    }

    [Fact]
    public void Sections_of_a_manifest_are_told_how_they_stand_here() => Assert.Contains(
        "Write [slurm] instead of [agents.slurm].",
        Assert.Throws<UserInputException>(() => Load("[agents.slurm]\nqueue = 1")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_the_manifest_overrules_is_checked_all_the_same() => Assert.Contains(
        folder["agents.toml"],
        Assert.Throws<UserInputException>(() => Load("slurm.queue = 0", "[agents.slurm]\nqueue = 9")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void One_that_is_not_there_is_told()
    {
        var manifest = folder.Write("m.toml", Manifests.Minimal);

        Assert.Contains(
            folder["none.toml"],
            Assert.Throws<UserInputException>(() => ManifestLoader.Load(manifest, agents: folder["none.toml"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one-node.toml", new[] { "", "" })]
    [InlineData("cluster.toml", new[] { "cpu", "gpu-small", "gpu-large" })]
    public void Those_that_are_shipped_load(string file, string[] partitions)
    {
        var agents = ManifestLoader.Load(
            Path.Combine(CloneRoot.Path, "experiments", "sweep-sizes.toml"), agents: Path.Combine(CloneRoot.Path, "docs", "agents", file)).Manifest.Agents;

        Assert.Equal(AgentPlace.Slurm, agents.Kind);
        Assert.Equal(partitions, agents.Slurm.Partition.Select(p => p.Name));
    }

    private AgentsSection Load(string text, string manifest = "", params string[] settings) => ManifestLoader.Load(
        folder.Write("m.toml", Manifests.Minimal + manifest), profile: null, settings, folder.Write("agents.toml", text)).Manifest.Agents;
}
