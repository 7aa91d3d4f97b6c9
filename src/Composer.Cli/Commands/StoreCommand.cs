using System.CommandLine;
using System.Globalization;
using Composer.Core.Json;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline;
using Composer.Store;

namespace Composer.Cli.Commands;

/// <summary><c>composer store</c>: what was computed, and whether it is still whole.</summary>
internal static class StoreCommand
{
    public static Command Create()
    {
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "Where the store is; artifacts/ of the clone by default.",
            HelpName = "FOLDER",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var stats = new Command("stats", "Show what the store holds, by kind of stage.") { artifacts, json };
        stats.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var statistics = store.Statistics();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(statistics));
                return ExitCode.Done;
            }

            Console.WriteLine(
                $"{store.Root}: {statistics.Blobs.ToString("N0", CultureInfo.InvariantCulture)} blobs, {BytesText.Of(statistics.Bytes)}");
            foreach (var kind in statistics.Stages)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {kind.Kind,-12} {kind.Count,7:N0} stages  {BytesText.Of(kind.Bytes),10}  computed in "
                    + $"{ElapsedText.Of(kind.Seconds)}"));
            }

            return ExitCode.Done;
        });

        var rebuild = new Option<bool>("--rebuild")
        {
            Description = "First build the index again from the files beside the blobs; a damaged one goes to quarantine. While no run "
                + "is under way.",
        };
        var verify = new Command(
            "verify",
            "Read everything again and compare digests; corrupt blobs go to quarantine and their stages run again.") { rebuild,
            artifacts,
            json };
        verify.SetAction(parsed =>
        {
            var workspace = ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts));
            RebuiltIndex? rebuilt = null;
            using var store = parsed.GetValue(rebuild) ? Rebuild(workspace, out rebuilt) : Session.OpenStore(workspace);
            var result = store.Verify();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(new
                {
                    result.Blobs,
                    result.Bytes,
                    Corrupt = result.Corrupt.Select(d => d.ToString()),
                    result.LostStages,
                    result.RestoredStages,
                    result.UnreadableRecords,
                    result.DoubtfulStages,
                    Clean = result.IsClean,
                    Rebuilt = rebuilt,
                }));
            }
            else
            {
                if (rebuilt is not null)
                {
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"index built again: {rebuilt.Stages:N0} stages, {rebuilt.RestoredRuns:N0} runs "
                        + $"restored{(rebuilt.WasDamaged ? $"; the damaged one is in {Path.Combine(store.Root, "quarantine")}" : "")}"));
                }

                foreach (var digest in result.Corrupt)
                {
                    Console.WriteLine($"corrupt: {digest}, moved to {Path.Combine(store.Root, "quarantine")}");
                }

                foreach (var lost in result.LostStages)
                {
                    Console.WriteLine($"will run again: {lost}");
                }

                foreach (var doubtful in result.DoubtfulStages)
                {
                    Console.WriteLine($"will run again: {doubtful}");
                }

                foreach (var path in result.UnreadableRecords)
                {
                    Console.WriteLine($"unreadable record: {path}");
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Blobs:N0} blobs, {BytesText.Of(result.Bytes)} read: "
                    + $"{(result.IsClean ? "all whole" : "mended as said above")}{(result.RestoredStages > 0 ? $"; {result.RestoredStages} stages entered the index again" : "")}."));
            }

            return result.IsClean ? ExitCode.Done : ExitCode.StageFailed;
        });
        return new Command("store", "Look after what was computed.")
        {
            stats,
            verify,
            StoreGcCommand.Create(artifacts, json),
            StoreTransferCommands.Export(artifacts, json),
            StoreTransferCommands.Import(artifacts, json),
        };
    }

    private static StageStore Rebuild(Workspace workspace, out RebuiltIndex rebuilt)
    {
        (var store, rebuilt) = StageStore.Rebuild(workspace.Store, TimeProvider.System, Session.IndexFolder);
        return store;
    }
}
