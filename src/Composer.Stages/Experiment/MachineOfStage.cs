using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Experiment;

/// <summary>On which machines a stage will be computed, as far as that is known: it enters its key.</summary>
internal static class MachineOfStage
{
    /// <summary>What a stage needs, with the machines that its jobs go to.</summary>
    /// <param name="needs">What it needs, memory too: by it partitions choose.</param>
    /// <param name="kind">The kind of its jobs.</param>
    /// <param name="agents">Where stages run.</param>
    public static StageNeeds Of(StageNeeds needs, string kind, AgentsSection agents) =>
        agents.Kind == AgentPlace.Slurm && agents.Slurm.PartitionFor(kind, needs.Gpus, needs.Memory) is { } partition
            ? needs with { Processor = partition.Processor, Capability = partition.Capability }
            : needs;
}
