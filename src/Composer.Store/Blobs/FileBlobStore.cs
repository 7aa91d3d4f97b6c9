using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Durability;
using Composer.Store.Files;

namespace Composer.Store.Blobs;

/// <summary>
/// Blobs as read-only files, <c>ab/abcdef…</c>. A blob is written to a temporary file, hashed on the way,
/// flushed to the disk, renamed, and its folder flushed: a name is never seen before its whole content is
/// durable.
/// </summary>
/// <remarks>
/// The time of change of a file says when somebody last wanted to have it in the store: adding what is there
/// already renews it, so that a blob on its way into a record is never taken for one that nothing needs.
/// </remarks>
public sealed class FileBlobStore : IBlobStore
{
    /// <summary>Beside the blobs, for those whose bytes are not those of their names.</summary>
    internal const string QuarantineFolder = "quarantine";

    private const int BufferSize = 1 << 17;

    /// <summary>Files that are open at once while many are added.</summary>
    private const int Batch = 256;

    private readonly string root;
    private readonly string quarantine;
    private readonly ConcurrentDictionary<Digest, FileSignature> verified = new();
    private readonly IDurableFiles files;
    private readonly TimeProvider time;

    public FileBlobStore(string root, IDurableFiles? files = null, TimeProvider? time = null)
    {
        this.root = Path.GetFullPath(root);
        quarantine = Path.Combine(Path.GetDirectoryName(this.root)!, QuarantineFolder);
        this.files = files ?? DurableFiles.Instance;
        this.time = time ?? TimeProvider.System;
        Directory.CreateDirectory(this.root);
    }

    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>The size of a blob; null when there is none.</summary>
    public long? SizeOf(Digest digest) => new FileInfo(PathOf(digest)) is { Exists: true } file ? file.Length : null;

    /// <summary>A blob whose bytes are those of its name: read once in a process for as long as the file has its signature.</summary>
    /// <exception cref="BlobMissingException">There is none.</exception>
    /// <exception cref="BlobCorruptException">The bytes are others.</exception>
    public FileContent ContentOf(Digest digest)
    {
        var path = PathOf(digest);
        try
        {
            var signature = FileSignature.Of(path);
            if (signature is { } now && verified.TryGetValue(digest, out var then) && then == now)
            {
                return new FileContent(path, digest, signature);
            }

            var began = time.GetUtcNow();
            using (var content = OpenRead(digest))
            {
                content.CopyTo(Stream.Null);
            }

            if (signature is { } settled && settled.IsSettled(began) && FileSignature.Of(path) == settled)
            {
                verified[digest] = settled;
                return new FileContent(path, digest, settled);
            }

            return new FileContent(path, digest, null);
        }
        catch (FileNotFoundException)
        {
            throw new BlobMissingException(digest);
        }
    }

    /// <summary>Where a blob lies, for a process that reads the file itself. It must never write there.</summary>
    public string PathOf(Digest digest)
    {
        var name = digest.ToString();
        return Path.Combine(root, name[..2], name);
    }

