using Composer.Training.Kernels;
using Composer.Training.Parameters;
using Composer.Training.Ranks;

namespace Composer.Training.Cpu;

/// <summary>
/// Packed gradients and their sum: a batch is cut into shards (<see cref="GradientSplit"/>), a shard into pieces that threads share.
/// How many pieces there are depends on the shard and the model alone. Pieces of a shard are added in order, shards in pairs: the sum is
/// the same on any number of threads.
/// </summary>
/// <remarks>
/// A small model has up to 24 pieces a shard: threads meet only where a piece is added. What waits for its turn is
/// bounded, so that the sum is made of what is still in a near cache. A large model has a single gradient a shard, which
/// threads add to in turn (<see cref="GradientTurns"/>): with the parameters, their transposed copy and the two
/// moments it makes 20 bytes a parameter, 1.25 times the 16 that training cannot do without. Shards are added depth first,
/// so that there are 1 + log2 of their number of gradients at once.
/// </remarks>
internal sealed unsafe class GradientPieces(long count, int threads) : IDisposable
{
    /// <summary>More would serve only more threads than that.</summary>
    private const int EqualPieces = 16;

    /// <summary>Pieces of each size of a large shard.</summary>
    private const int OfOneSize = 8;

    private const int MostPieces = 3 * OfOneSize;

    /// <summary>Sequences that eight pieces of five parts, of two and of one divide.</summary>
    private const int GradedParts = OfOneSize * (5 + 2 + 1);

    /// <summary>Floats of the largest model that has more than one.</summary>
    private const long LargestCut = 1L << 22;

    private readonly AlignedArena arena = new();
    private readonly Lock turn = new();
    private readonly List<Piece> pieces = [];
    private readonly List<nint> buffers = [];
    private nint[] done = [];
    private nint[] free = [];
    private nint[] sums = [];
    private int freeCount;
    private int depth;
    private int shardsAdded;
    private int taken;
    private int added;
    private bool adding;
    private volatile bool aborted;

    /// <summary>The sum, once all is added.</summary>
    public float* Sum => (float*)sums[0];

    /// <summary>Bytes that sums and pieces take.</summary>
    public long Bytes => arena.Bytes;

    /// <summary>Whether a shard has one gradient alone, however large it is.</summary>
    public static bool IsSingle(long parameters) => parameters > LargestCut;

    public static int CountFor(int sequences, long parameters) =>
        IsSingle(parameters) ? 1
        : sequences < GradedParts ? Math.Min(sequences, EqualPieces)
        : MostPieces;

    /// <summary>
    /// Sequences of a piece, in order: equal numbers where they are few. Where they are many the last are smaller, so
    /// that no thread waits long for another one's last piece.
    /// </summary>
    public static (int First, int End) RangeOf(int piece, int pieces, int sequences) =>
        pieces == MostPieces
            ? ((int)((long)sequences * PartsBefore(piece) / GradedParts), (int)((long)sequences * PartsBefore(piece + 1) / GradedParts))
            : ((int)((long)sequences * piece / pieces), (int)((long)sequences * (piece + 1) / pieces));

    /// <summary>Makes room, and starts with the first piece of this rank's first shard.</summary>
    public void Begin(GradientSplit split, int sequences)
    {
        pieces.Clear();
        for (var shard = split.FirstShard; shard < split.FirstShard + split.ShardsOfRank; shard++)
        {
            var (start, end) = split.RangeOf(shard, sequences);
            var cut = CountFor(end - start, count);
            for (var i = 0; i < cut; i++)
            {
                var (first, last) = RangeOf(i, cut, end - start);
                pieces.Add(new Piece(start + first, start + last, Begins: i == 0, Ends: i == cut - 1));
            }
        }

        // The sums of shards; and of the pieces that are no sum, one under way on each thread and one that waits for it.
        var waiting = IsSingle(count) ? 0 : Math.Min(pieces.Count - 1, threads == 1 ? 1 : 2 * threads);
        Reserve(split.GradientsAtOnce + waiting);
        if (done.Length < pieces.Count)
        {
            done = new nint[pieces.Count];
        }

        Array.Clear(done);
        (taken, added, adding, aborted) = (0, 0, false, false);
    }

