using System.CommandLine;
using Composer.Agents.Local;
using Composer.Agents.Slurm;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;

namespace Composer.Cli.Commands;

/// <summary><c>--agent local|slurm</c>: where stages run, whatever the manifest says.</summary>
internal sealed class AgentOption
{
    public AgentOption()
    {
        Option = new Option<string?>("--agent")
        {
            Description = "Where stages run: local, as processes on this machine, or slurm, as jobs of a cluster; agents.kind of the manifest "
                + "or of ~/.config/composer/agents.toml by default.",
            HelpName = "local|slurm",
        };
        Option.AcceptOnlyFromAmong([.. SettingNames.All<AgentPlace>()]);
    }

    public Option<string?> Option { get; }

    /// <summary>What is set by it, over what the manifest says.</summary>
    public string[] Settings(ParseResult parsed) => parsed.GetValue(Option) is { } place ? [$"agents.kind={place}"] : [];

    /// <summary>What there is to run stages on.</summary>
    /// <param name="agents">Where they run.</param>
    /// <param name="machine">This machine.</param>
    public static IResources ResourcesOf(AgentsSection agents, MachineResources machine) =>
        agents.Kind == AgentPlace.Slurm ? new SlurmResources(agents.Slurm, machine.Engines) : machine;

    /// <summary>Who runs them.</summary>
    /// <param name="manifest">The experiment.</param>
    /// <param name="machine">This machine.</param>
    /// <param name="workspace">Where things lie.</param>
    /// <param name="detaching">Once it is cancelled, jobs of a cluster are left running instead of being cancelled.</param>
    public static IAgentPool PoolOf(
        ExperimentManifest manifest, MachineResources machine, Workspace workspace, CancellationToken detaching) =>
        manifest.Agents.Kind == AgentPlace.Slurm
            ? new SlurmAgentPool(manifest.Name, workspace, Session.Executable, manifest.Agents.Slurm, detaching)
            : new LocalAgentPool(Session.Executable, Path.Combine(workspace.Logs, "agents"), machine.Cores, machine.Gpus);
}
