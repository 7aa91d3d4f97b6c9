using Composer.Architecture.Aggregation;

namespace Composer.Pipeline.Stages;

/// <summary>The output <c>aggregate.json</c>.</summary>
public sealed record AggregateOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "aggregate.json";

    /// <summary>The small order, one letter a layer.</summary>
    public required string Architecture { get; init; }

    public required string Notation { get; init; }

    /// <summary>Best first; the first one voted.</summary>
    public required IReadOnlyList<ClusterOutput> Clusters { get; init; }

    /// <summary>How each layer was chosen; empty where the best candidate was taken.</summary>
    public required IReadOnlyList<PositionOutput> Positions { get; init; }
}

/// <summary>Candidates of similar score, best first.</summary>
public sealed record ClusterOutput(double Centroid, IReadOnlyList<string> Members);

/// <summary>The votes on one layer.</summary>
public sealed record PositionOutput(string Chosen, IReadOnlyList<VoteOutput> Votes, TieBreak TieBreak);

/// <summary>How many members have this primitive here, and their mean score.</summary>
public sealed record VoteOutput(string Primitive, int Count, double MeanScore);
