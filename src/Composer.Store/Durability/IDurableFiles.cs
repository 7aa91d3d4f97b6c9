namespace Composer.Store.Durability;

/// <summary>The few file operations on which the store's promises rest; tests put faults behind it.</summary>
public interface IDurableFiles
{
    /// <summary>Makes a new file to write.</summary>
    /// <param name="path">Where; there must be none yet.</param>
    /// <param name="readOnly">Whether nobody may write it once it is closed.</param>
    FileStream Create(string path, bool readOnly);

    /// <summary>Writes all of the bytes.</summary>
    void Write(FileStream file, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when the file's content is on the disk.</summary>
    void Flush(FileStream file);

    /// <summary>Returns when the content of each of these files is on the disk.</summary>
    void Flush(IReadOnlyList<FileStream> files)
    {
        foreach (var file in files)
        {
            Flush(file);
        }
    }

    /// <summary>Gives a file its final name at once, replacing what had it.</summary>
    void Rename(string source, string destination);

    /// <summary>Returns when the folder's entries are on the disk.</summary>
    void FlushFolder(string folder);

    /// <summary>Returns when the entries of each of these folders are on the disk.</summary>
    void FlushFolders(IReadOnlyList<string> folders)
    {
        foreach (var folder in folders)
        {
            FlushFolder(folder);
        }
    }
}
