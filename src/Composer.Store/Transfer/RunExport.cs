using System.Formats.Tar;
using Composer.Core;
using Composer.Core.Files;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Store.Transfer;

/// <summary>Writes a run with all that it reached into one file: the same run, the same bytes.</summary>
internal static class RunExport
{
    public static ArchivedRun Write(StageStore store, RunRecord run, string path)
    {
        var keys = store.KeysOf(run.Id);
        var records = keys.Select(store.Find).OfType<StageRecord>().ToArray();
        var blobs = records.SelectMany(r => r.Outputs.Values.Concat(r.Beside.Values)).Select(b => b.Digest)
            .Append(run.Manifest).Distinct().Order().ToArray();
        long bytes = 0;
        WholeFile.Durable.Write(Path.GetFullPath(path), file =>
        {
            using var tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true);
            var reached = keys.Where(k => records.Any(r => r.Key == k)).ToArray();
            Add(tar, ArchiveFormat.Header, new MemoryStream(RunRecordFormat.Write(run, store.StagesOf(run.Id), reached)));
            foreach (var record in records)
            {
                Add(tar, ArchiveFormat.RecordName(record.Key), new MemoryStream(StageRecordFormat.Write(record)));
            }

            foreach (var blob in blobs)
            {
                bytes += Add(tar, blob, store.Blobs);
            }
        });
        return new ArchivedRun(run, records.Length, 0, blobs.Length, bytes);
    }

    private static long Add(TarWriter tar, Digest blob, IBlobStore blobs)
    {
        // Read to its end once before: a corrupt blob must not travel, and TarWriter reads no further than the length.
        using (var check = blobs.OpenRead(blob))
        {
            check.CopyTo(Stream.Null);
        }

        using var content = blobs.OpenRead(blob);
        var length = content.Length;
        Add(tar, ArchiveFormat.BlobName(blob), content);
        return length;
    }

    private static void Add(TarWriter tar, string name, Stream content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = content,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        ModificationTime = DateTimeOffset.UnixEpoch,
    });
}
