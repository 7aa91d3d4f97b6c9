using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>How jobs are given to Slurm: what each asks for, how many wait at once, when one counts as lost.</summary>
public sealed record SlurmSection
{
    [Description("Partitions, in the order in which a job takes them: it goes to the first that offers what it needs. None: the cluster's "
        + "own default.")]
    public ValueList<SlurmPartitionSection> Partition { get; init; } = [];

    [Description("The account to charge; none by default."), SettingMayBeEmpty]
    public string Account { get; init; } = "";

    [Description("CPU cores of a long stage's job, which its ranks share; an evaluation has one."), SettingRange(1, 1024)]
    public int Cores { get; init; } = 8;

    [Description("Gigabytes of memory of a job, more where a stage is known to need more; 0: always the partition's default."),
     SettingRange(0, 65_536)]
    public int MemoryGb { get; init; } = 4;

    [Description("Time limit of a job, such as \"24 h\"; the partition's default where it is left out.")]
    public Duration? Time { get; init; }

    [Description("The generic resource that GPUs are, with their type where there are several: gpu, gpu:a100.")]
    public string Gres { get; init; } = "gpu";

    [Description("Jobs in the queue at once, tasks of arrays among them."), SettingRange(1, 100_000)]
    public int Queue { get; init; } = 100;

    [Description("Jobs that are ready together become arrays of at most so many tasks; 1: no arrays."), SettingRange(1, 10_000)]
    public int Array { get; init; } = 100;

    [Description("More #SBATCH options for every job, such as [\"--qos=high\"].")]
    public ValueList<string> Directives { get; init; } = [];

    [Description("Shell lines before a job's runner, such as [\"module load openmpi\"].")]
    public ValueList<string> Setup { get; init; } = [];

    [Description("How long before its time limit a job is told to leave a checkpoint and end.")]
    public Duration Signal { get; init; } = Duration.Parse("90 s");

    [Description("A running job that says nothing for so long counts as lost.")]
    public Duration Silence { get; init; } = Duration.Parse("3 min");

    [Description("How often a job that the cluster lost, preempted or ended at its time limit is submitted again."), SettingRange(0, 10_000)]
    public int Retries { get; init; } = 10;

    /// <summary>The first partition that takes a job; null when none does. Without partitions the cluster's default, which refuses itself.</summary>
    /// <param name="kind">The kind of stage.</param>
    /// <param name="gpus">GPUs of the job.</param>
    /// <param name="memoryGb">Gigabytes that it asks for on a node.</param>
    public SlurmPartitionSection? PartitionFor(string kind, int gpus, int memoryGb) => Partition.Count == 0
        ? new SlurmPartitionSection { Gpus = gpus }
        : Partition.FirstOrDefault(p => p.LackFor(kind, gpus, memoryGb) is null);
}
