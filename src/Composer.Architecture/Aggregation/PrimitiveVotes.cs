namespace Composer.Architecture.Aggregation;

/// <summary>The members that have a primitive at a position.</summary>
/// <param name="Symbol">The primitive.</param>
/// <param name="Count">How many they are, at least 1.</param>
/// <param name="MeanScore">The mean of their scores; lower is better.</param>
public readonly record struct PrimitiveVotes(char Symbol, int Count, double MeanScore);
