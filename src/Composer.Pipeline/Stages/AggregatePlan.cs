using Composer.Architecture.Aggregation;
using Composer.Manifests.Model;
using Composer.Core;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages.Search;

namespace Composer.Pipeline.Stages;

/// <summary>What <c>[aggregate]</c> asks for, in the terms of the algorithm.</summary>
internal static class AggregatePlan
{
    public static AggregationSettings Settings(AggregateSection section) =>
        AggregationMethodName.TryParse(section.Method, out var method, out var error)
            ? new AggregationSettings(method, section.Condition, section.Clusters, section.Percentile)
            : throw new InvalidOperationException(error);

    /// <summary>Between the phases of an incremental search, where nothing is trained to confirm a vote.</summary>
    public static AggregationSettings BetweenPhases(AggregateSection section) =>
        Settings(section) with { MembersOnly = Confirms(section) };

    /// <summary>Whether the order is held against candidates; what is a candidate by its method already is not.</summary>
    public static bool Confirms(AggregateSection section) => section is { Confirm: true, Method: "n-c" or "n-previous" or "posterior" };

    /// <summary>The fields that this method reads, and no other.</summary>
    public static Preimage.Builder AddAggregate(this Preimage.Builder key, AggregateSection section)
    {
        key.Add("aggregate.method", section.Method).Add("aggregate.clusters", section.Clusters);
        return section.Method switch
        {
            "n-c" => key.Add("aggregate.condition", section.Condition),
            "percentile" => key.Add("aggregate.percentile", section.Percentile),
            _ => key,
        };
    }

    /// <summary>What the least expected score depends on beside the trials: where it is looked for.</summary>
    public static Preimage.Builder AddSurrogate(this Preimage.Builder key, ExperimentManifest manifest)
    {
        if (manifest.Aggregate.Method == "posterior")
        {
            key.Add("seed", new Seed(manifest.Seed));
            SearchPlan.AddConstraints(key, manifest.Search);
        }

        return key;
    }
}
