using System.Diagnostics;
using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Store.Benchmarks;

/// <summary>How many small stages a second a disk takes, durably: each a record with one blob of 1 KiB.</summary>
public static class StoreBenchmark
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
                .Select(n => string.Create(CultureInfo.InvariantCulture, $"{batch}/{n}")).ToArray();
            var blobs = store.Blobs.AddAll([.. names.Select(n => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes(n.PadRight(BlobBytes)))]);
            store.Publish([.. names.Zip(blobs, Record)]);
            published += batch;
        }

        return published / Stopwatch.GetElapsedTime(began).TotalSeconds;
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
