using Composer.Architecture.Aggregation;
using Composer.Manifests.Model;

namespace Composer.Pipeline.Stages;

/// <summary>What <c>[aggregate]</c> asks for, in the terms of the algorithm.</summary>
internal static class AggregatePlan
{
    public static AggregationSettings Settings(AggregateSection section) =>
        AggregationMethodName.TryParse(section.Method, out var method, out var error)
            ? new AggregationSettings(method, section.Condition, section.Clusters, section.Percentile)
            : throw new InvalidOperationException(error);
}
