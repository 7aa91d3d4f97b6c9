namespace Composer.Architecture.Aggregation;

/// <summary>A small order of layers and what its evaluation gave.</summary>
/// <param name="Layers">The order.</param>
/// <param name="Score">Finite; lower is better.</param>
public sealed record ScoredCandidate(LayerSequence Layers, double Score);
