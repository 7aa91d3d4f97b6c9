using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Architecture.Aggregation;

/// <summary>How to aggregate.</summary>
/// <param name="Method">The algorithm.</param>
/// <param name="Condition">c of N_c, at least 0; the other methods ignore it.</param>
/// <param name="Clusters">Clusters asked of the K-means, at least 1; fewer where there are fewer distinct scores.</param>
/// <param name="Percentile">From 0, the worst candidate, to 100, the best; for the method of that name.</param>
/// <param name="MembersOnly">
/// Whether a vote whose order is no member of the best cluster gives way to the cluster's best member: a vote by position
/// can make an order that is like none of those that it votes on.
/// </param>
public sealed record AggregationSettings(
    AggregationMethod Method, int Condition, int Clusters, double Percentile = 100, bool MembersOnly = false) : IReadsSelectively
{
    /// <summary>The paper's choice: N_0 of the best of five clusters.</summary>
    public static AggregationSettings Default { get; } = new(AggregationMethod.ConditionOnSome, Condition: 0, Clusters: 5);

    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        .. Method == AggregationMethod.ConditionOnSome ? Array.Empty<string>() : [nameof(Condition)],
        .. Method == AggregationMethod.Percentile ? Array.Empty<string>() : [nameof(Percentile)],
    ];
}