    public Stream OpenRead(Digest digest)
    {
        try
        {
            var file = new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            return new VerifyingStream(file, digest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobMissingException(digest);
        }
    }

    public BlobReference Add(Stream content)
    {
        var temporary = PendingFiles.TemporaryName(root);
        try
        {
            var reference = Write(content, temporary);
            var path = PathOf(reference.Digest);
            if (Renew(reference))
            {
                File.Delete(temporary);
                return reference;
            }

            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                files.FlushFolder(root);
            }

            files.Rename(temporary, path);
            FaultInjection.Pass(PublishingPoint.BlobNamed);
            files.FlushFolder(folder);
            FaultInjection.Pass(PublishingPoint.BlobDurable);
            return reference;
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (StorageFailure.Explain(e, "The store " + root) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    public IReadOnlyList<BlobReference> AddAll(IReadOnlyList<ReadOnlyMemory<byte>> contents)
    {
        var references = contents.Select(c => new BlobReference(Digest.Of(c.Span), c.Length)).ToArray();
        try
        {
            foreach (var batch in references.Zip(contents).DistinctBy(c => c.First.Digest).Chunk(Batch))
            {
                var missing = batch.Where(c => !Renew(c.First)).Select(c => (PathOf(c.First.Digest), c.Second)).ToArray();
                using var pending = PendingFiles.Write(files, root, missing, readOnly: true, PublishingSteps.OfBlobs);
                pending.Commit();
            }
        }
        catch (Exception e) when (StorageFailure.Explain(e, "The store " + root) is { } explained)
        {
            throw explained;
        }

        return references;
    }

    public IEnumerable<BlobReference> All() =>
        from folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal)
        from path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
        where Digest.TryParse(Path.GetFileName(path), out _)
        select new BlobReference(Digest.Parse(Path.GetFileName(path)), new FileInfo(path).Length);

    /// <summary>Removes what writers that died left behind. Safe while others write: only their own names count.</summary>
    /// <param name="isAlive">Whether a process of this number runs.</param>
    public void RemoveAbandoned(Func<int, bool> isAlive) => PendingFiles.RemoveAbandoned(root, isAlive);

    /// <summary>
    /// Moves a corrupt blob out of the way, so that its stage runs again; returns where it, or one of its name before it, lies now.
    /// Null when there is neither.
    /// </summary>
    public string? Quarantine(Digest digest)
    {
        Directory.CreateDirectory(quarantine);
        var stem = Path.Combine(quarantine, digest.ToString());
        for (var (target, number) = (stem, 2); ; target = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number++}"))
        {
            try
            {
                File.Move(PathOf(digest), target);
                verified.TryRemove(digest, out _);
                return target;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Somebody else was faster.
                return QuarantinedAt(digest);
            }
            catch (IOException) when (File.Exists(target))
            {
                // Not the first of its name.
            }
        }
    }

    /// <summary>Where the first blob of this name that was moved out of the way lies; null when none was.</summary>
    public string? QuarantinedAt(Digest digest) =>
        Path.Combine(quarantine, digest.ToString()) is var path && File.Exists(path) ? path : null;

    /// <summary>Whether nobody has added a blob since a moment.</summary>
    internal bool IsOlderThan(Digest digest, DateTimeOffset moment) => IsOlderThan(PathOf(digest), moment);

    /// <summary>
    /// Removes a blob that nobody has added since a moment; false when somebody has. The file is moved away
    /// first and looked at again there: a writer that renewed it in between gets it back, one that comes
    /// later finds it gone and writes its own.
    /// </summary>
    internal bool TryRemove(Digest digest, DateTimeOffset moment)
    {
        var path = PathOf(digest);
        if (!IsOlderThan(path, moment))
        {
            return false;
        }

        var away = PendingFiles.TemporaryName(root);
        File.Move(path, away);
        if (!IsOlderThan(away, moment))
        {
            File.Move(away, path, overwrite: true);
            return false;
        }

        DurableFiles.DeleteReadOnly(away);
        return true;
    }

    private static bool IsOlderThan(string path, DateTimeOffset moment) =>
        File.Exists(path) && File.GetLastWriteTimeUtc(path) < moment.UtcDateTime;

    /// <summary>Notes on a blob that is there and whole that it is wanted now; false when it has to be written.</summary>
    /// <remarks>One that is damaged is moved out of the way: what is written now takes its place.</remarks>
    private bool Renew(BlobReference blob)
    {
        var path = PathOf(blob.Digest);
        try
        {
            if (SizeOf(blob.Digest) is not { } size)
            {
                return false;
            }

            if (size != blob.Size || !IsWhole(blob.Digest))
            {
                Quarantine(blob.Digest);
                return false;
            }

            DurableFiles.SetTimeOfChange(path, time.GetUtcNow());

            // Its writer may be about to flush the folder, and what was added must be durable.
            files.FlushFolder(Path.GetDirectoryName(path)!);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or BlobMissingException
            or UnauthorizedAccessException)
        {
            // Removed this moment, or another user's file, whose time is not ours to set: one of our own replaces it.
            return false;
        }
    }

    private bool IsWhole(Digest digest)
    {
        try
        {
            ContentOf(digest);
            return true;
        }
        catch (BlobCorruptException)
        {
            return false;
        }
    }

    private BlobReference Write(Stream content, string temporary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        using (var file = files.Create(temporary, readOnly: true))
        {
            var buffer = new byte[BufferSize];
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                files.Write(file, buffer.AsSpan(0, read));
                size += read;
                FaultInjection.Pass(PublishingPoint.BlobBegun);
            }

            files.Flush(file);
            PendingFiles.CheckLength(file, size);
        }

        FaultInjection.Pass(PublishingPoint.BlobWritten);
        return new BlobReference(new Digest(hash.GetHashAndReset()), size);
    }
}
