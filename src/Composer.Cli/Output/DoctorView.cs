using System.Text.Json.Serialization;
using Composer.Agents.Checkup;
using Composer.Agents.Checkup.Cluster;

namespace Composer.Cli.Output;

/// <summary>A checkup as it is printed: text for people, JSON for scripts.</summary>
/// <param name="Machine">What the machine has.</param>
/// <param name="Here">The same, as other machines ask for it.</param>
internal sealed record DoctorView(IReadOnlyList<Finding> Machine, NodeFacts Here)
{
    /// <summary>What the cluster has and lacks; empty: stages run on this machine.</summary>
    public IReadOnlyList<Finding> Cluster { get; init; } = [];

    /// <summary>The experiment that was looked at; null: none.</summary>
    public string? Experiment { get; init; }

    public string? Profile { get; init; }

    /// <summary>What the experiment needs and lacks.</summary>
    public IReadOnlyList<Finding> Needs { get; init; } = [];

    /// <summary>How many things are lacking.</summary>
    public int Lacks => All.Count(f => f.State == FindingState.Lack);

    [JsonIgnore]
    private IEnumerable<Finding> All => Machine.Concat(Cluster).Concat(Needs);
}
