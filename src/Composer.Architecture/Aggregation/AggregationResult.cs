namespace Composer.Architecture.Aggregation;

/// <summary>One small order of layers made of many, and how.</summary>
/// <param name="Layers">The order.</param>
/// <param name="Clusters">All clusters, best first; the first one voted.</param>
/// <param name="Tallies">One for each layer; empty where one candidate was taken as it is.</param>
/// <remarks>Immutable; equal by reference, as its lists are.</remarks>
public sealed record AggregationResult(
    LayerSequence Layers,
    IReadOnlyList<ScoreCluster> Clusters,
    IReadOnlyList<PositionTally> Tallies)
{
    /// <summary>The cluster with the lowest centroid.</summary>
    public ScoreCluster Best => Clusters[0];
}
