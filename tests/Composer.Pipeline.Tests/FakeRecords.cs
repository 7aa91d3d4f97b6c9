using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests;

/// <summary>Results that nobody computed.</summary>
internal static class FakeRecords
{
    /// <summary>Publishes a result of a kind's job, as though it had taken 12 seconds.</summary>
    public static StageRecord PublishFake(this StageStore store, KeyedJob job, string kind, string output, int at = 0)
    {
        var record = new StageRecord(
            job.Preimage.Key,
            kind,
            $"test/{kind}",
            job.Preimage.Fields,
            Blob("output", output),
            Blob("timings", "7"),
            DateTimeOffset.UnixEpoch.AddSeconds(at),
            12,
            "made up");
        store.Publish([record]);
        return record;

        SortedDictionary<string, BlobReference> Blob(string name, string content) =>
            new(StringComparer.Ordinal) { [name] = store.Blobs.Add(new MemoryStream(ComposerJson.Write(content))) };
    }
}
