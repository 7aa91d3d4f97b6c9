using System.CommandLine;
using Composer.Agents.Slurm;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;
using Composer.Pipeline.Planning;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary><c>composer plan NAME</c>: what would run, and why.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var options = new ExperimentOptions();
        var until = StageNames.UntilOption();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var engines = new Option<bool>("--engines")
        {
            Description = "Print only the names of the engines that what is to run needs, a line each: what the build makes ready before "
                + "a run.",
        };
        var agent = new AgentOption();
        var check = new Option<bool>("--check")
        {
            Description = "With --engines: those of stages in the store, which 'run --check' computes once more.",
        };
        var command = new Command("plan", "Show for each stage whether it is in the store and, when it is not, why it will run.")
        {
            until, agent.Option, json, engines, check,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var (manifest, _, workspace) = options.Load(parsed, agent.Settings(parsed));
            using var store = Session.OpenStore(workspace);
            var graph = StageNames.Until(parsed.GetValue(until), ExperimentGraphs.Build(manifest, workspace, Session.Kinds));
            var resources = AgentOption.ResourcesOf(manifest.Manifest.Agents, Session.Resources(null));
            var plan = new Planner(store, workspace, resources).Plan(graph);
            if (parsed.GetValue(engines))
            {
                foreach (var engine in NeededEngines.Of(plan, resources, parsed.GetValue(check)))
                {
                    Console.WriteLine(engine);
                }

                return ExitCode.Done;
            }

            var view = PlanView.Of(graph, plan, store, resources is SlurmResources cluster ? cluster.Describe : null);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(view));
            }
            else
            {
                PlanPrinter.Print(view, Console.Out, TimeProvider.System.GetUtcNow());
            }

            return ExitCode.Done;
        });
        return command;
    }
}
