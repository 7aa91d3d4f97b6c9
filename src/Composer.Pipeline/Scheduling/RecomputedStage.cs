using Composer.Core;
using Composer.Pipeline.Comparison;
using Composer.Pipeline.Graph;
using Composer.Store.Records;

namespace Composer.Pipeline.Scheduling;

/// <summary>What came of computing a stage once more.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Null when its inputs are not in the store.</param>
/// <param name="Status">equal, different, missing (not in the store) or failed.</param>
/// <param name="Differences">Outputs with other bytes.</param>
/// <param name="Behind">How many results that belong to it (a search's evaluations) were compared too.</param>
/// <param name="BehindDifferent">How many of them were different.</param>
/// <param name="Threads">Threads of its jobs this time.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RecomputedStage(
    string Name,
    string Kind,
    Digest? Key,
    string Status,
    IReadOnlyList<OutputDifference> Differences,
    int Behind,
    int BehindDifferent,
    int Threads,
    string? Failure,
    double Seconds)
{
    public const string Equal = "equal";
    public const string Different = "different";
    public const string NotThere = "missing";
    public const string NotDone = "failed";

    internal static RecomputedStage Missing(Stage stage) =>
        new(stage.Name, stage.Kind.Name, null, NotThere, [], 0, 0, 0, null, 0);

    internal static RecomputedStage Failed(Stage stage, Digest key, string failure, double seconds) =>
        new(stage.Name, stage.Kind.Name, key, NotDone, [], 0, 0, 0, failure, seconds);

    internal static RecomputedStage Compare(
        Stage stage,
        StageRecord stored,
        StageRecord again,
        IReadOnlyList<(StageRecord? Stored, StageRecord? Again)> behind,
        int threads,
        int evaluations,
        double seconds)
    {
        var differences = OutputDifference.Between(stored, again);
        var compared = behind.Where(b => b.Stored is not null && b.Again is not null).ToArray();

        // A search that found other candidates has evaluated what the store's never asked for.
        var different = compared.Count(b => b.Again!.Output != b.Stored!.Output) + Math.Max(0, evaluations - behind.Count);
        return new RecomputedStage(
            stage.Name,
            stage.Kind.Name,
            stored.Key,
            differences.Count == 0 && different == 0 ? Equal : Different,
            differences,
            compared.Length,
            different,
            threads,
            null,
            seconds);
    }
}
