using Composer.Core;

namespace Composer.Search.Aggregation;

/// <summary>A search that is over.</summary>
/// <param name="Space">Where it looked.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Trials">The completed trials of its result.</param>
public sealed record FinishedSearch(SearchSpace Space, Seed Seed, IReadOnlyList<Trial> Trials);
