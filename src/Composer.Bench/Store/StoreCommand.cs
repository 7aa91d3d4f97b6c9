using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Store;
using static System.FormattableString;

namespace Composer.Bench.Store;

/// <summary><c>composer bench store</c>: how fast this disk takes small stages.</summary>
internal static class StoreCommand
{
    private static readonly int[] Batches = [1, 10, 100];

    public static Command Create(BenchHost host)
    {
        var artifacts = BenchOption.Artifacts("A folder on the disk to measure");
        var seconds = BenchOption.Of<double>("--seconds", 3, "How long to measure each batch size.");
        var size = BenchOption.Of<double>("--size", 256, "MiB of the large blob; 256 by default.");
        size.HelpName = "MIB";
        var command = new Command("store", "Publish stages of 1 KiB into a store that is removed afterwards: units a second, all durable.")
        {
            artifacts, seconds, size,
        };
        var output = new OutputOptions(command);
        command.SetAction(parsed =>
        {
            using var folder = new MeasuringFolder(host.FindWorkspace(parsed.GetValue(artifacts)), "store");
            using var store = StageStore.Open(folder.Path, TimeProvider.System);
            var duration = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0, 3600));
            var points = Batches.Select(b => new Point(b, StoreBenchmark.Publish(store, b, duration))).ToArray();
            var flushed = StoreBenchmark.FlushedFiles(folder.Path, duration);
            var plain = StoreBenchmark.PlainFiles(folder.Path, duration);
            var large = HashBenchmark.Run(store, (long)(Math.Clamp(parsed.GetValue(size), 1, 65_536) * (1 << 20)));
            output.Print(
                parsed,
                new { Publish = points, FlushedFilesPerSecond = flushed, PlainFilesPerSecond = plain, Large = large },
                _ => string.Join(Environment.NewLine, [
                    .. points.Select(p => Invariant($"batches of {p.Batch,3}: {p.UnitsPerSecond,7:N0} units/s, durable")),
                    Invariant($"beside them: {flushed,7:N0} files/s of 1 KiB, each flushed before the next"),
                    Invariant($"             {plain,7:N0} files/s of 1 KiB, none flushed"),
                    Invariant($"one blob of {large.Bytes / (double)(1 << 20):0.0} MiB: hashed at {Rate(large.HashBytesPerSecond)}, ")
                        + $"stored at {Rate(large.AddBytesPerSecond)} (hashed in the same pass, durable), "
                        + $"read and compared at {Rate(large.ReadBytesPerSecond)}",
                    $"beside it: sha256sum {Rate(large.Sha256SumBytesPerSecond)}, cp {Rate(large.CopyBytesPerSecond)} (not durable)",
                ]));
        });
        return command;
    }

    private static string Rate(double? bytesPerSecond) => bytesPerSecond is { } rate
        ? Invariant($"{rate / 1e6:N0} MB/s")
        : "is not here";

    private sealed record Point(int Batch, double UnitsPerSecond);
}
