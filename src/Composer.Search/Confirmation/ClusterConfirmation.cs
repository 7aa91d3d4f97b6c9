using Composer.Architecture;
using Composer.Architecture.Aggregation;

namespace Composer.Search.Confirmation;

/// <summary>Which orders fresh runs hold against each other.</summary>
public static class ClusterConfirmation
{
    /// <summary>The members of the best cluster that an order is held against, best first: others than itself.</summary>
    /// <param name="best">The cluster.</param>
    /// <param name="proposed">The order.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<LayerSequence> MembersBeside(ScoreCluster best, LayerSequence proposed, int most) =>
        [.. best.Members.Select(m => m.Layers).Where(m => m != proposed).Take(most)];

    /// <summary>
    /// What fresh runs make of an order and those members of the best cluster that were run; null where it was not, or none.
    /// </summary>
    /// <param name="best">The cluster.</param>
    /// <param name="proposed">The order.</param>
    /// <param name="most">How many members at most.</param>
    /// <param name="runs">The fresh runs by order, all of the same data.</param>
    public static OrderConfirmation? Of(
        ScoreCluster best, LayerSequence proposed, int most, IReadOnlyDictionary<LayerSequence, FreshRuns> runs)
    {
        FreshRuns[] members = [.. MembersBeside(best, proposed, most).Where(runs.ContainsKey).Select(m => runs[m])];
        return members.Length > 0 && runs.TryGetValue(proposed, out var own) ? OrderConfirmation.Of(own, members) : null;
    }
}
