using Composer.Core;
using Composer.Store.Durability;

namespace Composer.Store.Records;

/// <summary>The records as files, <c>ab/abcdef….json</c>, from which the index can be built again.</summary>
internal sealed class RecordFiles
{
    private readonly string root;
    private readonly IDurableFiles files;

    public RecordFiles(string root, IDurableFiles files)
    {
        (this.root, this.files) = (root, files);
        Directory.CreateDirectory(root);
    }

    /// <summary>Writes records without giving them their names yet.</summary>
    public PendingFiles Prepare(IReadOnlyList<StageRecord> records) => PendingFiles.Write(
        files,
        root,
        [.. records.DistinctBy(r => r.Key).Select(r => (PathOf(r.Key), (ReadOnlyMemory<byte>)StageRecordFormat.Write(r)))],
        readOnly: false,
        PublishingSteps.OfRecords);

    /// <summary>Paths of all files that are there, in ordinal order.</summary>
    public IReadOnlyList<string> All() =>
        [.. Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <exception cref="InvalidDataException">The file is no record.</exception>
    public static StageRecord Read(string path) => StageRecordFormat.Read(File.ReadAllBytes(path));

    public bool Contains(Digest key) => File.Exists(PathOf(key));

    /// <summary>The record of a key; null when there is none, or none that is whole.</summary>
    public StageRecord? TryRead(Digest key)
    {
        try
        {
            return Read(PathOf(key));
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            // 'store verify' tells of it.
            return null;
        }
    }

    public void Delete(Digest key) => File.Delete(PathOf(key));

    public void RemoveAbandoned(Func<int, bool> isAlive) => PendingFiles.RemoveAbandoned(root, isAlive);

    private string PathOf(Digest key)
    {
        var name = key.ToString();
        return Path.Combine(root, name[..2], name + ".json");
    }
}
