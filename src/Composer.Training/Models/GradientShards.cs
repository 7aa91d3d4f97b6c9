using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Models;

/// <summary>
/// Packed gradients, one for each shard of a batch, and their sum. How many shards there are depends on
/// the batch and the model alone, and they are added in order: the sum is the same on any number of threads.
/// </summary>
/// <remarks>
/// A small model has up to 16 shards: threads never meet, and what that costs is little beside the activations.
/// A large one has a single gradient, which threads add to in turn (<see cref="GradientTurns"/>): with the
/// parameters, their transposed copy and the two moments it makes 20 bytes a parameter, 1.25 times the 16 that
/// training cannot do without.
/// </remarks>
internal sealed unsafe class GradientShards(long count, int threads) : IDisposable
{
    /// <summary>More would serve only more threads than that.</summary>
    private const int MostShards = 16;

    /// <summary>Floats of the largest model that has more than one.</summary>
    private const long LargestSharded = 1L << 22;

    private readonly AlignedArena arena = new();
    private readonly List<nint> buffers = [];

    /// <summary>The sum, once reduced.</summary>
    public float* Sum => (float*)buffers[0];

    /// <summary>Bytes that the shards take.</summary>
    public long Bytes => arena.Bytes;

    /// <summary>Whether there is one gradient alone, however large the batch.</summary>
    public static bool IsSingle(long parameters) => parameters > LargestSharded;

    public static int CountFor(int sequences, long parameters) =>
        IsSingle(parameters) ? 1 : Math.Min(sequences, MostShards);

    /// <summary>Sequences of a shard: as equal as they can be, in order.</summary>
    public static (int First, int End) RangeOf(int shard, int shards, int sequences) =>
        ((int)((long)sequences * shard / shards), (int)((long)sequences * (shard + 1) / shards));

    /// <summary>One thread adds each shard as soon as it is done, and needs two buffers only.</summary>
    public void Reserve(int shards)
    {
        while (buffers.Count < (threads == 1 ? Math.Min(shards, 2) : shards))
        {
            buffers.Add((nint)arena.Allocate(count));
        }
    }

    /// <summary>The zeroed gradient of a shard.</summary>
    public float* Begin(int shard)
    {
        var buffer = (float*)buffers[threads == 1 ? Math.Min(shard, 1) : shard];
        for (long i = 0; i < count; i += int.MaxValue)
        {
            new Span<float>(buffer + i, (int)Math.Min(count - i, int.MaxValue)).Clear();
        }

        return buffer;
    }

    /// <summary>With one thread: adds the shard to the sum.</summary>
    public void End(ScalarKernels kernels, int shard)
    {
        if (threads == 1 && shard > 0)
        {
            kernels.Add(Sum, (float*)buffers[1], (nint)count);
        }
    }

    /// <summary>Adds the other shards of a range to the sum.</summary>
    /// <returns>The range's sum of squares.</returns>
    public double Reduce(ScalarKernels kernels, int shards, long offset, int length)
    {
        for (var shard = 1; shard < shards && threads > 1; shard++)
        {
            kernels.Add(Sum + offset, (float*)buffers[shard] + offset, length);
        }

        return kernels.SumOfSquares(Sum + offset, length);
    }

    public void Dispose() => arena.Dispose();
}
