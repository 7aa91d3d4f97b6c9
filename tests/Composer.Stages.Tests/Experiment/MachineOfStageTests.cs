using Composer.Manifests;
using Composer.Pipeline;
using Composer.Stages.Experiment;

namespace Composer.Stages.Tests.Experiment;

/// <summary>A key names the machines of the partition that its job will go to.</summary>
public sealed class MachineOfStageTests
{
    [Fact]
    public void Each_stage_of_a_sweep_names_the_machines_of_the_partition_that_holds_its_model()
    {
        var experiment = ManifestLoader.Load(
            Path.Combine(CloneRoot.Path, "experiments", "sweep-sizes.toml"),
            agents: Path.Combine(CloneRoot.Path, "docs", "agents", "cluster.toml"));
        var slurm = experiment.Manifest.Agents.Slurm;
        using var folder = new TemporaryFolder();

        var graph = ExperimentGraphs.Build(experiment, new Workspace(folder.Path), ExperimentKinds.With(new NoRenderer()));

        Assert.All(graph.Stages.Where(s => s.Kind.RunsOnAgent && s.Needs.Gpus > 0), s => Assert.Equal(
            slurm.PartitionFor(s.Kind.Name, s.Needs.Gpus, s.Needs.Memory)!.Capability, s.Needs.Capability));
        Assert.Equal(
            [("350M", "8.0"), ("1B", "8.0"), ("3B", "9.0")],
            graph.Stages.Where(s => s.Name.EndsWith("pretrain/composite", StringComparison.Ordinal))
                .Select(s => (s.Name.Split('=', '/')[1], s.Needs.Capability)));
    }
}
