using System.Runtime.InteropServices;

namespace Composer.Store.Durability;

/// <summary>The operating system's files.</summary>
public sealed partial class DurableFiles : IDurableFiles
{
    private const int ReadOnlyDirectory = 0x10000;
    private const uint StartOfWriting = 2;

    private DurableFiles()
    {
    }

    /// <summary>The only one there is.</summary>
    public static DurableFiles Instance { get; } = new();

    /// <remarks>Unix lets a file be written through the handle that made it read-only.</remarks>
    public FileStream Create(string path, bool readOnly)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (readOnly && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        var file = new FileStream(path, options);
        if (readOnly && OperatingSystem.IsWindows())
        {
            File.SetAttributes(path, FileAttributes.ReadOnly);
        }

        return file;
    }

    public void Write(FileStream file, ReadOnlySpan<byte> bytes) => file.Write(bytes);

    public void Flush(FileStream file) => file.Flush(flushToDisk: true);

    /// <remarks>
    /// All are set on their way before the first is waited for: 200 files of 1 KiB took a third of the time.
    /// </remarks>
    public void Flush(IReadOnlyList<FileStream> files)
    {
        if (OperatingSystem.IsLinux() && files.Count > 1)
        {
            foreach (var file in files)
            {
                // A hint: what it cannot do, the flush below does.
                _ = StartWriting((int)file.SafeFileHandle.DangerousGetHandle(), 0, 0, StartOfWriting);
            }
        }

        foreach (var file in files)
        {
            Flush(file);
        }
    }

    public void Rename(string source, string destination) => File.Move(source, destination, overwrite: true);

    /// <remarks>On Windows a folder cannot be flushed and renames are journalled: nothing is done there.</remarks>
    public void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var flags = OperatingSystem.IsLinux() ? ReadOnlyDirectory : 0;
        var descriptor = Open(folder, flags);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the folder {folder} (errno {Marshal.GetLastPInvokeError()}).");
        }

        try
        {
            if (Synchronize(descriptor) != 0)
            {
                throw new IOException($"Cannot flush the folder {folder} (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Deletes a file, read-only or not; nothing when it is not there.</summary>
    internal static void DeleteReadOnly(string path)
    {
        if (OperatingSystem.IsWindows() && File.Exists(path))
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }

        File.Delete(path);
    }

    /// <summary>Sets a read-only file's time of change.</summary>
    internal static void SetTimeOfChange(string path, DateTimeOffset moment)
    {
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }

        File.SetLastWriteTimeUtc(path, moment.UtcDateTime);
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(path, FileAttributes.ReadOnly);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int StartWriting(int descriptor, long offset, long count, uint flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
