using Composer.Core.Text;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Training.Engines;

namespace Composer.Agents.Slurm;

/// <summary>What a cluster has, as its settings say; what of the engine has to be built lies in the shared folder, and is seen here.</summary>
/// <param name="settings">How jobs are submitted.</param>
/// <param name="engines">Names of the engines that are there.</param>
public sealed class SlurmResources(SlurmSection settings, IReadOnlyList<string> engines) : IResources
{
    /// <summary>Evaluations side by side: as many as the queue takes.</summary>
    public int Cores => settings.Queue;

    /// <summary>Everything that a stage needs and no partition gives; empty when it can be submitted.</summary>
    public IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs)
    {
        var lacks = new List<MachineLack>();
        if (settings.Partition.Count > 0 && settings.Partition.All(p => p.Gpus * p.Nodes < needs.Gpus))
        {
            lacks.Add(new($"needs {needs.Gpus} GPU{(needs.Gpus == 1 ? "" : "s")}; no partition of agents.slurm has as many")
            {
                Remedies = ["an agents.slurm.partition with gpus"],
            });
        }

        else if (needs.Gpus > 0 && settings.Partition.Count > 0
            && settings.Partition.All(p => p.Gpus * p.Nodes < needs.Gpus || !p.HoldsOnGpu(needs.Memory)))
        {
            lacks.Add(new($"needs about {BytesText.Of(needs.Memory)} on each GPU; no partition of agents.slurm has such")
            {
                Remedies = ["an agents.slurm.partition with a larger gpu_memory_gb, or without one"],
            });
        }

        if (needs.Engine is not null && !engines.Contains(needs.Engine))
        {
            lacks.Add(new(
                $"needs the engine '{needs.Engine}', which is not built here; '{EnginePlugin.BuildCommand}' builds it", IsBuilt: true)
            {
                Remedies = [EnginePlugin.BuildCommand],
            });
        }

        return lacks;
    }

    /// <summary>As what a job of a stage is submitted, in words.</summary>
    /// <param name="kind">Of the job.</param>
    /// <param name="needs">What it cannot do without.</param>
    public string Describe(JobKind kind, StageNeeds needs) => SlurmRequest.For(settings, kind, needs)?.ToString()
        ?? $"no partition takes it: {string.Join("; ", SlurmRequest.WhyNot(settings, kind.Name, needs))}";
}
