using System.Runtime.InteropServices;

namespace Composer.Store.Durability;

/// <summary>The operating system's files.</summary>
public sealed partial class DurableFiles : IDurableFiles
{
    private const int ReadOnlyDirectory = 0x10000;

    private DurableFiles()
    {
    }

    /// <summary>The only one there is.</summary>
    public static DurableFiles Instance { get; } = new();

    /// <summary>
    /// Puts a small file in place whole: temporary in the same folder, flush, rename, flush the folder.
    /// </summary>
    public static void WriteWhole(IDurableFiles files, string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(folder, $".writing-{Environment.ProcessId}-{Path.GetFileName(path)}");
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                files.Write(file, content);
                files.Flush(file);
            }

            files.Rename(temporary, path);
            files.FlushFolder(folder);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public void Write(FileStream file, ReadOnlySpan<byte> bytes) => file.Write(bytes);

    public void Flush(FileStream file) => file.Flush(flushToDisk: true);

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

    public void MakeReadOnly(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(path, FileAttributes.ReadOnly);
        }
        else
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
