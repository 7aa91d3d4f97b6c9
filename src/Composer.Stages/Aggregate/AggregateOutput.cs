using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Search.Confirmation;

namespace Composer.Stages.Aggregate;

/// <summary>The output <c>aggregate.json</c>.</summary>
public sealed record AggregateOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "aggregate.json";

    /// <summary>The small order.</summary>
    public required LayerSequence Architecture { get; init; }

    public required string Notation { get; init; }

    /// <summary>Best first; the first one voted.</summary>
    public required IReadOnlyList<ClusterOutput> Clusters { get; init; }

    /// <summary>How each layer was chosen; empty where the best candidate was taken.</summary>
    public required IReadOnlyList<PositionOutput> Positions { get; init; }

    /// <summary>How the order was held against the best cluster's members; null where it was taken as it came.</summary>
    public ConfirmationOutput? Confirmation { get; init; }

    /// <summary>
    /// What every way makes of the same trials, the taken one among them; the others are not told where the search stopped candidates
    /// that could not become the best, since they read every score.
    /// </summary>
    public IReadOnlyList<ReadingOutput> Readings { get; init; } = [];

    /// <summary>Keys of all fresh runs' evaluations.</summary>
    [JsonIgnore]
    public IEnumerable<Digest> Evaluations =>
        (Confirmation?.Orders ?? []).Concat(Readings.Select(r => r.Order)).SelectMany(order => order.Evaluations).Distinct();
}

/// <summary>What one way makes of the trials.</summary>
/// <param name="Way">Such as <c>N_0</c>.</param>
/// <param name="IsChosen">Whether it is the manifest's.</param>
/// <param name="Order">The order with its fresh runs, which orders share; none where it was not run.</param>
/// <param name="Confirmed">
/// What fresh runs take for it: itself, or a member of the best cluster that they ran beside it; null where it was not run.
/// </param>
/// <param name="Verdict">Why; null likewise.</param>
public sealed record ReadingOutput(
    string Way, bool IsChosen, ConfirmedOrderOutput Order, LayerSequence? Confirmed, ConfirmationVerdict? Verdict);

/// <summary>What the aggregation proposed, and what fresh runs said of it.</summary>
/// <param name="Verdict">Whether the proposed order was taken, and why.</param>
/// <param name="Noise">Standard error of the difference of two orders' means; null when the runs tell of none.</param>
/// <param name="Difference">The proposed order's mean less the best of the others'; null when either failed.</param>
/// <param name="Orders">The proposed order first, then the members, best first by the search's score.</param>
public sealed record ConfirmationOutput(
    ConfirmationVerdict Verdict, double? Noise, double? Difference, IReadOnlyList<ConfirmedOrderOutput> Orders)
{
    /// <summary>The order that was held against the others.</summary>
    [JsonIgnore]
    public LayerSequence Proposed => Orders[0].Layers;
}

/// <summary>An order in the search and in fresh runs.</summary>
/// <param name="Layers">The order.</param>
/// <param name="Rank">From 1, the best, among the orders that were aggregated; null where the search did not try it.</param>
/// <param name="Score">The search's; null where it did not try the order.</param>
/// <param name="Runs">The fresh runs' scores; null where one failed.</param>
/// <param name="Mean">Of the fresh runs; null where one failed.</param>
/// <param name="Evaluations">Keys of the fresh runs' evaluations.</param>
public sealed record ConfirmedOrderOutput(
    LayerSequence Layers, int? Rank, double? Score, IReadOnlyList<double?> Runs, double? Mean, IReadOnlyList<Digest> Evaluations);

/// <summary>Candidates of similar score, best first.</summary>
public sealed record ClusterOutput(double Centroid, IReadOnlyList<LayerSequence> Members);

/// <summary>The votes on one layer.</summary>
public sealed record PositionOutput(string Chosen, IReadOnlyList<VoteOutput> Votes, TieBreak TieBreak);

/// <summary>How many members have this primitive here, and their mean score.</summary>
public sealed record VoteOutput(string Primitive, int Count, double MeanScore);
