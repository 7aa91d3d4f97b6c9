using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Cpu;

/// <summary>
/// Packed gradients, one for each shard of a batch, and their sum. How many shards there are depends on
/// the batch and the model alone, and they are added in order: the sum is the same on any number of threads.
/// </summary>
/// <remarks>
/// A small model has up to 24 shards: threads meet only where a shard is added. What waits for its turn is
/// bounded, so that the sum is made of what is still in a near cache. A large model has a single gradient, which
/// threads add to in turn (<see cref="GradientTurns"/>): with the parameters, their transposed copy and the two
/// moments it makes 20 bytes a parameter, 1.25 times the 16 that training cannot do without.
/// </remarks>
internal sealed unsafe class GradientShards(long count, int threads) : IDisposable
{
    /// <summary>More would serve only more threads than that.</summary>
    private const int EqualShards = 16;

    /// <summary>Shards of each size of a large batch.</summary>
    private const int OfOneSize = 8;

    private const int MostShards = 3 * OfOneSize;

    /// <summary>Sequences that eight shards of five parts, of two and of one divide.</summary>
    private const int GradedParts = OfOneSize * (5 + 2 + 1);

    /// <summary>Floats of the largest model that has more than one.</summary>
    private const long LargestSharded = 1L << 22;

    private readonly AlignedArena arena = new();
    private readonly Lock turn = new();
    private readonly nint[] done = new nint[MostShards];
    private readonly nint[] free = new nint[MostShards];
    private readonly List<nint> buffers = new(MostShards);
    private nint sum;
    private int freeCount;
    private int shards;
    private int taken;
    private int added;
    private bool adding;
    private volatile bool aborted;

    /// <summary>The sum, once all shards are added.</summary>
    public float* Sum => (float*)sum;

    /// <summary>Bytes that the sum and the shards take.</summary>
    public long Bytes => arena.Bytes;

    /// <summary>Whether there is one gradient alone, however large the batch.</summary>
    public static bool IsSingle(long parameters) => parameters > LargestSharded;

    public static int CountFor(int sequences, long parameters) =>
        IsSingle(parameters) ? 1
        : sequences < GradedParts ? Math.Min(sequences, EqualShards)
        : MostShards;

    /// <summary>
    /// Sequences of a shard, in order: equal numbers where they are few. Where they are many the last are smaller, so
    /// that no thread waits long for another one's last shard.
    /// </summary>
    public static (int First, int End) RangeOf(int shard, int shards, int sequences) =>
        shards == MostShards
            ? ((int)((long)sequences * PartsBefore(shard) / GradedParts), (int)((long)sequences * PartsBefore(shard + 1) / GradedParts))
            : ((int)((long)sequences * shard / shards), (int)((long)sequences * (shard + 1) / shards));

    /// <summary>Makes room, and starts with the first shard.</summary>
    public void Begin(int shards)
    {
        // One under way on each thread and one that waits for it; the first goes straight to the sum.
        var wanted = Math.Min(shards - 1, threads == 1 ? 1 : 2 * threads);
        sum = sum == 0 ? (nint)arena.Allocate(count) : sum;
        while (buffers.Count < wanted)
        {
            buffers.Add((nint)arena.Allocate(count));
        }

        buffers.CopyTo(free);
        freeCount = buffers.Count;
        Array.Clear(done);
        (this.shards, taken, added, adding, aborted) = (shards, 0, 0, false, false);
    }

    /// <summary>Takes the next shard; waits where others are too far behind.</summary>
    /// <param name="shard">Its number.</param>
    /// <returns>Its gradient, zeroed; null when all shards are taken.</returns>
    public float* Take(out int shard)
    {
        var spin = default(SpinWait);
        nint buffer;
        while (!TryTake(out shard, out buffer))
        {
            spin.SpinOnce();
        }

        if (buffer != 0)
        {
            Clear((float*)buffer);
        }

        return (float*)buffer;
    }

    /// <summary>Leaves a finished shard, and adds to the sum what is next in order.</summary>
    public void Add(TierKernels kernels, int shard, float* gradient)
    {
        lock (turn)
        {
            done[shard] = (nint)gradient;
            if (adding)
            {
                return;
            }

            adding = true;
        }

        while (NextToAdd() is var next && next != 0)
        {
            if (next != sum)
            {
                kernels.Add(Sum, (float*)next, (nint)count);
            }

            lock (turn)
            {
                added++;
                if (next != sum)
                {
                    free[freeCount++] = next;
                }
            }
        }
    }

    /// <summary>A thread failed: nobody shall wait for its shard.</summary>
    public void Abort() => aborted = true;

    /// <summary>Zeroes a gradient.</summary>
    public void Clear(float* gradient)
    {
        for (long i = 0; i < count; i += int.MaxValue)
        {
            new Span<float>(gradient + i, (int)Math.Min(count - i, int.MaxValue)).Clear();
        }
    }

    public void Dispose() => arena.Dispose();

    private static int PartsBefore(int shard) =>
        (5 * Math.Min(shard, OfOneSize)) + (2 * Math.Clamp(shard - OfOneSize, 0, OfOneSize)) + Math.Max(0, shard - (2 * OfOneSize));

    private bool TryTake(out int shard, out nint buffer)
    {
        lock (turn)
        {
            (shard, buffer) = (taken, 0);
            if (aborted)
            {
                throw new OperationCanceledException("Another thread's shard failed.");
            }

            if (taken == shards)
            {
                return true;
            }

            if (taken > 0 && freeCount == 0)
            {
                return false;
            }

            buffer = taken == 0 ? sum : free[--freeCount];
            taken++;
            return true;
        }
    }

    private nint NextToAdd()
    {
        lock (turn)
        {
            if (added < shards && done[added] != 0)
            {
                return done[added];
            }

            adding = false;
            return 0;
        }
    }
}
