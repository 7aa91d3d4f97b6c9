using Composer.Pipeline.Keys;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Jobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Planning;

/// <summary>What will become of a stage, and why.</summary>
public enum PlanStatus
{
    /// <summary>Its result is in the store.</summary>
    Hit = 0,

    /// <summary>It will be computed.</summary>
    Run = 1,

    /// <summary>It needs something that this machine lacks.</summary>
    Blocked = 2,
}

/// <summary>A stage with its verdict.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Status">Hit, run or blocked.</param>
/// <param name="Preimage">Null while an input has no result: the key is not known yet.</param>
/// <param name="Hit">The record when it is a hit.</param>
/// <param name="Reasons">Why it runs or is blocked, one line each; empty for a hit.</param>
/// <param name="Differences">Against the nearest earlier run, for a stage whose key is known.</param>
/// <param name="Summary">The result of a hit in a few words.</param>
public sealed record PlannedStage(
    Stage Stage,
    PlanStatus Status,
    Preimage? Preimage,
    StageRecord? Hit,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<PreimageDifference> Differences,
    string Summary)
{
    /// <summary>What there is to compute, as far as it can be told; empty for a hit.</summary>
    public IReadOnlyList<Work> Work { get; init; } = [];

    /// <summary>How long that takes on this machine; null where nothing that it computed tells.</summary>
    public Estimate? Estimate { get; init; }

    /// <summary>What will be computed; null for a hit and while an input has no result.</summary>
    internal KeyedJob? Job { get; init; }

    /// <summary>What this machine lacks for it, also the first of <see cref="Reasons"/>; empty unless it is blocked.</summary>
    public IReadOnlyList<MachineLack> Lacks { get; init; } = [];
}
