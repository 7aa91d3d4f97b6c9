using System.Runtime.InteropServices;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>Turns an outcome into blobs and a record.</summary>
internal static class StagePublication
{
    public static StageRecord Publish(
        StageStore store,
        Preimage preimage,
        string kind,
        string label,
        StageOutcome outcome,
        DateTimeOffset now,
        double seconds)
    {
        var record = Prepare(store, preimage, kind, label, outcome, now, seconds);
        store.Publish([record]);
        return record;
    }

    /// <summary>Stores the blobs; the record is for <see cref="StageStore.Publish"/>.</summary>
    public static StageRecord Prepare(
        StageStore store,
        Preimage preimage,
        string kind,
        string label,
        StageOutcome outcome,
        DateTimeOffset now,
        double seconds) =>
        new(
            preimage.Key,
            kind,
            label,
            preimage.Fields,
            Store(store, outcome.Outputs),
            Store(store, outcome.Beside),
            now,
            seconds,
            $"{Environment.MachineName}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores");

    private static SortedDictionary<string, BlobReference> Store(
        StageStore store, SortedDictionary<string, StageContent> contents)
    {
        var blobs = new SortedDictionary<string, BlobReference>(StringComparer.Ordinal);
        foreach (var (name, content) in contents)
        {
            using var stream = content.OpenRead();
            blobs.Add(name, store.Blobs.Add(stream));
        }

        return blobs;
    }
}
