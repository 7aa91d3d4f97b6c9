using Composer.Core.Text;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>A partition of the cluster: its nodes and what the largest of them have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">At least one.</param>
internal sealed record ClusterPartition(string Name, IReadOnlyList<ClusterNode> Nodes)
{
    /// <summary>Whether jobs go there that name none.</summary>
    public bool IsDefault => Nodes[0].IsDefault;

    /// <summary>Whether it takes jobs.</summary>
    public bool IsUp => Nodes[0].IsUp;

    /// <summary>The longest that a job may take; null: no limit.</summary>
    public TimeSpan? Limit => Nodes[0].Limit;

    /// <summary>CPUs of the largest node.</summary>
    public int Cores => Nodes.Max(n => n.Cores);

    /// <summary>Bytes of the largest node.</summary>
    public long Memory => Nodes.Max(n => n.Megabytes) << 20;

    /// <summary>Nodes that run jobs.</summary>
    public int OfUse => Nodes.Count(n => n.IsOfUse);

    /// <summary>GPUs of the node that has the most of them.</summary>
    public int GpusCalled(string gres) => Nodes.Max(n => n.GpusCalled(gres));

    /// <summary>All partitions in the order of the listing.</summary>
    public static IReadOnlyList<ClusterPartition> Of(IEnumerable<string> lines) =>
        [.. lines.Select(ClusterNode.Parse).OfType<ClusterNode>().GroupBy(n => n.Partition).Select(g => new ClusterPartition(g.Key, [.. g]))];

    /// <summary>Such as <c>3 nodes, 2 idle; of a node 64 cores, 503 GiB, gpu:a100:8; at most 1 day</c>.</summary>
    public override string ToString()
    {
        var idle = Nodes.Count(n => n.State.StartsWith("idle", StringComparison.Ordinal) && n.IsOfUse);
        var gone = Nodes.Count - OfUse;
        var gres = string.Join(" or ", Nodes.Select(n => n.Gres.Split('(')[0]).Where(g => g.Length > 0).Distinct());
        return $"{CountText.Of(Nodes.Count, "node")}, {idle} idle{(gone > 0 ? $", {gone} of no use" : "")}; "
            + $"of a node {CountText.Of(Cores, "core")}, {BytesText.Of(Memory)}{(gres.Length > 0 ? ", " + gres : "")}; "
            + (Limit is { } limit ? $"jobs end after {ElapsedText.Of(limit.TotalSeconds)}" : "no time limit");
    }
}
