namespace Composer.Architecture.Aggregation;

/// <summary>Candidates whose scores lie together.</summary>
/// <param name="Centroid">The mean of the members' scores.</param>
/// <param name="Members">At least one; by score, best first, then by layers.</param>
/// <remarks>Immutable; equal by reference, as its list is.</remarks>
public sealed record ScoreCluster(double Centroid, IReadOnlyList<ScoredCandidate> Members);
