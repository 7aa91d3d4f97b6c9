using Composer.Core.Ranks;

namespace Composer.Training.Ranks;

/// <summary>
/// How the gradient of a batch is summed: the batch is cut into contiguous shards, each shard's gradient is computed by itself, and
/// shards are added in pairs, ((0 + 1) + (2 + 3)) + …, those of one rank by that rank, the rest between the ranks.
/// </summary>
/// <remarks>
/// The shards determine the result; the ranks do not, as every number is the sum of the same pairs on one rank and on several.
/// </remarks>
public sealed record GradientSplit
{
    /// <summary>The most shards.</summary>
    public const int MostShards = 256;

    /// <param name="shards">A power of two, 1 … 256.</param>
    /// <param name="ranks">The processes that share them; a power of two, no more than shards.</param>
    /// <exception cref="ArgumentException">A number is none of those.</exception>
    public GradientSplit(int shards, IRankGroup ranks)
    {
        if (!int.IsPow2(shards) || shards > MostShards)
        {
            throw new ArgumentException($"{shards} gradient shards: it must be a power of two, at most {MostShards}.", nameof(shards));
        }

        if (!int.IsPow2(ranks.Count) || ranks.Count > shards)
        {
            throw new ArgumentException(
                $"{ranks.Count} ranks for {shards} gradient shards: it must be a power of two, no more than the shards.", nameof(ranks));
        }

        (Shards, Ranks) = (shards, ranks);
    }

    /// <summary>One shard, one process.</summary>
    public static GradientSplit Whole { get; } = new(1, SingleRank.Instance);

    /// <summary>Shards of a batch.</summary>
    public int Shards { get; }

    /// <summary>The processes that compute them.</summary>
    public IRankGroup Ranks { get; }

    /// <summary>Whether a batch is one shard of one process.</summary>
    public bool IsWhole => Shards == 1;

    /// <summary>How many shards each rank computes.</summary>
    public int ShardsOfRank => Shards / Ranks.Count;

    /// <summary>This rank's first shard.</summary>
    public int FirstShard => Ranks.Rank * ShardsOfRank;

    /// <summary>Gradients that one rank has in memory at most, while it adds its shards depth first: 1 + log2 of their number.</summary>
    public int GradientsAtOnce => 1 + int.Log2(ShardsOfRank);

    /// <summary>The sequences of a shard, the first and the one behind the last.</summary>
    public (int First, int End) RangeOf(int shard, int sequences) =>
        ((int)((long)shard * sequences / Shards), (int)((long)(shard + 1) * sequences / Shards));

    /// <summary>Makes sure that no shard is empty.</summary>
    /// <exception cref="ArgumentException">The batch has fewer sequences than shards.</exception>
    public void Require(int sequences)
    {
        if (sequences < Shards)
        {
            throw new ArgumentException($"{sequences} sequences cannot be cut into {Shards} shards.", nameof(sequences));
        }
    }

    /// <summary>How many pairs are added once this many shards of a rank are done: each ends one more level.</summary>
    public static int PairsAfter(int shardsDone) => int.TrailingZeroCount(shardsDone);
}
