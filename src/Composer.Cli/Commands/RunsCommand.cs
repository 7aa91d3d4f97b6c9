using System.CommandLine;
using System.Globalization;
using Composer.Core.Json;
using Composer.Core;
using Composer.Store.Records;

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
        command.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var runs = store.Runs(Math.Max(0, parsed.GetValue(last)));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(new { Runs = runs.Select(View) }));
            }
            else
            {
                Print(runs);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static object View(RunRecord run) => new
    {
        run.Id,
        run.Experiment,
        Profile = run.Profile.Length == 0 ? null : run.Profile,
        run.Started,
        run.Finished,
        run.ExitCode,
        run.Pinned,
    };

    private static void Print(IReadOnlyList<RunRecord> runs)
    {
        if (runs.Count == 0)
        {
            Console.WriteLine("Nothing ran yet.");
        }

        var id = runs.Select(r => r.Id.Length).DefaultIfEmpty().Max();
        var name = runs.Select(r => Name(r).Length).DefaultIfEmpty().Max();
        foreach (var run in runs)
        {
            var end = run.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit {code}") : "no end";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Id.PadRight(id)}  {Name(run).PadRight(name)}  {run.Started:yyyy-MM-dd HH:mm} UTC  "
                + $"{end,-8}{(run.Pinned ? "  pinned" : "")}").TrimEnd());
        }
    }

    private static string Name(RunRecord run) => run.Profile.Length == 0 ? run.Experiment : $"{run.Experiment} ({run.Profile})";
}
