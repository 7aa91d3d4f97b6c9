using System.Formats.Tar;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Store.Records;

namespace Composer.Store.Transfer;

/// <summary>
/// Reads an archive twice: first every entry is checked and nothing written, then the blobs go into the store
/// and, in one transaction, the records and the run.
/// </summary>
internal sealed class RunImport(StageStore store, string path, Func<IReadOnlyList<PreimageField>, Digest> keyOf)
{
    /// <exception cref="UserInputException">The archive is refused.</exception>
    public ArchivedRun Read()
    {
        var contents = Refusing(Check);
        if (store.HasRun(contents.Run.Id) && store.FindRun(contents.Run.Id) is var known
            && (known.Started.ToUnixTimeMilliseconds(), known.Manifest) != (contents.Run.Started.ToUnixTimeMilliseconds(), contents.Run.Manifest))
        {
            throw Refused($"the store has another run of the id {known.Id}");
        }

        Refusing(() => AddBlobs(contents));
        var missing = contents.Records.Values.Where(r => store.Find(r.Key) is null).ToArray();
        store.Publish(
            missing,
            () =>
            {
                if (!store.HasRun(contents.Run.Id))
                {
                    store.Insert(contents.Run, contents.Stages, process: null);
                }

                store.Reach(contents.Run.Id, contents.Keys);
            },
            areComputed: false);
        store.Pin(contents.Run.Id, pinned: true);
        return new ArchivedRun(contents.Run, contents.Records.Count, missing.Length, contents.Blobs.Count, contents.Blobs.Values.Sum());
    }

    private Contents Check()
    {
        using var file = File.OpenRead(path);
        ArchiveScan.Check(file);
        file.Position = 0;
        using var tar = new TarReader(file);
        Contents? contents = null;
        while (Next(tar) is { } entry)
        {
            if (contents is null)
            {
                if (entry.Name != ArchiveFormat.Header)
                {
                    throw new InvalidDataException($"it does not begin with {ArchiveFormat.Header}");
                }

                var (run, stages, keys) = RunRecordFormat.Read(Document(entry));
                contents = new Contents(run, stages, keys, [], []);
            }
            else if (ArchiveFormat.IsRecord(entry.Name, out var key))
            {
                CheckRecord(key, entry, contents);
            }
            else if (ArchiveFormat.IsBlob(entry.Name, out var blob))
            {
                CheckBlob(blob, entry, contents);
            }
            else
            {
                throw new InvalidDataException($"the entry '{Shown(entry.Name)}' is neither a record nor a blob");
            }
        }

        CheckWhole(contents ?? throw new InvalidDataException("it is empty"));
        return contents;
    }

    private void CheckRecord(Digest key, TarEntry entry, Contents contents)
    {
        var record = StageRecordFormat.Read(Document(entry));
        if (record.Key != key || keyOf(record.Preimage) != key)
        {
            throw new InvalidDataException($"the record {key} is of another key");
        }

        if (!contents.Records.TryAdd(key, record))
        {
            throw new InvalidDataException($"the record {key} is there twice");
        }
    }

    private static void CheckBlob(Digest blob, TarEntry entry, Contents contents)
    {
        var actual = Digest.Of(entry.DataStream ?? Stream.Null);
        if (actual != blob)
        {
            throw new InvalidDataException($"the blob {blob} holds other bytes (digest {actual})");
        }

        if (!contents.Blobs.TryAdd(blob, entry.Length))
        {
            throw new InvalidDataException($"the blob {blob} is there twice");
        }
    }

    private static void CheckWhole(Contents contents)
    {
        var named = contents.Records.Values.SelectMany(r => r.Outputs.Values.Concat(r.Beside.Values)).ToArray();
        foreach (var blob in named)
        {
            if (!contents.Blobs.TryGetValue(blob.Digest, out var size) || size != blob.Size)
            {
                throw new InvalidDataException($"the blob {blob.Digest} is missing");
            }
        }

        if (!contents.Blobs.ContainsKey(contents.Run.Manifest))
        {
            throw new InvalidDataException("the run's manifest is missing");
        }

        if (contents.Keys.FirstOrDefault(k => !contents.Records.ContainsKey(k)) is { IsDefault: false } lost)
        {
            throw new InvalidDataException($"the record {lost} is missing");
        }

        var wanted = named.Select(b => b.Digest).Append(contents.Run.Manifest).ToHashSet();
        if (contents.Blobs.Keys.FirstOrDefault(b => !wanted.Contains(b)) is { IsDefault: false } stray)
        {
            throw new InvalidDataException($"nothing names the blob {stray}");
        }

        var keys = contents.Keys.ToHashSet();
        if (contents.Records.Keys.FirstOrDefault(k => !keys.Contains(k)) is { IsDefault: false } unreached)
        {
            throw new InvalidDataException($"the run did not reach the record {unreached}");
        }
    }

    private bool AddBlobs(Contents contents)
    {
        using var file = File.OpenRead(path);
        using var tar = new TarReader(file);
        var added = 0;
        while (Next(tar) is { } entry)
        {
            if (ArchiveFormat.IsBlob(entry.Name, out var blob))
            {
                added++;
                if (store.Blobs.Add(entry.DataStream ?? Stream.Null).Digest != blob)
                {
                    throw new InvalidDataException("it changed while it was read");
                }
            }
        }

        return added == contents.Blobs.Count ? true : throw new InvalidDataException("it changed while it was read");
    }

    private static TarEntry? Next(TarReader tar)
    {
        var entry = tar.GetNextEntry();
        return entry is null or { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile }
            ? entry
            : throw new InvalidDataException($"the entry '{Shown(entry.Name)}' is no regular file");
    }

    private static byte[] Document(TarEntry entry)
    {
        if (entry.Length > ArchiveFormat.LongestDocument)
        {
            throw new InvalidDataException($"the entry '{Shown(entry.Name)}' is too long");
        }

        using var buffer = new MemoryStream();
        entry.DataStream?.CopyTo(buffer);
        return buffer.ToArray();
    }

    /// <summary>A name from the archive, fit for a terminal.</summary>
    private static string Shown(string name) =>
        string.Concat(name.Take(100).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    /// <remarks>TarReader meets broken archives with several kinds of exception; none of them is a bug of ours.</remarks>
    private T Refusing<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FileNotFoundException)
        {
            throw Refused("there is no such file");
        }
        catch (InvalidDataException e)
        {
            throw Refused(e.Message.TrimEnd('.'));
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException
            or NotSupportedException or InvalidOperationException)
        {
            throw Refused("it is no whole tar archive");
        }
    }

    private UserInputException Refused(string why) => new(new Diagnostic(
        "CMP3002", DiagnosticSeverity.Error, $"Cannot import {path}: {why}.", Remedy: "Export the run again."));

    private sealed record Contents(
        RunRecord Run,
        IReadOnlyList<RunStage> Stages,
        IReadOnlyList<Digest> Keys,
        Dictionary<Digest, StageRecord> Records,
        Dictionary<Digest, long> Blobs);
}
