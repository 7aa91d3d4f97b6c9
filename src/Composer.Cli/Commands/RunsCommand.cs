using System.CommandLine;
using System.Globalization;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;

namespace Composer.Cli.Commands;

/// <summary><c>composer runs</c>: what ran, newest first.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "Where the store is; artifacts/ of the clone by default.",
            HelpName = "FOLDER",
        };
        var last = new Option<int>("--last") { Description = "How many; 50 by default.", DefaultValueFactory = _ => 50, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("runs", "List the runs of this clone, newest first.") { last, artifacts, json };
        last.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError("--last must be at least 1.");
            }
        });
        command.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var now = TimeProvider.System.GetUtcNow();
            var runs = store.Runs(parsed.GetValue(last)).Select(run => RunView.Of(store, run, now)).ToArray();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(new { Runs = runs }));
            }
            else
            {
                Print(runs);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<RunView> runs)
    {
        if (runs.Count == 0)
        {
            Console.WriteLine("Nothing ran yet.");
        }

        var id = runs.Select(r => r.Id.Length).DefaultIfEmpty().Max();
        var name = runs.Select(r => r.Name.Length).DefaultIfEmpty().Max();
        foreach (var run in runs)
        {
            Console.WriteLine(run.Line(id, name));
        }
    }
}
