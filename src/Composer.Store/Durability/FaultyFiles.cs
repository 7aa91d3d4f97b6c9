using Composer.Core.Faults;

namespace Composer.Store.Durability;

/// <summary>
/// A disk with one fault: <c>write</c>, <c>flush</c>, <c>rename</c>, <c>flush-folder</c>, <c>create</c> or <c>file</c>
/// (any of them) is what the fault waits for.
/// </summary>
public sealed class FaultyFiles(IDurableFiles disk, Fault fault) : IDurableFiles
{
    /// <summary>The disk with the fault that is planned for this process, or just the disk.</summary>
    public static IDurableFiles Wrap(IDurableFiles disk) =>
        FaultInjection.Planned is { } planned ? new FaultyFiles(disk, planned) : disk;

    public FileStream Create(string path, bool readOnly)
    {
        Fail("create");
        return disk.Create(path, readOnly);
    }

    public void Write(FileStream file, ReadOnlySpan<byte> bytes)
    {
        var strikes = Strikes("write");
        disk.Write(file, strikes ? bytes[..(bytes.Length / 2)] : bytes);
        if (strikes)
        {
            Fail();
        }
    }

    public void Flush(FileStream file)
    {
        Fail("flush");
        disk.Flush(file);
    }

    public void Flush(IReadOnlyList<FileStream> files)
    {
        if (files.Any(_ => Strikes("flush")))
        {
            Fail();
        }

        disk.Flush(files);
    }

    public void Rename(string source, string destination)
    {
        Fail("rename");
        disk.Rename(source, destination);
    }

    public void FlushFolder(string folder)
    {
        Fail("flush-folder");
        disk.FlushFolder(folder);
    }

    public void FlushFolders(IReadOnlyList<string> folders)
    {
        if (folders.Any(_ => Strikes("flush-folder")))
        {
            Fail();
        }

        disk.FlushFolders(folders);
    }

    private bool Strikes(string operation) => fault.Strikes(operation) || fault.Strikes("file");

    private void Fail(string operation)
    {
        if (Strikes(operation))
        {
            Fail();
        }
    }

    private void Fail()
    {
        switch (fault.Action)
        {
            case FaultAction.InputOutputError:
                throw new IOException("Input/output error", StorageFailure.InputOutput);
            case FaultAction.NoSpace:
                throw new IOException("No space left on device", StorageFailure.NoSpace);
            case FaultAction.ReadOnly:
                throw new IOException("Read-only file system", StorageFailure.ReadOnlyFileSystem);
            default:
                // A short write is told to nobody.
                break;
        }
    }
}
