using System.Diagnostics;
using System.Text;
using Composer.Core;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Durability;
using Composer.Store.Records;
using static System.FormattableString;

namespace Composer.Bench.Store;

/// <summary>How many small stages a second a disk takes, durably: each a record with one blob of 1 KiB.</summary>
internal static class StoreBenchmark
{
    private const int BlobBytes = 1024;
    private const int Fields = 20;

    /// <summary>Publishes new stages into a store, which should be an empty one of its own, for about as long as asked.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="batch">Stages that are published at once.</param>
    /// <param name="duration">How long.</param>
    /// <returns>Stages a second.</returns>
    public static double Publish(StageStore store, int batch, TimeSpan duration)
    {
        var began = Stopwatch.GetTimestamp();
        var published = 0;
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            var names = Enumerable.Range(published, batch)
                .Select(n => Invariant($"{batch}/{n}")).ToArray();
            var blobs = store.Blobs.AddAll([.. names.Select(n => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes(n.PadRight(BlobBytes)))]);
            store.Publish([.. names.Zip(blobs, Record)]);
            published += batch;
        }

        return published / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>What the disk itself can do, for comparison: new files of 1 KiB a second, each flushed before the next.</summary>
    /// <param name="folder">Where to; it must exist.</param>
    /// <param name="duration">How long.</param>
    public static double FlushedFiles(string folder, TimeSpan duration) => Files(folder, duration, DurableFiles.Instance.Flush);

    /// <summary>New files of 1 KiB a second that nothing makes durable, as <c>cp</c> writes them.</summary>
    /// <param name="folder">Where to; it must exist.</param>
    /// <param name="duration">How long.</param>
    public static double PlainFiles(string folder, TimeSpan duration) => Files(folder, duration, _ => { });

    private static double Files(string folder, TimeSpan duration, Action<FileStream> flush)
    {
        var content = new byte[BlobBytes];
        var began = Stopwatch.GetTimestamp();
        var written = 0;
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            var path = Path.Combine(folder, Invariant($"raw-{written++}"));
            using (var file = DurableFiles.Instance.Create(path, readOnly: false))
            {
                file.Write(content);
                flush(file);
            }

            File.Delete(path);
        }

        return written / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static StageRecord Record(string name, BlobReference blob) => new(
        Digest.Of(name),
        "benchmark",
        "benchmark/unit",
        [.. Enumerable.Range(0, Fields).Select(i => new PreimageField($"field.{i:00}", 's', name))],
        new SortedDictionary<string, BlobReference>(StringComparer.Ordinal) { ["output"] = blob },
        new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
        DateTimeOffset.UnixEpoch,
        1,
        "benchmark");
}
