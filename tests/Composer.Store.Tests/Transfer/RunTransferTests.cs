using System.Formats.Tar;
using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Store.Records;
using Composer.Store.Transfer;

namespace Composer.Store.Tests.Transfer;

public sealed class RunTransferTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore source;
    private readonly StageStore target;
    private readonly StageRecord stage;
    private readonly StageRecord unit;
    private readonly RunRecord run;

    public RunTransferTests()
    {
        source = StageStore.Open(folder["source"], TimeProvider.System);
        target = StageStore.Open(folder["target"], TimeProvider.System);
        stage = source.Publish("stage", "result");
        unit = source.Publish("unit", "score", kind: "evaluate");
        source.Publish("another run's", "other");
        run = source.Run("quickstart", stage);
        source.Reach(run.Id, [unit.Key]);
        source.Export(run.Id, folder["run.tar"]);
    }

    public void Dispose()
    {
        source.Dispose();
        target.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Imported_run_is_all_hits()
    {
        var imported = target.Import(folder["run.tar"], SampleStages.KeyOf);
        Assert.Equal((2, 2), (imported.Stages, imported.NewStages));
        foreach (var record in (StageRecord[])[stage, unit])
        {
            var found = target.Find(record.Key)!;
            Assert.Equal((record.Output, record.Label, record.Created), (found.Output, found.Label, found.Created));
            Assert.Equal(record.Preimage, found.Preimage);
        }

        var there = target.FindRun(run.Id);
        Assert.Equal(("quickstart", 0, true), (there.Experiment, there.ExitCode, there.Pinned));
        Assert.Equal(source.StagesOf(run.Id), target.StagesOf(run.Id));
        Assert.Equal(source.KeysOf(run.Id), target.KeysOf(run.Id));
        Assert.True(target.Blobs.Contains(run.Manifest));
        Assert.True(target.Verify().IsClean);
        Assert.Equal(3, target.Blobs.All().Count());
    }

    [Fact]
    public void Importing_again_changes_nothing()
    {
        target.Import(folder["run.tar"], SampleStages.KeyOf);
        Assert.Equal(0, target.Import(folder["run.tar"], SampleStages.KeyOf).NewStages);
        Assert.Single(target.Runs(10));
    }

    [Fact]
    public void Same_run_is_exported_to_the_same_bytes()
    {
        source.Export(run.Id, folder["again.tar"]);
        Assert.Equal(File.ReadAllBytes(folder["run.tar"]), File.ReadAllBytes(folder["again.tar"]));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/escape")]
    [InlineData("records/../../escape.json")]
    [InlineData("blobs/escape")]
    public void Entry_of_another_name_is_refused(string name) =>
        Refused(entries => entries.Add(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) }), "neither");

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Link_is_refused(TarEntryType type) =>
        Refused(
            entries => entries.Add(new PaxTarEntry(type, ArchiveFormat.BlobName(Digest.Of("x"))) { LinkName = "/etc/passwd" }),
            "no regular file");

    [Fact]
    public void Blob_of_other_bytes_is_refused() => Refused(
        entries => Replace(entries, ArchiveFormat.BlobName(stage.Outputs["output"].Digest), "resulT"u8.ToArray()), "other bytes");

    [Fact]
    public void Missing_blob_is_refused() => Refused(
        entries => entries.RemoveAll(e => e.Name == ArchiveFormat.BlobName(stage.Outputs["output"].Digest)), "is missing");

    [Fact]
    public void Missing_record_is_refused() => Refused(
        entries => entries.RemoveAll(e => e.Name == ArchiveFormat.RecordName(unit.Key)), "");

    [Fact]
    public void Stray_blob_is_refused() => Refused(
        entries => entries.Add(Entry(ArchiveFormat.BlobName(Digest.Of("stray")), "stray"u8.ToArray())), "nothing names");

    [Fact]
    public void Record_that_is_there_twice_is_refused() => Refused(
        entries => entries.Add(Entry(ArchiveFormat.RecordName(unit.Key), StageRecordFormat.Write(unit))), "twice");

    [Fact]
    public void Record_whose_preimage_has_another_key_is_refused() => Refused(
        entries =>
        {
            var forged = new StageRecord(
                stage.Key,
                stage.Kind,
                stage.Label,
                [new("a.name", 's', "forged"), .. stage.Preimage.Skip(1)],
                stage.Outputs,
                stage.Beside,
                stage.Created,
                stage.Seconds,
                stage.Machine);
            Replace(entries, ArchiveFormat.RecordName(stage.Key), StageRecordFormat.Write(forged));
        },
        "another key");

    [Fact]
    public void Record_that_was_edited_is_refused() => Refused(
        entries =>
        {
            var edited = Encoding.UTF8.GetString(StageRecordFormat.Write(stage))
                .Replace("test machine", "another one", StringComparison.Ordinal);
            Replace(entries, ArchiveFormat.RecordName(stage.Key), Encoding.UTF8.GetBytes(edited));
        },
        "was changed after it was written");

    [Theory]
    [InlineData("{\"format\":2}")]
    [InlineData("{\"format\":1}")]
    [InlineData("[]")]
    [InlineData("nothing")]
    [InlineData("")]
    public void Unknown_format_is_refused(string header) =>
        Refused(entries => Replace(entries, ArchiveFormat.Header, Encoding.UTF8.GetBytes(header)), "");

    [Theory]
    [InlineData("{\"format\":1,\"key\":null}")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Record_that_is_none_is_refused(string record) =>
        Refused(entries => Replace(entries, ArchiveFormat.RecordName(stage.Key), Encoding.UTF8.GetBytes(record)), "");

    [Fact]
    public void Other_run_of_the_same_id_is_refused()
    {
        var other = Encoding.UTF8.GetString(
            RunRecordFormat.Write(run with { Started = run.Started.AddDays(1) }, source.StagesOf(run.Id), [stage.Key, unit.Key]));
        target.Import(folder["run.tar"], SampleStages.KeyOf);
        var entries = Entries();
        Replace(entries, ArchiveFormat.Header, Encoding.UTF8.GetBytes(other));
        Write(entries);
        Assert.Contains(
            "another run",
            Assert.Throws<UserInputException>(() => target.Import(folder["bad.tar"], SampleStages.KeyOf)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_damage_to_an_archive_gets_past_or_crashes()
    {
        var seed = TestSeed.Of(20260101);
        var random = new Rng(new Seed((ulong)seed));
        var good = File.ReadAllBytes(folder["run.tar"]);
        for (var round = 0; round < 300; round++)
        {
            var bytes = good.ToArray();
            if (round % 3 == 0)
            {
                bytes = bytes[..random.NextInt(bytes.Length)];
            }
            else
            {
                for (var n = 0; n <= round % 4; n++)
                {
                    bytes[random.NextInt(bytes.Length)] = (byte)random.NextInt(256);
                }
            }

            File.WriteAllBytes(folder["bad.tar"], bytes);
            try
            {
                target.Import(folder["bad.tar"], SampleStages.KeyOf);
            }
            catch (UserInputException)
            {
                Assert.True(target.Runs(10).Count <= 1, $"seed {seed}, round {round}");
                continue;
            }

            // Bytes that mean nothing (padding, a label, an owner) may differ; what came in must still be sound.
            Assert.True(target.Verify().IsClean, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void File_that_is_not_there_is_named() =>
        Assert.Contains(
            "no such file",
            Assert.Throws<UserInputException>(() => target.Import(folder["none.tar"], SampleStages.KeyOf)).Message,
            StringComparison.Ordinal);

    private static PaxTarEntry Entry(string name, byte[] content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    private static void Replace(List<TarEntry> entries, string name, byte[] content)
    {
        var at = entries.FindIndex(e => e.Name == name);
        Assert.True(at >= 0);
        entries[at] = Entry(name, content);
    }

    private List<TarEntry> Entries()
    {
        using var file = File.OpenRead(folder["run.tar"]);
        using var tar = new TarReader(file);
        var entries = new List<TarEntry>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }

    private void Write(List<TarEntry> entries)
    {
        using var file = File.Create(folder["bad.tar"]);
        using var tar = new TarWriter(file);
        foreach (var entry in entries)
        {
            tar.WriteEntry(entry);
        }
    }

    private void Refused(Action<List<TarEntry>> change, string because)
    {
        var entries = Entries();
        change(entries);
        Write(entries);
        var refused = Assert.Throws<UserInputException>(() => target.Import(folder["bad.tar"], SampleStages.KeyOf));
        Assert.Equal("CMP3002", refused.Diagnostics[0].Code);
        Assert.Contains(because, refused.Message, StringComparison.Ordinal);
        Assert.Empty(target.Runs(10));
        Assert.False(target.Contains(stage.Key));
        Assert.Empty(target.Blobs.All());
        Assert.Equal(["blobs", "index.sqlite", "index.sqlite-shm", "index.sqlite-wal", "records"],
            Directory.EnumerateFileSystemEntries(folder["target"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
