using System.Text;
using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.GarbageCollection;
using Composer.Store.Records;

namespace Composer.Store.Tests.Damage;

/// <summary>Blobs that are not what they were, and whatever was made from them.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly WallClock clock = new(TimeProvider.System.GetUtcNow().AddHours(1));
    private StageStore store;

    public DamageTests() => store = StageStore.Open(folder["store"], clock);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("resul")]
    [InlineData("result and more")]
    public void Output_of_another_size_is_no_hit_and_is_set_aside(string left)
    {
        var record = store.Publish("one", "result");
        var blob = record.Outputs["output"].Digest;
        Overwrite(blob, left);

        Assert.Null(store.Find(record.Key));

        Assert.False(store.Blobs.Contains(blob));
        Assert.True(store.WasDamaged(blob));
        Assert.Equal(left, File.ReadAllText(Path.Combine(store.Root, "quarantine", blob.ToString())));
        Assert.NotNull(store.Find(store.Publish("one", "result").Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rEsult")]
    public void Output_that_is_computed_again_takes_the_place_of_a_damaged_one(string left)
    {
        var record = store.Publish("one", "result");
        var blob = record.Outputs["output"].Digest;
        Overwrite(blob, left);

        store.Publish("one", "result");

        Assert.Equal("result", Encoding.UTF8.GetString(store.ReadBlob(blob)));
        Assert.Equal(left, File.ReadAllText(Path.Combine(store.Root, "quarantine", blob.ToString())));
    }

    [Fact]
    public void Many_outputs_that_are_added_at_once_take_the_places_of_damaged_ones_too()
    {
        var blobs = store.Blobs.AddAll(["one"u8.ToArray(), "two"u8.ToArray()]);
        Overwrite(blobs[1].Digest, "tow");
        Assert.Equal(blobs, store.Blobs.AddAll(["one"u8.ToArray(), "two"u8.ToArray()]));
        Assert.Equal("two", Encoding.UTF8.GetString(store.ReadBlob(blobs[1].Digest)));
    }

    [Fact]
    public void Every_way_to_use_a_damaged_blob_finds_it_and_sets_it_aside()
    {
        Action<Digest>[] uses = [b => store.ReadBlob(b), b => store.ContentOf(b)];
        for (var i = 0; i < uses.Length; i++)
        {
            var record = store.Publish($"one {i}", $"result {i}");
            var blob = record.Outputs["output"].Digest;
            store.ContentOf(blob);
            Overwrite(blob, $"rEsult {i}");

            Assert.True(Assert.Throws<BlobCorruptException>(() => uses[i](blob)).IsSetAside);

            Assert.Null(store.Find(record.Key));
            Assert.True(store.WasDamaged(blob));
        }
    }

    [Fact]
    public void Whole_blob_is_read_once_for_as_long_as_nobody_touches_it()
    {
        var blob = store.Publish("one", "result").Outputs["output"].Digest;
        var content = store.ContentOf(blob);
        Assert.NotNull(content.Signature);
        using var locked = new FileStream(content.Path, FileMode.Open, FileAccess.Read, FileShare.None);
        Assert.Equal(content, store.ContentOf(blob));
    }

    /// <summary>search → weights → scores → report, and beside it a stage that used nothing of it.</summary>
    [Fact]
    public void What_was_made_from_a_damaged_blob_is_no_hit_until_it_is_computed_anew()
    {
        var weights = store.Publish("weights", "parameters");
        var scores = Made("scores", "0.5", ("input.weights", weights.Outputs["output"].Digest.ToString()));
        var report = Made("report", "page", ("input.scores.key", scores.Key.ToString()));
        var summary = Made("summary", "few words", ("input.report", report.Output.ToString()));
        var other = Made("other", "1.5", ("input.weights", Digest.Of("others").ToString()));
        Overwrite(weights.Outputs["output"].Digest, "PARAMETERS");

        var found = store.Verify();

        Assert.Equal(3, found.DoubtfulStages.Count);
        Assert.All([weights, scores, report, summary], r => Assert.Null(store.Find(r.Key)));
        Assert.NotNull(store.Find(other.Key));
        Assert.Equal("what it was made from was found damaged: output of experiment/test", store.DoubtOf(scores.Key)!.ToString());

        // Nor after the blob is whole again, nor in an index that was built again.
        Assert.NotNull(store.Find(store.Publish("weights", "parameters").Key));
        store.Dispose();
        (store, _) = StageStore.Rebuild(folder["store"], clock);
        Assert.All([scores, report, summary], r => Assert.Null(store.Find(r.Key)));

        Assert.NotNull(store.Find(Made("scores", "0.5", ("input.weights", weights.Outputs["output"].Digest.ToString())).Key));
        Assert.Null(store.Find(report.Key));
    }

    [Fact]
    public void Archive_brings_no_doubtful_stage_back()
    {
        var weights = store.Publish("weights", "parameters");
        var scores = Made("scores", "0.5", ("input.weights", weights.Outputs["output"].Digest.ToString()));
        var run = store.Run("experiment", weights, scores);
        store.Export(run.Id, folder["run.tar"]);
        Overwrite(weights.Outputs["output"].Digest, "PARAMETERS");
        store.Verify();

        store.Import(folder["run.tar"], SampleStages.KeyOf);

        Assert.NotNull(store.Find(weights.Key));
        Assert.Null(store.Find(scores.Key));
        Assert.NotNull(store.DoubtOf(scores.Key));
    }

    [Fact]
    public void Doubt_goes_with_its_stage()
    {
        var weights = store.Publish("weights", "parameters", clock.GetUtcNow());
        var scores = Made("scores", "0.5", ("input.weights", weights.Outputs["output"].Digest.ToString()));
        Overwrite(weights.Outputs["output"].Digest, "PARAMETERS");
        store.Verify();
        Assert.NotNull(store.DoubtOf(scores.Key));
        clock.Advance(TimeSpan.FromDays(100));
        store.Collect(new RetentionPolicy(TimeSpan.FromDays(30)));
        Assert.Null(store.DoubtOf(scores.Key));
    }

    /// <summary>As backups make them: with all times, or with files that both stores share.</summary>
    [Theory]
    [InlineData("-a")]
    [InlineData("-al")]
    public void Copy_of_a_store_is_as_good_and_damage_that_both_share_is_found_in_both(string how)
    {
        var record = store.Publish("one", "result");
        Directory.CreateDirectory(folder["copy"]);
        using (var copying = System.Diagnostics.Process.Start("cp", [how, folder["store/blobs"], folder["store/records"], folder["copy"]]))
        {
            copying.WaitForExit();
            Assert.Equal(0, copying.ExitCode);
        }

        using var copy = StageStore.Open(folder["copy"], clock);
        Assert.Equal(record.Output, copy.Find(record.Key)!.Output);
        copy.Publish("one", "result");
        Assert.True(store.Verify().IsClean);
        Assert.True(copy.Verify().IsClean);

        Overwrite(record.Outputs["output"].Digest, "rEsult");

        Assert.Throws<BlobCorruptException>(() => store.ContentOf(record.Outputs["output"].Digest));
        Assert.Equal(how == "-al", copy.Verify().Corrupt.Count == 1);
        Assert.Null(store.Find(record.Key));
        Assert.Equal(how == "-al", copy.Find(record.Key) is null);
    }

    [Fact]
    public void Record_that_somebody_edited_is_not_believed()
    {
        var record = store.Publish("one", "result");
        var better = store.Publish("two", "better result");
        store.Dispose();
        File.Delete(folder["store/index.sqlite"]);
        var file = Directory.EnumerateFiles(folder["store/records"], $"{record.Key}.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(file, File.ReadAllText(file)
            .Replace(record.Outputs["output"].Digest.ToString(), better.Outputs["output"].Digest.ToString(), StringComparison.Ordinal)
            .Replace("\"size\":6", "\"size\":13", StringComparison.Ordinal));
        store = StageStore.Open(folder["store"], clock);

        Assert.Null(store.Find(record.Key));
        Assert.NotNull(store.Find(better.Key));
        Assert.Equal([file], store.Verify().UnreadableRecords);
    }

    /// <summary>Records of earlier versions end without a digest of themselves.</summary>
    [Fact]
    public void Record_of_an_earlier_version_is_taken_as_it_is()
    {
        var record = store.Publish("one", "result");
        var text = Encoding.UTF8.GetString(StageRecordFormat.Write(record));
        var earlier = text[..text.IndexOf(",\"self\":", StringComparison.Ordinal)] + "}";
        Assert.Equal(record.Key, StageRecordFormat.Read(Encoding.UTF8.GetBytes(earlier)).Key);
    }

    private StageRecord Made(string name, string content, params (string Path, string Value)[] inputs)
    {
        PreimageField[] preimage = [new("a.name", 's', name), .. inputs.Select(i => new PreimageField(i.Path, 's', i.Value))];
        var record = new StageRecord(
            SampleStages.KeyOf(preimage),
            "test",
            "experiment/" + name,
            preimage,
            new SortedDictionary<string, BlobReference> { ["output"] = store.Add(content) },
            new SortedDictionary<string, BlobReference>(),
            clock.GetUtcNow(),
            1,
            "test machine");
        store.Publish([record]);
        return record;
    }

    private void Overwrite(Digest blob, string content)
    {
        var path = store.PathOf(blob);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllText(path, content);
    }
}
