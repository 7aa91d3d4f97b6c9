using System.Globalization;
using Composer.Agents.Slurm;
using Composer.Core.Text;
using Composer.Manifests.Model;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>Holds what the settings promise, and what stages need, to what the partitions have.</summary>
/// <param name="settings">Of the cluster.</param>
/// <param name="partitions">That there are.</param>
internal sealed class DemandCheck(SlurmSection settings, IReadOnlyList<ClusterPartition> partitions)
{
    /// <summary>A partition by its name, or the default one by none; null where there is none.</summary>
    public static ClusterPartition? Find(IReadOnlyList<ClusterPartition> partitions, string name) =>
        partitions.FirstOrDefault(p => name.Length == 0 ? p.IsDefault : p.Name == name);

    /// <summary>What the settings say of a partition and is not so.</summary>
    public static IEnumerable<Finding> PromisesOf(SlurmPartitionSection wanted, SlurmSection settings, ClusterPartition there)
    {
        var gres = wanted.Gres.Length > 0 ? wanted.Gres : settings.Gres;
        if (wanted.Gpus > there.GpusCalled(gres))
        {
            yield return Wrong(
                $"has {CountText.Of(there.GpusCalled(gres), "GPU")} called '{gres}' on a node; the settings say {wanted.Gpus}",
                $"gpus = {there.GpusCalled(gres)} in [[agents.slurm.partition]] of {there.Name}",
                "gres = \"gpu:TYPE\", as sinfo -o '%P %G' shows it");
        }

        if (wanted.Nodes > there.Nodes.Count)
        {
            yield return Wrong($"has {CountText.Of(there.Nodes.Count, "node")}; the settings say {wanted.Nodes}", $"nodes = {there.Nodes.Count}");
        }

        if ((long)wanted.MemoryGb << 30 > there.Memory)
        {
            yield return Wrong($"has {BytesText.Of(there.Memory)} on a node; the settings say {wanted.MemoryGb} GB", $"memory_gb = {there.Memory >> 30}");
        }

        if ((wanted.Time ?? settings.Time)?.Value is { } time && time > there.Limit)
        {
            yield return Wrong(
                $"ends jobs after {ElapsedText.Of(there.Limit.Value.TotalSeconds)}; the settings ask for "
                + $"{ElapsedText.Of(time.TotalSeconds)}, and such jobs never begin",
                string.Create(CultureInfo.InvariantCulture, $"time = \"{Math.Floor(there.Limit.Value.TotalMinutes)} min\""));
        }

        var features = wanted.Constraint.Split(['&', '|', ',', '[', ']', '(', ')', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(f => f.Split('*')[0]).ToArray();
        var unknown = features.Where(f => there.Nodes.All(n => !n.Features.Contains(f))).ToArray();
        if (unknown.Length > 0 && (unknown.Length == features.Length || !wanted.Constraint.Contains('|', StringComparison.Ordinal)))
        {
            yield return Wrong(
                $"has no node with the feature '{string.Join("', '", unknown)}'",
                $"constraint = one of {string.Join(", ", there.Nodes.SelectMany(n => n.Features).Distinct().Order(StringComparer.Ordinal))}");
        }

        Finding Wrong(string text, params string[] remedies) => Finding.Lack("partition", $"{there.Name} {text}", remedies);
    }

    /// <summary>Where each stage would go, or why it cannot; those that ask for the same in one line.</summary>
    public IEnumerable<Finding> Of(IReadOnlyList<ClusterDemand> stages) => stages.Select(Of).GroupBy(f => (f.State, f.Text))
        .Select(g => g.First() with { Subject = "jobs", Text = $"{string.Join(", ", g.Select(f => f.Subject))}: {g.Key.Text}" });

    /// <summary>Of one stage; the subject is its name.</summary>
    private Finding Of(ClusterDemand stage)
    {
        if (SlurmRequest.For(settings, stage.Kind, stage.Needs) is not { } request)
        {
            return Finding.Lack(
                stage.Name,
                $"no partition takes it: {string.Join("; ", SlurmRequest.WhyNot(settings, stage.Kind.Name, stage.Needs))}",
                "[[agents.slurm.partition]] name = \"…\", gpus = N, memory_gb = N");
        }

        if (Find(partitions, request.Partition) is not { } there)
        {
            return Finding.Lack(stage.Name, $"{request}, which is not there", "sinfo shows the partitions");
        }

        var needed = request.Cores * Math.Max(1, request.Ranks / request.Nodes);
        return needed > there.Cores
            ? Finding.Lack(
                stage.Name,
                $"{request}; no node of {there.Name} has more than {CountText.Of(there.Cores, "core")}",
                $"agents.slurm.cores = {there.Cores}")
            : request.Gpus > there.GpusCalled(request.Gres)
            ? Finding.Lack(
                stage.Name,
                $"{request}; a node of {there.Name} has {CountText.Of(there.GpusCalled(request.Gres), "GPU")} called '{request.Gres}'",
                "name a partition with GPUs in agents.slurm.partition", "--set pretrain.resources.gpus=0")
            : (long)request.MemoryGb << 30 > there.Memory
            ? Finding.Lack(
                stage.Name,
                $"{request}; a node of {there.Name} has {BytesText.Of(there.Memory)}",
                "name a partition with more memory in agents.slurm.partition")
            : (request.Time ?? there.Limit) is { } limit && stage.Seconds > limit.TotalSeconds
            ? Finding.Note(
                stage.Name,
                $"{request}; it takes about {ElapsedText.Of(stage.Seconds.Value)}: "
                + $"{CountText.Of((long)Math.Ceiling(stage.Seconds.Value / limit.TotalSeconds), "job")}, "
                + "each of which goes on from the checkpoint of the one before")
            : Finding.Fine(stage.Name, request.ToString());
    }
}
