using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture.Aggregation;
using Composer.Core.Settings;

namespace Composer.Search.Aggregation;

/// <summary>How trials become one small architecture: a manifest's section <c>aggregate</c>.</summary>
public sealed record AggregateSettings : IReadsSelectively
{
    [Description("n-c: conditioned on the c layers before; n-previous: on all the layers before (N_(i-1)); p100: the best candidate; "
        + "percentile: the one at a percentile of the scores; posterior: the least expected score of all orders, tried or not.")]
    public AggregationMethod Method { get; init; } = AggregationMethod.BestCandidate;

    [Description("Clusters of the K-means over the score; the best one aggregates."), SettingRange(1, 1000)]
    public int Clusters { get; init; } = AggregationSettings.Default.Clusters;

    [Description("c of N_c: how many layers before are conditioned on."), SettingRange(0, 64)]
    public int Condition { get; init; } = AggregationSettings.Default.Condition;

    [Description("Which candidate percentile takes: 0 the worst, 50 the median, 100 the best."), SettingRange(0, 100)]
    public double Percentile { get; init; } = AggregationSettings.Default.Percentile;

    [Description("Train the order that the method makes, and the best members of the best cluster, with fresh seeds, "
        + "and take it only when it is not worse than they are beyond the noise, else the best of them; between the phases of an "
        + "incremental search a vote that is no member of the best cluster gives way to its best member. "
        + "false is the paper's literal rule. Where nothing is said, true, but false of percentile, which is asked for for its own sake.")]
    public bool? Confirm { get; init; }

    [Description("Other members of the best cluster that confirm trains beside the order, best first."), SettingRange(1, 100)]
    public int ConfirmMembers { get; init; } = 5;

    [Description("Fresh runs of each order that confirm trains; a run is all of evaluate's tasks, settings and repetitions.")]
    [SettingRange(2, 100)]
    public int ConfirmRuns { get; init; } = 3;

    [Description("Train the orders of the other ways (N_0, N_1, N_(i-1), the best candidate, the least expected score) with the same fresh "
        + "seeds, too, so that the report and search compare say which of them fresh runs would take.")]
    public bool ConfirmReadings { get; init; }

    /// <summary>The algorithm's own settings.</summary>
    [JsonIgnore]
    public AggregationSettings Voting => new(Method, Condition, Clusters, Percentile);

    /// <summary>The same between the phases of an incremental search, where nothing is trained to confirm a vote.</summary>
    [JsonIgnore]
    public AggregationSettings BetweenPhases => Voting with { MembersOnly = Confirms && IsMade };

    /// <summary>Whether the order is held against candidates.</summary>
    [JsonIgnore]
    public bool Confirms => Confirm ?? Method != AggregationMethod.Percentile;

    /// <summary>How many orders are trained at most.</summary>
    [JsonIgnore]
    public int MostConfirmed => ConfirmMembers + 1 + (ConfirmReadings ? AggregationComparison.Ways.Count - 1 : 0);

    /// <summary>Whether the order may be none that was tried.</summary>
    private bool IsMade =>
        Method is AggregationMethod.ConditionOnSome or AggregationMethod.ConditionOnAll or AggregationMethod.PosteriorMinimum;

    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        .. Method == AggregationMethod.ConditionOnSome ? Array.Empty<string>() : [nameof(Condition)],
        .. Method == AggregationMethod.Percentile ? Array.Empty<string>() : [nameof(Percentile)],
        .. Confirms ? Array.Empty<string>() : [nameof(ConfirmMembers), nameof(ConfirmRuns), nameof(ConfirmReadings)],
    ];
}
