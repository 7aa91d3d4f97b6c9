namespace Composer.Architecture.Aggregation;

/// <summary>How one layer was chosen.</summary>
/// <param name="Position">The layer, counted from 0 at the input.</param>
/// <param name="Votes">Every primitive that a matching member has here, in registry order.</param>
/// <param name="Chosen">The primitive that won.</param>
/// <param name="TieBreak">What decided where the most votes were equal.</param>
public sealed record PositionTally(int Position, IReadOnlyList<PrimitiveVotes> Votes, char Chosen, TieBreak TieBreak)
{
    /// <summary>Members of the cluster that agree with the layers conditioned on; at least 1.</summary>
    public int Voters => Votes.Sum(v => v.Count);
}
