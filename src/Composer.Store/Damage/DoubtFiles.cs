using Composer.Core;
using Composer.Core.Files;
using Composer.Core.Json;

namespace Composer.Store.Damage;

/// <summary>
/// The stages that are not believed, a file each, <c>doubtful/KEY.json</c>: beside the records, so that an index that is built
/// again knows them too.
/// </summary>
internal sealed class DoubtFiles(string root)
{
    private const string Ending = ".json";

    public bool Contains(Digest key) => File.Exists(PathOf(key));

    /// <summary>Why a stage is not believed; null when it is.</summary>
    public DoubtfulStage? Find(Digest key)
    {
        try
        {
            return ComposerJson.Read<DoubtfulStage>(File.ReadAllBytes(PathOf(key)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException)
        {
            return new DoubtfulStage(default, "what it was is not known any more", default);
        }
    }

    /// <summary>Notes a stage, unless it is noted already.</summary>
    public void Add(Digest key, DoubtfulStage why)
    {
        if (!Contains(key))
        {
            Directory.CreateDirectory(root);
            WholeFile.Durable.Write(PathOf(key), ComposerJson.Write(why));
        }
    }

    /// <summary>Forgets a stage: it was computed anew, or is gone.</summary>
    public void Remove(Digest key)
    {
        if (Contains(key))
        {
            File.Delete(PathOf(key));
        }
    }

    /// <summary>All of them, in the order of the keys.</summary>
    public IEnumerable<Digest> All() => !Directory.Exists(root)
        ? []
        : Directory.EnumerateFiles(root, "*" + Ending).Order(StringComparer.Ordinal)
            .Where(path => Digest.TryParse(Path.GetFileNameWithoutExtension(path), out _))
            .Select(path => Digest.Parse(Path.GetFileNameWithoutExtension(path)));

    private string PathOf(Digest key) => Path.Combine(root, key + Ending);
}
