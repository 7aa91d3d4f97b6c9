using System.CommandLine;
using System.Globalization;
using Composer.Core.Json;
using Composer.Core;
using Composer.Core.Text;
using Composer.Store.GarbageCollection;
using Composer.Store;

namespace Composer.Cli.Commands;

/// <summary><c>composer store gc</c>: removes what neither a pinned nor a recent run reached.</summary>
internal static class StoreGcCommand
{
    private const int MostDays = 36500;

    public static Command Create(Option<string?> artifacts, Option<bool> json)
    {
        var keepDays = new Option<int>("--keep-days")
        {
            Description = "Keep what runs of the last N days reached; 30 by default.",
            DefaultValueFactory = _ => 30,
            HelpName = "N",
        };
        var pin = new Option<string?>("--pin")
        {
            Description = "Keep this run and all that it reached, from now on. Removes nothing.",
            HelpName = "RUN",
        };
        var unpin = new Option<string?>("--unpin")
        {
            Description = "Let a pinned run go by its age again. Removes nothing.",
            HelpName = "RUN",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be removed." };
        var command = new Command("gc", "Remove stages that neither a pinned nor a recent run reached. Safe while experiments run.")
        {
            keepDays, pin, unpin, dryRun, artifacts, json,
        };
        keepDays.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 0 or > MostDays)
            {
                result.AddError($"--keep-days must be from 0 to {MostDays}.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(pin) is not null && result.GetValue(unpin) is not null)
            {
                result.AddError("--pin and --unpin cannot go together.");
            }
        });
        command.SetAction(parsed =>
        {
            var workspace = ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts));
            using var store = Session.OpenStore(workspace);
            return (parsed.GetValue(pin) ?? parsed.GetValue(unpin)) is { } run
                ? Pin(store, run, parsed.GetValue(pin) is not null, parsed.GetValue(json))
                : Collect(
                    store,
                    new RetentionPolicy(TimeSpan.FromDays(parsed.GetValue(keepDays)))
                    {
                        DryRun = parsed.GetValue(dryRun),
                        WorkFolder = workspace.Work,
                    },
                    parsed.GetValue(json));
        });
        return command;
    }

    private static int Pin(StageStore store, string name, bool pinned, bool json)
    {
        var run = store.FindRun(name);
        store.Pin(run.Id, pinned);
        Console.WriteLine(json
            ? ComposerJson.WriteText(new { Run = run.Id, Pinned = pinned })
            : $"{run.Id} ({run.Experiment}) is {(pinned ? "pinned: it stays, with all that it reached" : "no longer pinned")}.");
        return ExitCode.Done;
    }

    private static int Collect(StageStore store, RetentionPolicy policy, bool json)
    {
        var result = store.Collect(policy);
        if (json)
        {
            Console.WriteLine(ComposerJson.WriteText(result));
            return ExitCode.Done;
        }

        foreach (var kind in result.Kinds)
        {
            Print(kind.Kind, string.Create(CultureInfo.InvariantCulture, $"{kind.Stages,7:N0} stages"), kind.Bytes);
        }

        if (result.UnreferencedBlobs > 0)
        {
            Print(
                "(no stage)",
                string.Create(CultureInfo.InvariantCulture, $"{result.UnreferencedBlobs,7:N0} blobs "),
                result.UnreferencedBytes);
        }

        if (result.WorkFolders > 0)
        {
            Print("(work)", string.Create(CultureInfo.InvariantCulture, $"{result.WorkFolders,7:N0} folders"), result.WorkBytes);
        }

        var verb = policy.DryRun ? "would remove" : "removed";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{verb} {result.Runs:N0} runs and {result.Stages:N0} stages, {BytesText.Of(result.Bytes + result.WorkBytes)}; "
            + $"{result.KeptRuns:N0} runs and {result.KeptStages:N0} stages stay, {BytesText.Of(result.KeptBytes)}."));
        if (result.YoungBlobs > 0)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.YoungBlobs:N0} unneeded blobs, {BytesText.Of(result.YoungBytes)}, were wanted in the last "
                + $"{policy.Grace.TotalMinutes:0} minutes; a later gc removes them."));
        }

        return ExitCode.Done;
    }

    private static void Print(string kind, string count, long bytes) =>
        Console.WriteLine($"  {kind,-12} {count}  {BytesText.Of(bytes),10}");
}
