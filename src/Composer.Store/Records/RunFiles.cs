using Composer.Core;
using Composer.Store.Durability;

namespace Composer.Store.Records;

/// <summary>The runs that ended as files, <c>runs/ID.json</c>, so that an index that is built again knows them and their pins.</summary>
internal sealed class RunFiles(string root, IDurableFiles files)
{
    private const string Ending = ".json";

    public void Write(RunRecord run, IReadOnlyList<RunStage> stages, IReadOnlyList<Digest> keys)
    {
        using var pending = PendingFiles.Write(
            files,
            Path.GetDirectoryName(root)!,
            [(PathOf(run.Id), RunRecordFormat.Write(run, stages, keys, run.Pinned))],
            readOnly: false,
            PublishingSteps.OfRuns);
        pending.Commit();
    }

    public bool Contains(string run) => File.Exists(PathOf(run));

    public void Delete(string run)
    {
        if (Contains(run))
        {
            File.Delete(PathOf(run));
        }
    }

    /// <summary>The runs of all files that are whole.</summary>
    public IEnumerable<(RunRecord Run, IReadOnlyList<RunStage> Stages, IReadOnlyList<Digest> Keys)> All() => AllBut(_ => false);

    /// <summary>The same but for those of some names, which are not read.</summary>
    public IEnumerable<(RunRecord Run, IReadOnlyList<RunStage> Stages, IReadOnlyList<Digest> Keys)> AllBut(Func<string, bool> isKnown)
    {
        if (!Directory.Exists(root))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(root, "*" + Ending).Order(StringComparer.Ordinal))
        {
            if (!isKnown(Path.GetFileNameWithoutExtension(path)) && TryRead(path) is { } run && PathOf(run.Run.Id) == path)
            {
                yield return run;
            }
        }
    }

    public void RemoveAbandoned(Func<int, bool> isAlive)
    {
        if (Directory.Exists(root))
        {
            PendingFiles.RemoveAbandoned(root, isAlive);
        }
    }

    private static (RunRecord Run, IReadOnlyList<RunStage> Stages, IReadOnlyList<Digest> Keys)? TryRead(string path)
    {
        try
        {
            return RunRecordFormat.Read(File.ReadAllBytes(path));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private string PathOf(string run) => Path.Combine(root, run + Ending);
}
