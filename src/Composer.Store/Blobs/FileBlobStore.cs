using System.Globalization;
using System.Security.Cryptography;
using Composer.Core;
using Composer.Store.Durability;

namespace Composer.Store.Blobs;

/// <summary>
/// Blobs as read-only files, <c>ab/abcdef…</c>. A blob is written to a temporary file in the same folder,
/// hashed on the way, flushed to the disk, renamed, and its folder flushed: a name is never seen before
/// its whole content is durable.
/// </summary>
public sealed class FileBlobStore : IBlobStore
{
    private const string TemporaryPrefix = ".writing-";
    private const int BufferSize = 1 << 17;
    private readonly string root;
    private readonly IDurableFiles files;
    private long temporaries;

    public FileBlobStore(string root, IDurableFiles? files = null)
    {
        this.root = Path.GetFullPath(root);
        this.files = files ?? DurableFiles.Instance;
        Directory.CreateDirectory(this.root);
    }

    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

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
            var file = new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
            return new VerifyingStream(file, digest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobMissingException(digest);
        }
    }

    public BlobReference Add(Stream content)
    {
        var number = Interlocked.Increment(ref temporaries);
        var temporary = Path.Combine(
            root,
            string.Create(CultureInfo.InvariantCulture, $"{TemporaryPrefix}{Environment.ProcessId}-{number}"));
        try
        {
            var reference = Write(content, temporary);
            var path = PathOf(reference.Digest);
            if (File.Exists(path))
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
            files.FlushFolder(folder);
            return reference;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public IEnumerable<BlobReference> All() =>
        from folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal)
        from path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
        where Digest.TryParse(Path.GetFileName(path), out _)
        select new BlobReference(Digest.Parse(Path.GetFileName(path)), new FileInfo(path).Length);

    /// <summary>Removes what writers that died left behind. Safe while others write: only their own names count.</summary>
    /// <param name="isAlive">Whether a process of this id runs.</param>
    public void RemoveAbandoned(Func<int, bool> isAlive)
    {
        foreach (var path in Directory.EnumerateFiles(root, TemporaryPrefix + "*"))
        {
            var id = Path.GetFileName(path)[TemporaryPrefix.Length..].Split('-')[0];
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process) || !isAlive(process))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Moves a corrupt blob out of the way, so that its stage runs again; returns where it lies now.</summary>
    public string Quarantine(Digest digest)
    {
        var folder = Path.Combine(Path.GetDirectoryName(root)!, "quarantine");
        Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, digest.ToString());
        File.Move(PathOf(digest), target, overwrite: true);
        return target;
    }

    private BlobReference Write(Stream content, string temporary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var buffer = new byte[BufferSize];
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                files.Write(file, buffer.AsSpan(0, read));
                size += read;
            }

            files.Flush(file);
        }

        files.MakeReadOnly(temporary);
        return new BlobReference(new Digest(hash.GetHashAndReset()), size);
    }
}
