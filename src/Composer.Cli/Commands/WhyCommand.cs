using System.CommandLine;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;
using Composer.Pipeline.Planning;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary><c>composer why NAME STAGE</c>: everything that a stage's key covers, and what changed.</summary>
internal static class WhyCommand
{
    public static Command Create()
    {
        var options = new ExperimentOptions();
        var stageName = new Argument<string>("STAGE") { Description = "The stage's name, as plan prints it." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command(
            "why", "Show everything that a stage's key covers, and how it differs from the nearest earlier run.") { json };
        options.AddTo(command);
        command.Add(stageName);
        command.SetAction(parsed =>
        {
            var (manifest, _, workspace) = options.Load(parsed);
            using var store = Session.OpenStore(workspace);
            var graph = ExperimentGraphs.Build(manifest, workspace, Session.Kinds);
            var plan = new Planner(store, workspace, Session.Resources(null)).Plan(graph);
            var wanted = parsed.GetRequiredValue(stageName);
            var planned = plan.FirstOrDefault(p => p.Stage.Name == wanted) ?? throw StageNames.Unknown(wanted, graph);
            var view = WhyView.Of(planned);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(view));
            }
            else
            {
                view.Print(Console.Out);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
