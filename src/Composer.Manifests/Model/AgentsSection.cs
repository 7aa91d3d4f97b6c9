using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>Where stages run; changes no result. A user's or a cluster's own values stand in <c>agents.toml</c>.</summary>
public sealed record AgentsSection
{
    [Description("Where stages run: local, as processes on this machine, or slurm, as jobs of a cluster; --agent overrules it.")]
    public AgentPlace Kind { get; init; } = AgentPlace.Local;

    [Description("How jobs are given to Slurm.")]
    public SlurmSection Slurm { get; init; } = new();
}

/// <summary>Where stages run. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<AgentPlace>))]
public enum AgentPlace
{
    /// <summary>Processes of this machine.</summary>
    Local = 0,

    /// <summary>Jobs of a Slurm cluster, whose nodes see the workspace's folder.</summary>
    Slurm = 1,
}
