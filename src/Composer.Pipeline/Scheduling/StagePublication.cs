using System.Runtime.InteropServices;
using Composer.Core.Faults;
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
        FaultInjection.Pass(PublishingPoint.StageComputed);
        var record = Of(preimage, kind, label, outcome);
        store.Publish([.. outcome.Along.Select(a => Of(a.Preimage, a.Kind, a.Label, a.Content)), record]);
        return record;

        StageRecord Of(Preimage preimage, string kind, string label, StageOutcome content) => Record(
            preimage, kind, label, Store(store, content.Outputs), Store(store, content.Beside), now, seconds);
    }

    /// <summary>The record of a stage whose blobs are stored, computed on this machine.</summary>
    public static StageRecord Record(
        Preimage preimage,
        string kind,
        string label,
        SortedDictionary<string, BlobReference> outputs,
        SortedDictionary<string, BlobReference> beside,
        DateTimeOffset now,
        double seconds) =>
        new(
            preimage.Key,
            kind,
            label,
            preimage.Fields,
            outputs,
            beside,
            now,
            seconds,
            $"{Environment.MachineName}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores");

    private static SortedDictionary<string, BlobReference> Store(
        StageStore store, SortedDictionary<string, StageContent> contents)
    {
        var blobs = new SortedDictionary<string, BlobReference>(StringComparer.Ordinal);
        foreach (var (name, content) in contents)
        {
            // What it points to is nobody's output, and another thing tomorrow.
            if (content.Path is { } path && new FileInfo(path) is { LinkTarget: { } target })
            {
                throw new InvalidDataException($"The output '{name}' is a symbolic link, to '{target}'; an output is a file. Let the job write the file itself.");
            }

            using var stream = content.OpenRead();
            blobs.Add(name, store.Blobs.Add(stream));
        }

        return blobs;
    }
}