    /// <summary>Takes the next piece; waits where others are too far behind.</summary>
    /// <param name="piece">Its number.</param>
    /// <param name="first">Its first sequence.</param>
    /// <param name="end">The sequence behind its last.</param>
    /// <returns>Its gradient, zeroed; null when all pieces are taken.</returns>
    public float* Take(out int piece, out int first, out int end)
    {
        var spin = default(SpinWait);
        nint buffer;
        while (!TryTake(out piece, out buffer))
        {
            spin.SpinOnce();
        }

        (first, end) = (0, 0);
        if (buffer != 0)
        {
            (first, end) = (pieces[piece].First, pieces[piece].End);
            Clear((float*)buffer);
        }

        return (float*)buffer;
    }

    /// <summary>Leaves a finished piece, and adds up what is next in order.</summary>
    public void Add(TierKernels kernels, int piece, float* gradient)
    {
        lock (turn)
        {
            done[piece] = (nint)gradient;
            if (adding)
            {
                return;
            }

            adding = true;
        }

        while (NextToAdd() is var next && next != 0)
        {
            var place = pieces[added];
            if (place.Begins)
            {
                sums[depth++] = next;
            }
            else
            {
                kernels.Add((float*)sums[depth - 1], (float*)next, (nint)count);
                Free(next);
            }

            if (place.Ends)
            {
                for (var pairs = PairsAfterShard(); pairs > 0; pairs--)
                {
                    var (lower, upper) = PairOfSums();
                    kernels.Add((float*)lower, (float*)upper, (nint)count);
                    EndPair();
                }
            }

            lock (turn)
            {
                added++;
            }
        }
    }

    /// <summary>The gradient of a large model's next shard, zeroed: the threads' caller takes it for them.</summary>
    public float* TakeShard()
    {
        var buffer = free[--freeCount];
        sums[depth++] = buffer;
        Clear((float*)buffer);
        return (float*)buffer;
    }

    /// <summary>How many pairs of sums are to be added once one more shard is done.</summary>
    public int PairsAfterShard() => GradientSplit.PairsAfter(++shardsAdded);

    /// <summary>The next pair: the upper is to be added to the lower.</summary>
    public (nint Lower, nint Upper) PairOfSums() => (sums[depth - 2], sums[depth - 1]);

    /// <summary>The pair is added.</summary>
    public void EndPair() => Free(sums[--depth]);

    /// <summary>A thread failed: nobody shall wait for its piece.</summary>
    public void Abort() => aborted = true;

    public void Dispose() => arena.Dispose();

    private static int PartsBefore(int piece) =>
        (5 * Math.Min(piece, OfOneSize)) + (2 * Math.Clamp(piece - OfOneSize, 0, OfOneSize)) + Math.Max(0, piece - (2 * OfOneSize));

    private void Clear(float* gradient)
    {
        for (long i = 0; i < count; i += int.MaxValue)
        {
            new Span<float>(gradient + i, (int)Math.Min(count - i, int.MaxValue)).Clear();
        }
    }

    private void Reserve(int wanted)
    {
        while (buffers.Count < wanted)
        {
            buffers.Add((nint)arena.Allocate(count));
        }

        if (free.Length < buffers.Count)
        {
            (free, sums) = (new nint[buffers.Count], new nint[buffers.Count]);
        }

        buffers.CopyTo(free);
        (freeCount, depth, shardsAdded) = (buffers.Count, 0, 0);
    }

    private bool TryTake(out int piece, out nint buffer)
    {
        lock (turn)
        {
            (piece, buffer) = (taken, 0);
            if (aborted)
            {
                throw new OperationCanceledException("Another thread's piece failed.");
            }

            if (taken == pieces.Count)
            {
                return true;
            }

            if (freeCount == 0)
            {
                return false;
            }

            buffer = free[--freeCount];
            taken++;
            return true;
        }
    }

    private void Free(nint buffer)
    {
        lock (turn)
        {
            free[freeCount++] = buffer;
        }
    }

    private nint NextToAdd()
    {
        lock (turn)
        {
            if (added < pieces.Count && done[added] != 0)
            {
                return done[added];
            }

            adding = false;
            return 0;
        }
    }

    private readonly record struct Piece(int First, int End, bool Begins, bool Ends);
}
