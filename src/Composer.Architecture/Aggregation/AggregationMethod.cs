using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Architecture.Aggregation;

/// <summary>How the best cluster becomes one order, as the paper's Aggregator has it. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<AggregationMethod>))]
public enum AggregationMethod
{
    /// <summary>N_c: each position's mode among the members that agree with the c layers chosen before it.</summary>
    [JsonStringEnumMemberName("n-c")]
    ConditionOnSome = 0,

    /// <summary>N_(i−1): each position's mode among the members that agree with all the layers chosen before it.</summary>
    [JsonStringEnumMemberName("n-previous")]
    ConditionOnAll = 1,

    /// <summary>p100: the best candidate itself.</summary>
    [JsonStringEnumMemberName("p100")]
    BestCandidate = 2,

    /// <summary>The candidate at a percentile of the scores, from 0 (the worst) to 100 (the best), by nearest rank.</summary>
    Percentile = 3,

    /// <summary>The order of the least expected score under a surrogate of all scores; needs Composer.Search.</summary>
    [JsonStringEnumMemberName("posterior")]
    PosteriorMinimum = 4,
}
