namespace Composer.Store.GarbageCollection;

/// <summary>What a collection removed, or would.</summary>
/// <param name="DryRun">Whether it only looked.</param>
/// <param name="Runs">Runs that were forgotten.</param>
/// <param name="Kinds">Stages that were removed, by kind; a blob that several kinds share counts with the first.</param>
/// <param name="UnreferencedBlobs">Blobs besides that no record named.</param>
/// <param name="UnreferencedBytes">Their sizes.</param>
/// <param name="YoungBlobs">Blobs that nothing needs but that are too young; a later collection removes them.</param>
/// <param name="YoungBytes">Their sizes, which count as kept too.</param>
/// <param name="KeptRuns">Runs that stay.</param>
/// <param name="KeptStages">Stages that stay.</param>
/// <param name="KeptBytes">Blobs that stay.</param>
public sealed record CollectionResult(
    bool DryRun,
    int Runs,
    IReadOnlyList<CollectedKind> Kinds,
    long UnreferencedBlobs,
    long UnreferencedBytes,
    long YoungBlobs,
    long YoungBytes,
    int KeptRuns,
    long KeptStages,
    long KeptBytes)
{
    /// <summary>Work folders that were removed: of finished stages, or abandoned for as long as runs are kept.</summary>
    public int WorkFolders { get; init; }

    /// <summary>Their sizes.</summary>
    public long WorkBytes { get; init; }

    /// <summary>Digests of files outside the store that were forgotten, as these are gone or have changed.</summary>
    public int ForgottenFiles { get; init; }

    /// <summary>Stages of all kinds.</summary>
    public long Stages => Kinds.Sum(k => k.Stages);

    /// <summary>Bytes that were freed.</summary>
    public long Bytes => Kinds.Sum(k => k.Bytes) + UnreferencedBytes;
}

/// <param name="Kind">The kind of stage.</param>
/// <param name="Stages">Stages of this kind.</param>
/// <param name="Blobs">Their blobs that nothing else needs.</param>
/// <param name="Bytes">The sizes of those.</param>
public sealed record CollectedKind(string Kind, long Stages, long Blobs, long Bytes);
