using System.Collections.Concurrent;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Store.Files;
using Composer.Store.Index;

namespace Composer.Store.Outside;

/// <summary>Digests of files outside the store, each read once for as long as it has its signature.</summary>
/// <remarks>Safe to share between threads and between processes.</remarks>
internal sealed class FileDigests(SqliteIndex index, TimeProvider time)
{
    /// <summary>Readings of a file that changes meanwhile; after that somebody is writing it.</summary>
    private const int MostReadings = 3;

    private readonly ConcurrentDictionary<string, (FileSignature Signature, Digest Digest)> known = new(StringComparer.Ordinal);

    /// <exception cref="UserInputException">It changes each time that it is read.</exception>
    public FileContent Of(string path)
    {
        var full = Path.GetFullPath(path);
        for (var reading = 1; ; reading++)
        {
            var before = FileSignature.Of(full);
            if (before is { } signature && Known(full, signature) is { } digest)
            {
                return new FileContent(full, digest, signature);
            }

            var began = time.GetUtcNow();
            if (Read(full, before) is { } read)
            {
                // One that changed a moment ago may change again and keep its signature.
                return new FileContent(full, read, Remember(full, before, began, read));
            }

            if (reading == MostReadings)
            {
                throw new UserInputException(new Diagnostic(
                    "CMP3003",
                    DiagnosticSeverity.Error,
                    $"'{full}' changed each time that it was read.",
                    Remedy: "Let whoever writes it end first, then run again."));
            }
        }
    }

    /// <summary>Forgets files that are gone or have another signature; says how many.</summary>
    public int Forget(bool dryRun)
    {
        var stale = index.Query(
            "SELECT path, device, inode, size, changed, modified FROM file_signatures",
            r => (Path: r.GetString(0), Signature: new FileSignature(
                r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)))).Where(f => !IsStill(f.Path, f.Signature)).ToArray();
        if (!dryRun)
        {
            index.InTransaction(
                () => Array.ForEach(stale, f => index.Execute("DELETE FROM file_signatures WHERE path = $path", ("$path", f.Path))));
        }

        return stale.Length;
    }

    private static bool IsStill(string path, FileSignature signature)
    {
        try
        {
            return FileSignature.Of(path) == signature;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The digest of what is there; null when it was another file, or another state of it, before or after.</summary>
    private static Digest? Read(string path, FileSignature? before)
    {
        using var content = File.OpenRead(path);
        if (FileSignature.Of(content.SafeFileHandle, path) != before)
        {
            return null;
        }

        var digest = Digest.Of(content);
        return FileSignature.Of(path) == before ? digest : null;
    }

    private Digest? Known(string path, FileSignature signature)
    {
        if (known.TryGetValue(path, out var here) && here.Signature == signature)
        {
            return here.Digest;
        }

        var found = index.Query(
            """
            SELECT digest FROM file_signatures WHERE path = $path
                AND device = $device AND inode = $inode AND size = $size AND changed = $changed AND modified = $modified
            """,
            r => Digest.Parse(r.GetString(0)),
            Parameters(path, signature));
        if (found is not [var digest])
        {
            return null;
        }

        known[path] = (signature, digest);
        return digest;
    }

    private FileSignature? Remember(string path, FileSignature? read, DateTimeOffset began, Digest digest)
    {
        if (read is not { } signature || !signature.IsSettled(began))
        {
            return null;
        }

        known[path] = (signature, digest);
        index.Execute(
            """
            INSERT OR REPLACE INTO file_signatures (path, device, inode, size, changed, modified, digest)
            VALUES ($path, $device, $inode, $size, $changed, $modified, $digest)
            """,
            [.. Parameters(path, signature), ("$digest", digest.ToString())]);
        return signature;
    }

    private static (string Name, object Value)[] Parameters(string path, FileSignature signature) =>
    [
        ("$path", path),
        ("$device", signature.Device),
        ("$inode", signature.Inode),
        ("$size", signature.Size),
        ("$changed", signature.Changed),
        ("$modified", signature.Modified),
    ];
}
