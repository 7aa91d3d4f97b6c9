using Composer.Core;

namespace Composer.Store;

/// <summary>What a store holds.</summary>
public sealed record StoreStatistics(long Blobs, long Bytes, IReadOnlyList<StageKindStatistics> Stages);

/// <param name="Kind">The kind of stage.</param>
/// <param name="Count">Stages of this kind.</param>
/// <param name="Seconds">What they took to compute.</param>
/// <param name="Bytes">Their distinct outputs.</param>
public sealed record StageKindStatistics(string Kind, long Count, double Seconds, long Bytes);

/// <summary>What <see cref="StageStore.Verify"/> found and mended.</summary>
/// <param name="Blobs">Blobs read.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Corrupt">Blobs whose bytes were not those of their name; in quarantine now.</param>
/// <param name="LostStages">Stages that lost an output and will run again.</param>
/// <param name="RestoredStages">Stages that the index lacked and has again.</param>
/// <param name="UnreadableRecords">Record files that are no records.</param>
public sealed record VerificationResult(
    long Blobs,
    long Bytes,
    IReadOnlyList<Digest> Corrupt,
    IReadOnlyList<string> LostStages,
    int RestoredStages,
    IReadOnlyList<string> UnreadableRecords)
{
    /// <summary>Stages that will run again since what they were made from was found damaged, now or before.</summary>
    public IReadOnlyList<string> DoubtfulStages { get; init; } = [];

    /// <summary>Whether nothing had to be mended; stages that are doubtful from before are no damage.</summary>
    public bool IsClean => Corrupt.Count == 0 && LostStages.Count == 0 && UnreadableRecords.Count == 0;
}
