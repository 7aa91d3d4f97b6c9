using System.Globalization;
using Composer.Core.Faults;

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

    private readonly PublishingSteps steps;

    private PendingFiles(IDurableFiles files, PublishingSteps steps) => (this.files, this.steps) = (files, steps);

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
    /// <param name="steps">The points on the way.</param>
    public static PendingFiles Write(
        IDurableFiles files,
        string root,
        IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> contents,
        bool readOnly,
        PublishingSteps steps)
    {
        var written = new PendingFiles(files, steps);
        var open = new List<FileStream>(contents.Count);
        try
        {
            MakeFolders(files, root, contents.Select(c => Path.GetDirectoryName(c.Path)!));
            foreach (var (path, content) in contents)
            {
                var temporary = TemporaryName(Path.GetDirectoryName(path)!);
                written.pending.Add((temporary, path));
                var file = files.Create(temporary, readOnly);
                open.Add(file);
                files.Write(file, content.Span);
                if (open.Count == (contents.Count + 1) / 2)
                {
                    FaultInjection.Pass(steps.Begun);
                }
            }

            files.Flush(open);
            for (var i = 0; i < open.Count; i++)
            {
                CheckLength(open[i], contents[i].Content.Length);
            }
        }
        catch
        {
            open.ForEach(f => f.Dispose());
            written.Dispose();
            throw;
        }

        open.ForEach(f => f.Dispose());
        FaultInjection.Pass(steps.Written);
        return written;
    }

    /// <summary>Gives all their names; returns when the folders are on the disk.</summary>
    public void Commit()
    {
        for (var i = 0; i < pending.Count; i++)
        {
            files.Rename(pending[i].Temporary, pending[i].Path);
            if (i + 1 == (pending.Count + 1) / 2)
            {
                FaultInjection.Pass(steps.HalfNamed);
            }
        }

        FaultInjection.Pass(steps.Named);

        files.FlushFolders([.. pending.Select(p => Path.GetDirectoryName(p.Path)!).Distinct()]);

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

    /// <summary>A disk that took fewer bytes than it said is found out before anything is named.</summary>
    /// <exception cref="IOException">The file has another length.</exception>
    public static void CheckLength(FileStream file, long expected)
    {
        if (file.Length != expected)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"The disk took {file.Length:N0} of {expected:N0} bytes of {file.Name} and reported no error."));
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
