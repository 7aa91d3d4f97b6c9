using System.CommandLine;
using System.Globalization;
using Composer.Core;
using Composer.Pipeline;

namespace Composer.Cli.Commands;

/// <summary><c>composer store</c>: what was computed, and whether it is still whole.</summary>
internal static class StoreCommand
{
    public static Command Create()
    {
        var artifacts = new Option<string?>("--artifacts") { Description = "Where the store is; artifacts/ of the clone by default.", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var stats = new Command("stats", "Show what the store holds, by kind of stage.") { artifacts, json };
        stats.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var statistics = store.Statistics();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(PipelineJson.WriteText(statistics));
                return ExitCode.Done;
            }

            Console.WriteLine($"{store.Root}: {statistics.Blobs.ToString("N0", CultureInfo.InvariantCulture)} blobs, {Size(statistics.Bytes)}");
            foreach (var kind in statistics.Stages)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  {kind.Kind,-12} {kind.Count,7:N0} stages  {Size(kind.Bytes),10}  computed in {Output.PlanPrinter.Duration(kind.Seconds)}"));
            }

            return ExitCode.Done;
        });

        var verify = new Command("verify", "Read everything again and compare digests; corrupt blobs go to quarantine and their stages run again.") { artifacts, json };
        verify.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var result = store.Verify();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(PipelineJson.WriteText(new
                {
                    result.Blobs,
                    result.Bytes,
                    Corrupt = result.Corrupt.Select(d => d.ToString()),
                    result.LostStages,
                    result.RestoredStages,
                    result.UnreadableRecords,
                    Clean = result.IsClean,
                }));
            }
            else
            {
                foreach (var digest in result.Corrupt)
                {
                    Console.WriteLine($"corrupt: {digest}, moved to {Path.Combine(store.Root, "quarantine")}");
                }

                foreach (var lost in result.LostStages)
                {
                    Console.WriteLine($"will run again: {lost}");
                }

                foreach (var path in result.UnreadableRecords)
                {
                    Console.WriteLine($"unreadable record: {path}");
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Blobs:N0} blobs, {Size(result.Bytes)} read: {(result.IsClean ? "all whole" : "mended as said above")}{(result.RestoredStages > 0 ? $"; {result.RestoredStages} stages entered the index again" : "")}."));
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

    internal static string Size(long bytes) => bytes switch
    {
        >= 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB"),
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
