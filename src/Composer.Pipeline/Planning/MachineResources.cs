using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Planning;

/// <summary>What the agents of this run have.</summary>
/// <param name="Cores">CPU cores.</param>
/// <param name="Gpus">GPUs.</param>
/// <param name="Engines">Names of the engines that are built in.</param>
public sealed record MachineResources(int Cores, int Gpus, IReadOnlyList<string> Engines)
{
    /// <summary>What a stage needs and is not there, one sentence; null when nothing is missing.</summary>
    public string? WhatLacks(StageNeeds needs)
    {
        if (needs.Gpus > Gpus)
        {
            return $"needs {needs.Gpus} GPU{(needs.Gpus == 1 ? "" : "s")}; this machine has {(Gpus == 0 ? "none" : Gpus)}";
        }

        return Engines.Contains(needs.Engine) ? null : $"needs the engine '{needs.Engine}', which this build lacks";
    }
}
