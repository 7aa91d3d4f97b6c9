using System.Globalization;
using Composer.Architecture.Aggregation;

namespace Composer.Search.Aggregation;

/// <summary>A way to make one order of a search's trials.</summary>
/// <param name="Name">Such as N_0.</param>
/// <param name="Method">The algorithm.</param>
/// <param name="Condition">c of N_c; the other methods have 0.</param>
public sealed record AggregationWay(string Name, AggregationMethod Method, int Condition)
{
    /// <summary>The settings of it.</summary>
    /// <param name="clusters">Clusters of the K-means.</param>
    public AggregationSettings Settings(int clusters) => new(Method, Condition, clusters);

    /// <summary>The way that a manifest names, one of <see cref="AggregationComparison.Ways"/> or one beside them.</summary>
    public static AggregationWay Of(AggregateSettings settings) =>
        AggregationComparison.Ways.FirstOrDefault(way => way.Method == settings.Method
            && (way.Method != AggregationMethod.ConditionOnSome || way.Condition == settings.Condition))
        ?? (settings.Method == AggregationMethod.ConditionOnSome
            ? new AggregationWay(
                string.Create(CultureInfo.InvariantCulture, $"N_{settings.Condition}"), settings.Method, settings.Condition)
            : new AggregationWay(string.Create(CultureInfo.InvariantCulture, $"percentile {settings.Percentile}"), settings.Method, 0));
}
