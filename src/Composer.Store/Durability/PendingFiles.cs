using System.Globalization;

namespace Composer.Store.Durability;

/// <summary>
/// Small files on their way to their names: written under temporary names and flushed, then all renamed and
/// each folder flushed once. What was not committed goes when this is disposed.
/// </summary>
internal sealed class PendingFiles : IDisposable
{
    /// <summary>Temporary names are this, the writer's process number, and what tells them apart.</summary>
    public const string Prefix = ".writing-";

    private static readonly EnumerationOptions AnyDepth =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    private static long temporaries;
    private readonly IDurableFiles files;
    private readonly List<(string Temporary, string Path)> pending = [];

    private PendingFiles(IDurableFiles files) => this.files = files;

    /// <summary>A name in a folder that no living writer uses, nor a dead one whose process number this one was given.</summary>
    public static string TemporaryName(string folder)
    {
        string path;
        do
        {
            path = Path.Combine(
                folder,
                string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref temporaries)}"));
        }
        while (File.Exists(path));
        return path;
    }

    /// <summary>Writes contents for these paths and returns when they are on the disk.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="root">The folder that the paths' folders lie in; those that are missing are made.</param>
    /// <param name="contents">Paths, no two the same, and what they shall hold.</param>
    /// <param name="readOnly">Whether nobody may write them any more.</param>
    public static PendingFiles Write(
        IDurableFiles files, string root, IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> contents, bool readOnly)
    {
        var written = new PendingFiles(files);
        var open = new List<FileStream>(contents.Count);
        try
        {
            MakeFolders(files, root, contents.Select(c => Path.GetDirectoryName(c.Path)!));
            foreach (var (path, content) in contents)
            {
                var temporary = TemporaryName(Path.GetDirectoryName(path)!);
                written.pending.Add((temporary, path));
                var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
                open.Add(file);
                files.Write(file, content.Span);
            }

            files.Flush(open);
        }
        catch
        {
            open.ForEach(f => f.Dispose());
            written.Dispose();
            throw;
        }

        open.ForEach(f => f.Dispose());
        if (readOnly)
        {
            written.pending.ForEach(p => files.MakeReadOnly(p.Temporary));
        }

        return written;
    }

    /// <summary>Gives all their names; returns when the folders are on the disk.</summary>
    public void Commit()
    {
        foreach (var (temporary, path) in pending)
        {
            files.Rename(temporary, path);
        }

        foreach (var folder in pending.Select(p => Path.GetDirectoryName(p.Path)!).Distinct())
        {
            files.FlushFolder(folder);
        }

        pending.Clear();
    }

    public void Dispose()
    {
        foreach (var (temporary, _) in pending)
        {
            DurableFiles.DeleteReadOnly(temporary);
        }
    }

    /// <summary>Removes what writers that died left in a folder and those in it; the living are known by their number.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="isAlive">Whether a process of this number runs.</param>
    public static void RemoveAbandoned(string root, Func<int, bool> isAlive)
    {
        foreach (var path in Directory.EnumerateFiles(root, Prefix + "*", AnyDepth).ToArray())
        {
            var number = Path.GetFileName(path)[Prefix.Length..].Split('-')[0];
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                || !isAlive(process))
            {
                DurableFiles.DeleteReadOnly(path);
            }
        }
    }


    private static void MakeFolders(IDurableFiles files, string root, IEnumerable<string> folders)
    {
        var made = false;
        foreach (var folder in folders.Distinct().Where(f => !Directory.Exists(f)))
        {
            Directory.CreateDirectory(folder);
            made = true;
        }

        if (made)
        {
            files.FlushFolder(root);
        }
    }
}
