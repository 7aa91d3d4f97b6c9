using System.Globalization;
using Composer.Core.Text;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Slurm;

/// <summary>What a job asks of the cluster. Equal requests can be tasks of one array.</summary>
public sealed record SlurmRequest
{
    /// <summary>Empty: the cluster's default.</summary>
    public required string Partition { get; init; }

    /// <summary>Empty: the user's default.</summary>
    public required string Account { get; init; }

    /// <summary>Features that nodes must have; empty: any.</summary>
    public required string Constraint { get; init; }

    /// <summary>What GPUs are called.</summary>
    public required string Gres { get; init; }

    /// <summary>Nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Processes of one training, in all.</summary>
    public required int Ranks { get; init; }

    /// <summary>CPU cores of each.</summary>
    public required int Cores { get; init; }

    /// <summary>GPUs of each node.</summary>
    public required int Gpus { get; init; }

    /// <summary>Gigabytes of each node; 0: the partition's default.</summary>
    public required int MemoryGb { get; init; }

    /// <summary>Time limit; null: the partition's default.</summary>
    public required TimeSpan? Time { get; init; }

    /// <summary>What a job of a stage asks for, as the pool will submit it.</summary>
    /// <param name="settings">The cluster's.</param>
    /// <param name="kind">Of the job.</param>
    /// <param name="needs">What it cannot do without, all ranks together.</param>
    public static SlurmRequest? For(SlurmSection settings, JobKind kind, StageNeeds needs)
    {
        var ranks = kind.SharesRanks ? needs.Ranks : 1;
        return For(settings, kind.Name, kind.RunsLong ? Math.Max(1, settings.Cores / ranks) : 1, ranks, needs);
    }

    /// <summary>What a job of a kind asks for.</summary>
    /// <param name="settings">The cluster's.</param>
    /// <param name="kind">The kind's name.</param>
    /// <param name="threads">Of each rank.</param>
    /// <param name="ranks">Processes of one training.</param>
    /// <param name="needs">What it cannot do without, all ranks together.</param>
    /// <returns>Null when no partition offers it; <see cref="WhyNot"/> says what each lacks.</returns>
    public static SlurmRequest? For(SlurmSection settings, string kind, int threads, int ranks, StageNeeds needs)
    {
        if (settings.PartitionFor(kind, needs.Gpus, needs.Memory) is not { } partition)
        {
            return null;
        }

        var nodes = needs.Gpus > 0 ? (needs.Gpus + partition.Gpus - 1) / partition.Gpus : Math.Min(partition.Nodes, ranks);
        return new SlurmRequest
        {
            Partition = partition.Name,
            Account = partition.Account.Length > 0 ? partition.Account : settings.Account,
            Constraint = partition.Constraint,
            Gres = partition.Gres.Length > 0 ? partition.Gres : settings.Gres,
            Nodes = nodes,
            Ranks = ranks,
            Cores = threads,
            Gpus = Math.Min(needs.Gpus, partition.Gpus),
            MemoryGb = settings.MemoryFor(partition, needs.Gpus, needs.Memory, nodes),
            Time = (partition.Time ?? settings.Time)?.Value,
        };
    }

    /// <summary>Why no partition takes a job, a line for each.</summary>
    public static IReadOnlyList<string> WhyNot(SlurmSection settings, string kind, StageNeeds needs) =>
    [
        .. settings.Partition.Select(p => $"{NameOf(p.Name)} {settings.LackOf(p, kind, needs.Gpus, needs.Memory)}"),
    ];

    /// <summary>Such as <c>partition gpu, 2 nodes, 8 ranks, 8 cores and 1 GPU each, 64 GB a node, 24 h</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string> { NameOf(Partition) };
        if (Nodes > 1)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Nodes} nodes"));
        }

        if (Ranks > 1)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Ranks} ranks"));
        }

        parts.Add($"{CountText.Of(Cores, "core")}{(Ranks > 1 ? " each" : "")}");
        if (Gpus > 0)
        {
            parts.Add($"{CountText.Of(Gpus, "GPU")}{(Nodes > 1 ? " a node" : "")}");
        }

        if (MemoryGb > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{MemoryGb} GB"));
        }

        if (Time is { } time)
        {
            parts.Add(ElapsedText.Of(time.TotalSeconds));
        }

        return string.Join(", ", parts);
    }

    private static string NameOf(string partition) => partition.Length > 0 ? $"partition '{partition}'" : "the default partition";
}
