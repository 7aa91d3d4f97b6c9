using System.CommandLine;
using Composer.Agents.Checkup;
using Composer.Agents.Checkup.Cluster;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Manifests;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary>
/// <c>composer doctor [NAME] [--agent slurm]</c>: what this machine, a cluster or an experiment on it lacks, and the command that mends
/// each lack.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var options = new ExperimentOptions();
        options.Name.Arity = ArgumentArity.ZeroOrOne;
        options.Name.Description = "The experiment: experiments/NAME.toml, or the path of a .toml file. Without it only the machine is looked at.";
        var agent = new AgentOption();
        var noProbe = new Option<bool>("--no-probe")
        {
            Description = "With --agent slurm: submit no job that looks at a node of each partition, a minute at most.",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("doctor", "Say what this machine has and what an experiment lacks on it, each with the command that mends it.")
        {
            agent.Option, noProbe, json,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var checkup = parsed.GetValue(options.Name) is null
                ? OfMachine(
                    AgentsOf(parsed.GetValue(agent.Option)), ExperimentOptions.FindWorkspace(parsed.GetValue(options.Artifacts)), !parsed.GetValue(noProbe))
                : OfExperiment(options.Load(parsed, agent.Settings(parsed)), !parsed.GetValue(noProbe));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(checkup));
            }
            else
            {
                DoctorPrinter.Print(checkup, Console.Out);
            }

            return checkup.Lacks == 0 ? ExitCode.Done : ExitCode.Blocked;
        });
        return command;
    }

    /// <summary>Without an experiment: the user's own file, and what the command line says of the place.</summary>
    private static AgentsSection AgentsOf(string? place)
    {
        var agents = AgentsFile.Path() is { } file ? ManifestLoader.LoadAgents(file) : new AgentsSection();
        return place is not null && SettingNames.TryParse<AgentPlace>(place, out var kind, out _) ? agents with { Kind = kind } : agents;
    }

    private static DoctorView OfMachine(AgentsSection agents, Workspace workspace, bool probes)
    {
        var resources = Session.Resources(null);
        var view = new DoctorView(MachineCheckup.Of(resources, workspace, Session.IndexFolder), NodeFacts.Here(resources, TimeProvider.System));
        return agents.Kind == AgentPlace.Slurm && CanWrite(view)
            ? view with { Cluster = CheckupOf(agents, workspace, probes).Run() }
            : view;
    }

    private static DoctorView OfExperiment((ResolvedExperiment Manifest, byte[] Bytes, Workspace Workspace) loaded, bool probes)
    {
        var (manifest, workspace, agents) = (loaded.Manifest, loaded.Workspace, loaded.Manifest.Manifest.Agents);
        var machine = Session.Resources(null);
        var view = new DoctorView(MachineCheckup.Of(machine, workspace, Session.IndexFolder), NodeFacts.Here(machine, TimeProvider.System));
        if (!CanWrite(view))
        {
            return view;
        }

        using var store = Session.OpenStore(workspace);
        var graph = ExperimentGraphs.Build(manifest, workspace, Session.Kinds);
        var resources = AgentOption.ResourcesOf(agents, machine);
        view = view with
        {
            Experiment = graph.Experiment,
            Profile = graph.Profile,
            Needs = new ExperimentCheckup(graph, resources, store, workspace).Run(manifest.Profiles),
        };
        if (agents.Kind != AgentPlace.Slurm)
        {
            return view;
        }

        var checkup = CheckupOf(agents, workspace, probes);
        var cluster = checkup.Run();
        var demands = view.Needs.Any(f => f.State == FindingState.Lack)
            ? graph.Stages.SelectMany(s => DemandsOf(s, null))
            : new Planner(store, workspace, resources).Plan(graph).Where(p => p.Status != PlanStatus.Hit)
                .SelectMany(p => DemandsOf(p.Stage, p.Estimate?.Seconds));
        return view with { Cluster = [.. cluster, .. checkup.Check([.. demands])] };
    }

    /// <summary>Without a folder to write to there is no store to look into, and nothing for a node to see.</summary>
    private static bool CanWrite(DoctorView view) =>
        view.Machine.All(f => f.Subject != MachineCheckup.Artifacts || f.State != FindingState.Lack);

    private static ClusterCheckup CheckupOf(AgentsSection agents, Workspace workspace, bool probes) =>
        new(agents.Slurm, workspace, Session.Executable, TimeProvider.System, probes);

    /// <summary>What a stage submits: itself, or the jobs that it asks for.</summary>
    private static IEnumerable<ClusterDemand> DemandsOf(Stage stage, double? seconds)
    {
        if (stage.Kind.RunsOnAgent)
        {
            yield return new ClusterDemand(stage.Name, stage.Kind, stage.Needs, seconds);
        }

        if (stage.Asks is { } asked)
        {
            yield return new ClusterDemand(asked.Name, Session.Kinds[asked.Kind], stage.Needs.OfMachineAlone, null);
        }
    }
}
