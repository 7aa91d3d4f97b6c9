using System.ComponentModel;
using System.Globalization;
using Composer.Core.Settings;
using Composer.Core.Text;

namespace Composer.Manifests.Model;

/// <summary>A partition of a cluster, and what a job may ask of it.</summary>
public sealed record SlurmPartitionSection
{
    [Description("Its name; empty: the cluster's default."), SettingMayBeEmpty]
    public string Name { get; init; } = "";

    [Description("GPUs of one of its nodes; 0: no job that needs one goes there."), SettingRange(0, 64)]
    public int Gpus { get; init; }

    [Description("Gigabytes of one of its GPUs: what needs more goes to a later partition; 0: any model goes there."), SettingRange(0, 4096)]
    public int GpuMemoryGb { get; init; }

    [Description("Nodes that one job may have: ranks share them."), SettingRange(1, 1024)]
    public int Nodes { get; init; } = 1;

    [Description("Gigabytes of memory that a job may have on a node; 0: as many as it needs."), SettingRange(0, 65_536)]
    public int MemoryGb { get; init; }

    [Description("Instead of agents.slurm.memory_gb, for the jobs that go there."),
     SettingOf(typeof(SlurmSection), nameof(SlurmSection.MemoryGb))]
    public int? JobMemoryGb { get; init; }

    [Description("Only these kinds of stage go there; all where it is left out: evaluate, tokenize, pretrain, import, lm-eval, efficiency."),
     SettingChoices("evaluate", "tokenize", "pretrain", "import", "lm-eval", "efficiency"), SettingDistinct]
    public ValueList<string> Stages { get; init; } = [];

    [Description("Instead of agents.slurm.time."), SettingOf(typeof(SlurmSection), nameof(SlurmSection.Time))]
    public Duration? Time { get; init; }

    [Description("Features that its nodes must have, as --constraint has it."), SettingMayBeEmpty]
    public string Constraint { get; init; } = "";

    [Description("The processor of its nodes where it is not the login node's, maker and instruction set as 'composer doctor --agent slurm' "
        + "shows it, such as authenticamd-avx512; enters the keys of what is computed there."), SettingMayBeEmpty]
    public string Processor { get; init; } = "";

    [Description("The compute capability of its GPUs, such as 9.0, as 'composer doctor --agent slurm' shows it; enters the keys of what is "
        + "computed there."), SettingMayBeEmpty]
    public string Capability { get; init; } = "";

    [Description("Instead of agents.slurm.account."), SettingMayBeEmpty]
    public string Account { get; init; } = "";

    [Description("Instead of agents.slurm.gres."), SettingMayBeEmpty]
    public string Gres { get; init; } = "";

    /// <summary>Why a job cannot go there; null when it can.</summary>
    /// <param name="kind">The kind of stage.</param>
    /// <param name="gpus">GPUs of the job.</param>
    /// <param name="memoryGb">Gigabytes that it asks for on a node.</param>
    /// <param name="gpuMemory">Bytes of each GPU without which it cannot run.</param>
    public string? LackFor(string kind, int gpus, int memoryGb, long gpuMemory) =>
        Stages.Count > 0 && !Stages.Contains(kind) ? $"takes {string.Join(", ", Stages)} alone"
        : gpus > Gpus * Nodes && Gpus == 0 ? "has no GPUs"
        : gpus > Gpus * Nodes ? string.Create(CultureInfo.InvariantCulture, $"gives a job {Gpus * Nodes} of {gpus} GPUs")
        : !HoldsOnGpu(gpuMemory)
        ? string.Create(CultureInfo.InvariantCulture, $"has GPUs of {GpuMemoryGb} GB for about {BytesText.Of(gpuMemory)}")
        : MemoryGb > 0 && memoryGb > MemoryGb
        ? string.Create(CultureInfo.InvariantCulture, $"gives a job {MemoryGb} GB of memory of {memoryGb}")
        : null;

    /// <summary>Whether one of its GPUs holds so many bytes.</summary>
    public bool HoldsOnGpu(long bytes) => GpuMemoryGb == 0 || bytes <= (long)GpuMemoryGb << 30;
}
