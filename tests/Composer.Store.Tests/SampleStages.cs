using System.Text;
using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Store.Tests;

/// <summary>Small stages whose key is made of their name.</summary>
internal static class SampleStages
{
    public static StageRecord Publish(
        this StageStore store, string name, string content, DateTimeOffset? created = null, string kind = "test")
    {
        var record = Record(name, store.Add(content), created, kind);
        store.Publish([record]);
        return record;
    }

    public static BlobReference Add(this StageStore store, string content) =>
        store.Blobs.Add(new MemoryStream(Encoding.UTF8.GetBytes(content)));

    public static StageRecord Record(string name, BlobReference output, DateTimeOffset? created = null, string kind = "test")
    {
        PreimageField[] preimage = [new("a.name", 's', name), new("b", 'i', "17")];
        return new StageRecord(
            KeyOf(preimage),
            kind,
            "experiment/test",
            preimage,
            new SortedDictionary<string, BlobReference> { ["output"] = output },
            new SortedDictionary<string, BlobReference>(),
            created ?? DateTimeOffset.UnixEpoch,
            2.5,
            "test machine");
    }

    public static Digest KeyOf(IReadOnlyList<PreimageField> preimage) => Digest.Of(preimage[0].Value);

    /// <summary>A run that ended, with these stages.</summary>
    public static RunRecord Run(this StageStore store, string experiment, params StageRecord[] stages)
    {
        var run = store.BeginRun(experiment, "", store.Add($"name = \"{experiment}\"").Digest);
        store.EndRun(run.Id, 0, [.. stages.Select((s, i) => new RunStage($"stage-{i}", s.Kind, s.Key, "ran"))]);
        return store.FindRun(run.Id);
    }
}
