using Composer.Store.Index;

namespace Composer.Store;

/// <content>Building the index again.</content>
public sealed partial class StageStore
{
    /// <summary>
    /// Opens a store with its index built again from the files of its records and runs. An index that is damaged
    /// goes to <c>quarantine</c> first. No run may be under way.
    /// </summary>
    /// <param name="root">The store's folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="indexFolder">As in <see cref="OpenShared"/>.</param>
    public static (StageStore Store, RebuiltIndex Rebuilt) Rebuild(string root, TimeProvider time, string? indexFolder = null)
    {
        StageStore? store = null;
        try
        {
            store = OpenShared(root, indexFolder, time);
            return (store, store.RebuildIndex(wasDamaged: false));
        }
        catch (DamagedIndexException)
        {
            store?.Dispose();
            SetIndexAside(Path.GetFullPath(root), IndexPathOf(Path.GetFullPath(root), indexFolder));
        }
        catch
        {
            store?.Dispose();
            throw;
        }

        store = OpenShared(root, indexFolder, time);
        return (store, store.RebuildIndex(wasDamaged: true));
    }

    private static void SetIndexAside(string root, string index)
    {
        var quarantine = Path.Combine(root, "quarantine");
        Directory.CreateDirectory(quarantine);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(index)!, Path.GetFileName(index) + "*"))
        {
            // Perhaps from another disk.
            File.Copy(file, Path.Combine(quarantine, Path.GetFileName(file)), overwrite: true);
            File.Delete(file);
        }
    }

    /// <summary>Enters the runs that this index has not, and what they reached; a new index has none.</summary>
    private void EnterWhatOthersRan() => index.InTransaction(() =>
    {
        foreach (var (run, ranStages, keys) in runFiles.AllBut(HasRun))
        {
            Insert(run, ranStages, process: null);
            Reach(run.Id, keys);
            foreach (var key in keys.Where(key => !index.Contains(key) && records.Contains(key)))
            {
                Enter(key);
            }
        }

        return true;
    });

    private RebuiltIndex RebuildIndex(bool wasDamaged)
    {
        index.CheckIntegrity();
        return index.InTransaction(() =>
        {
            index.RemoveAll();
            var stages = 0;
            foreach (var path in records.All())
            {
                if (Core.Digest.TryParse(Path.GetFileNameWithoutExtension(path), out var key) && Enter(key) is not null)
                {
                    stages++;
                }
            }

            var restored = 0;
            foreach (var (run, ranStages, keys) in runFiles.All().Where(r => !HasRun(r.Run.Id)))
            {
                Insert(run, ranStages, process: null);
                Reach(run.Id, keys);
                restored++;
            }

            return new RebuiltIndex(wasDamaged, stages, restored);
        });
    }
}

/// <summary>What <see cref="StageStore.Rebuild"/> did.</summary>
/// <param name="WasDamaged">Whether the old index was set aside.</param>
/// <param name="Stages">Stages that the index has now.</param>
/// <param name="RestoredRuns">Runs that it had not and has again.</param>
public sealed record RebuiltIndex(bool WasDamaged, int Stages, int RestoredRuns);
