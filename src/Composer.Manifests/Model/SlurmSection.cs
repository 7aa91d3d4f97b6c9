using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>How jobs are given to Slurm: what each asks for, how many wait at once, when one counts as lost.</summary>
public sealed record SlurmSection
{
    /// <summary>More than the stage's own arithmetic says: the runtime, the corpus, buffers.</summary>
    private const double MemoryMargin = 1.25;

    private const long Gigabyte = 1L << 30;

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

    [Description("A command that runs a job's runner, with its arguments, such as [\"apptainer\", \"exec\", \"--nv\", \"image.sif\"].")]
    public ValueList<string> Launcher { get; init; } = [];

    [Description("How long before its time limit a job is told to leave a checkpoint and end.")]
    public Duration Signal { get; init; } = Duration.Parse("90 s");

    [Description("A running job that says nothing for so long counts as lost.")]
    public Duration Silence { get; init; } = Duration.Parse("3 min");

    [Description("How often a job that the cluster lost, preempted or ended at its time limit is submitted again."), SettingRange(0, 10_000)]
    public int Retries { get; init; } = 10;

    /// <summary>The first partition that takes a job; null when none does. Without partitions the cluster's default, which refuses itself.</summary>
    /// <param name="kind">The kind of stage.</param>
    /// <param name="gpus">GPUs of the job.</param>
    /// <param name="memory">Bytes without which it cannot run: of each GPU where it has any, of all of its processes elsewhere.</param>
    public SlurmPartitionSection? PartitionFor(string kind, int gpus, long memory) => Partition.Count == 0
        ? new SlurmPartitionSection { Gpus = gpus }
        : Partition.FirstOrDefault(p => LackOf(p, kind, gpus, memory) is null);

    /// <summary>Why a job cannot go to a partition; null when it can.</summary>
    /// <inheritdoc cref="PartitionFor"/>
    public string? LackOf(SlurmPartitionSection partition, string kind, int gpus, long memory) =>
        partition.LackFor(kind, gpus, MemoryFor(partition, gpus, memory, nodes: 1), gpus > 0 ? memory : 0);

    /// <summary>Gigabytes that a job asks for on each of its nodes. On a GPU the stage's own arithmetic is of the GPU's memory.</summary>
    /// <param name="partition">Where it goes.</param>
    /// <param name="gpus">GPUs of the job.</param>
    /// <param name="memory">Bytes without which it cannot run.</param>
    /// <param name="nodes">That share them.</param>
    public int MemoryFor(SlurmPartitionSection partition, int gpus, long memory, int nodes)
    {
        var least = partition.JobMemoryGb ?? MemoryGb;
        return gpus > 0 || least == 0 ? least : Math.Max(least, (int)Math.Ceiling(MemoryMargin * memory / nodes / Gigabyte));
    }
}
