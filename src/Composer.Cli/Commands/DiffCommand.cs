using System.CommandLine;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;
using Composer.Pipeline.Comparison;

namespace Composer.Cli.Commands;

/// <summary><c>composer diff RUN RUN</c>: in what two runs differ.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var older = new Argument<string>("OLDER") { Description = "A run's id, or its beginning; 'composer runs' lists them." };
        var newer = new Argument<string>("NEWER") { Description = "Another run's." };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "Where the store is; artifacts/ of the clone by default.",
            HelpName = "FOLDER",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("diff", "Show in what two runs differ: manifests, keys, outputs, metrics.")
        {
            older, newer, artifacts, json,
        };
        command.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var comparison = RunComparison.Of(
                store, Session.Kinds, store.FindRun(parsed.GetRequiredValue(older)), store.FindRun(parsed.GetRequiredValue(newer)));
            var view = DiffView.Of(comparison, store, TimeProvider.System.GetUtcNow());
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
