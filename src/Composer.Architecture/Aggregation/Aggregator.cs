using System.Diagnostics;
using Composer.Architecture.Primitives;

namespace Composer.Architecture.Aggregation;

/// <summary>
/// Makes one order of layers of many scored ones: K-means on the score, then the votes of the best
/// cluster, layer by layer: the paper's Aggregator.
/// </summary>
/// <remarks>
/// <para>
/// Layer i is the primitive that most members have at i, among the members that agree with the
/// min(c, i) layers chosen just before it. Equally many votes: the lower mean score of those who vote for it, then
/// registry order. Some member always agrees: whoever voted for layer i agrees with the c layers before it
/// and with layer i, so also with the c layers before i + 1.
/// </para>
/// <para>
/// An order that occurs several times counts once, with the mean of its scores. The result does not depend
/// on the order of the candidates.
/// </para>
/// </remarks>
public static class Aggregator
{
    /// <summary>Aggregates.</summary>
    /// <param name="candidates">At least one; all of one length, with finite scores: failed trials stay outside.</param>
    /// <param name="settings">How.</param>
    /// <param name="registry">The primitives, whose order breaks ties; A and M when null.</param>
    /// <exception cref="ArgumentException">
    /// No candidate, lengths that differ, a score that is not finite, or the method is the least expected score.
    /// </exception>
    /// <exception cref="KeyNotFoundException">A symbol is not in the registry.</exception>
    public static AggregationResult Aggregate(
        IReadOnlyList<ScoredCandidate> candidates,
        AggregationSettings settings,
        PrimitiveRegistry? registry = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Condition);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Percentile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Percentile, 100);
        if (settings.Method == AggregationMethod.PosteriorMinimum)
        {
            throw new ArgumentException("The least expected score needs a surrogate, which is not here.", nameof(settings));
        }

        registry ??= PrimitiveRegistry.Default;
        Check(candidates);
        var ranks = Ranks(candidates, registry);
        var ordered = Distinct(candidates, ranks);
        var clusters = Cluster(ordered, settings.Clusters);
        var members = clusters[0].Members;
        if (settings.Method is AggregationMethod.BestCandidate or AggregationMethod.Percentile)
        {
            var rank = settings.Method == AggregationMethod.BestCandidate ? 0 : Rank(settings.Percentile, ordered.Count);
            return new AggregationResult(ordered[rank].Layers, clusters, []);
        }

        var condition = settings.Method == AggregationMethod.ConditionOnAll ? int.MaxValue : settings.Condition;
        var tallies = Vote(members, condition, ranks);
        var voted = LayerSequence.FromSymbols(tallies.Select(t => t.Chosen));
        var taken = settings.MembersOnly && members.All(m => m.Layers != voted) ? members[0].Layers : voted;
        return new AggregationResult(taken, clusters, tallies);
    }

    private static int Rank(double percentile, int count) =>
        (int)Math.Round((1 - (percentile / 100)) * (count - 1), MidpointRounding.AwayFromZero);

    private static List<PositionTally> Vote(
        IReadOnlyList<ScoredCandidate> members,
        int condition,
        Dictionary<char, int> ranks)
    {
        var tallies = new List<PositionTally>();
        for (var i = 0; i < members[0].Layers.Count; i++)
        {
            var from = i - Math.Min(condition, i);
            var votes = members
                .Where(m => Enumerable.Range(from, i - from).All(j => m.Layers[j] == tallies[j].Chosen))
                .GroupBy(m => m.Layers[i])
                .OrderBy(g => ranks[g.Key])
                .Select(g => new PrimitiveVotes(g.Key, g.Count(), g.Average(m => m.Score)))
                .ToList();
            Debug.Assert(votes.Count > 0, "Whoever voted for a layer votes again for the next.");
            tallies.Add(Choose(i, votes));
        }

        return tallies;
    }

    private static PositionTally Choose(int position, List<PrimitiveVotes> votes)
    {
        var most = votes.Max(v => v.Count);
        var tied = votes.Where(v => v.Count == most).ToList();
        var lowest = tied.Min(v => v.MeanScore);
        var best = tied.Where(v => v.MeanScore == lowest).ToList();
        var tieBreak = tied.Count == 1 ? TieBreak.None : best.Count == 1 ? TieBreak.MeanScore : TieBreak.RegistryOrder;
        return new PositionTally(position, votes, best[0].Symbol, tieBreak);
    }

    private static List<ScoreCluster> Cluster(List<ScoredCandidate> ordered, int clusters)
    {
        var result = new List<ScoreCluster>();
        var start = 0;
        foreach (var end in OptimalClustering.Ends([.. ordered.Select(c => c.Score)], clusters))
        {
            var members = ordered[start..end];
            result.Add(new ScoreCluster(members.Average(m => m.Score), members));
            start = end;
        }

        return result;
    }

    // Scores are summed in ascending order, so that the order of the candidates cannot change a bit.
    private static List<ScoredCandidate> Distinct(IReadOnlyList<ScoredCandidate> candidates, Dictionary<char, int> ranks) =>
        [.. candidates
            .GroupBy(c => c.Layers)
            .Select(g => new ScoredCandidate(g.Key, g.Select(c => c.Score).Order().Average()))
            .OrderBy(c => c.Score)
            .ThenBy(c => string.Concat(c.Layers.Select(symbol => (char)ranks[symbol])), StringComparer.Ordinal)];

    private static Dictionary<char, int> Ranks(IReadOnlyList<ScoredCandidate> candidates, PrimitiveRegistry registry)
    {
        var ranks = registry.All.Select((primitive, rank) => (primitive, rank)).ToDictionary(p => p.primitive.Symbol, p => p.rank);
        foreach (var symbol in candidates.SelectMany(c => c.Layers).Distinct())
        {
            _ = registry[symbol];
        }

        return ranks;
    }

    private static void Check(IReadOnlyList<ScoredCandidate> candidates)
    {
        if (candidates.Count == 0)
        {
            throw new ArgumentException("There is no candidate to aggregate.", nameof(candidates));
        }

        foreach (var candidate in candidates)
        {
            if (candidate.Layers.Count != candidates[0].Layers.Count || !double.IsFinite(candidate.Score))
            {
                throw new ArgumentException(
                    $"{candidate.Layers} ({candidate.Score}) has another length than the first candidate, or no finite score.",
                    nameof(candidates));
            }
        }
    }
}
