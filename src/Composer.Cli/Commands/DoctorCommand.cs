using System.CommandLine;
using Composer.Agents.Checkup;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Json;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary><c>composer doctor [NAME]</c>: what this machine, or an experiment on it, lacks, and the command that mends each lack.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var options = new ExperimentOptions();
        options.Name.Arity = ArgumentArity.ZeroOrOne;
        options.Name.Description = "The experiment: experiments/NAME.toml, or the path of a .toml file. Without it only the machine is looked at.";
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("doctor", "Say what this machine has and what an experiment lacks on it, each with the command that mends it.")
        {
            json,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var checkup = parsed.GetValue(options.Name) is null
                ? new DoctorView(MachineCheckup.Of(Session.Resources(null), ExperimentOptions.FindWorkspace(parsed.GetValue(options.Artifacts))))
                : Checked(options, parsed);
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

    private static DoctorView Checked(ExperimentOptions options, ParseResult parsed)
    {
        var (manifest, _, workspace) = options.Load(parsed);
        var resources = Session.Resources(null);
        var machine = MachineCheckup.Of(resources, workspace);
        if (machine.Any(f => f.Subject == MachineCheckup.Artifacts && f.State == FindingState.Lack))
        {
            return new DoctorView(machine);
        }

        using var store = Session.OpenStore(workspace);
        var graph = ExperimentGraphs.Build(manifest, workspace, Session.Kinds);
        return new DoctorView(machine)
        {
            Experiment = graph.Experiment,
            Profile = graph.Profile,
            Needs = new ExperimentCheckup(graph, resources, store, workspace).Run(manifest.Profiles),
        };
    }
}
