using System.CommandLine;
using System.Globalization;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline;
using Composer.Store;
using Composer.Store.Benchmarks;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench store</c>: how fast this disk takes small stages.</summary>
internal static class BenchStoreCommand
{
    private static readonly int[] Batches = [1, 10, 100];

    public static Command Create()
    {
        var artifacts = new Option<string?>("--artifacts") { Description = "A folder on the disk to measure; artifacts/ of the clone by default.", HelpName = "FOLDER" };
        var seconds = new Option<double>("--seconds") { Description = "How long to measure each batch size.", DefaultValueFactory = _ => 3 };
        var size = new Option<double>("--size") { Description = "MiB of the large blob; 256 by default.", DefaultValueFactory = _ => 256, HelpName = "MIB" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("store", "Publish stages of 1 KiB into a store that is removed afterwards: units a second, all durable.") { artifacts, seconds, size, json };
        command.SetAction(parsed =>
        {
            using var folder = new BenchFolder(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)), "store");
            using var store = StageStore.Open(folder.Path, TimeProvider.System);
            var duration = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0, 3600));
            var points = Batches.Select(b => new Point(b, StoreBenchmark.Publish(store, b, duration))).ToArray();
            var flushed = StoreBenchmark.FlushedFiles(folder.Path, duration);
            var plain = StoreBenchmark.PlainFiles(folder.Path, duration);
            var large = HashBenchmark.Run(store, (long)(Math.Clamp(parsed.GetValue(size), 1, 65_536) * (1 << 20)));
            Console.WriteLine(parsed.GetValue(json)
                ? PipelineJson.WriteText(new { Publish = points, FlushedFilesPerSecond = flushed, PlainFilesPerSecond = plain, Large = large })
                : string.Join(Environment.NewLine, [
                    .. points.Select(p => string.Create(CultureInfo.InvariantCulture, $"batches of {p.Batch,3}: {p.UnitsPerSecond,7:N0} units/s, durable")),
                    string.Create(CultureInfo.InvariantCulture, $"beside them: {flushed,7:N0} files/s of 1 KiB, each flushed before the next"),
                    string.Create(CultureInfo.InvariantCulture, $"             {plain,7:N0} files/s of 1 KiB, none flushed"),
                    string.Create(CultureInfo.InvariantCulture, $"one blob of {BytesText.Of(large.Bytes)}: hashed at {Rate(large.HashBytesPerSecond)}, stored at {Rate(large.AddBytesPerSecond)} (hashed in the same pass, durable), read and compared at {Rate(large.ReadBytesPerSecond)}"),
                    string.Create(CultureInfo.InvariantCulture, $"beside it: sha256sum {Rate(large.Sha256SumBytesPerSecond)}, cp {Rate(large.CopyBytesPerSecond)} (not durable)"),
                ]));

            return ExitCode.Done;
        });
        return command;
    }

    private static string Rate(double? bytesPerSecond) => bytesPerSecond is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:N0} MB/s")
        : "is not here";

    private sealed record Point(int Batch, double UnitsPerSecond);
}
