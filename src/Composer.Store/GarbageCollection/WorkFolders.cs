using Composer.Core;
using Composer.Store.Index;
using Composer.Store.Leases;

namespace Composer.Store.GarbageCollection;

/// <summary>
/// The folders that stages are computed in, by key. One of a stage that the store has is a leftover; one of a
/// stage that it has not holds checkpoints, and goes when nobody has touched it for as long as runs are kept.
/// </summary>
internal sealed class WorkFolders(SqliteIndex index, LeaseTable leases, TimeProvider time)
{
    private static readonly EnumerationOptions AnyDepth = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Removes them, or with a dry run only counts.</summary>
    /// <returns>Folders and bytes.</returns>
    public (int Folders, long Bytes) Remove(string root, RetentionPolicy policy)
    {
        var (folders, bytes) = (0, 0L);
        if (!Directory.Exists(root))
        {
            return (0, 0);
        }

        foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).ToArray())
        {
            if (!Digest.TryParse(Path.GetFileName(folder), out var key))
            {
                continue;
            }

            // Under the stage's own lease nobody computes in it.
            using var lease = leases.TryAcquire([key]).Lease;
            if (lease is null)
            {
                continue;
            }

            try
            {
                var files = new DirectoryInfo(folder).EnumerateFiles("*", AnyDepth).ToArray();
                var touched = files.Select(f => f.LastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(folder)).Max();
                if (!index.Contains(key) && touched >= (time.GetUtcNow() - policy.Keep).UtcDateTime)
                {
                    continue;
                }

                var size = files.Sum(f => f.Length);
                if (!policy.DryRun)
                {
                    Directory.Delete(folder, recursive: true);
                }

                (folders, bytes) = (folders + 1, bytes + size);
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
            {
                // Listed before the lease was ours: its coordinator, or one that found the stage, removed it since.
            }
        }

        return (folders, bytes);
    }
}
