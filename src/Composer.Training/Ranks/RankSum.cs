using System.Runtime.InteropServices;
using Composer.Core.Ranks;

namespace Composer.Training.Ranks;

/// <summary>
/// Adds the gradients of all ranks, so that each has the sum, the same bits on all: recursive halving, then recursive doubling
/// (Rabenseifner's reduction). A rank adds with the one beside it first, then with the one two further, and so on: the same pairs as
/// one process adds, and a + b is b + a.
/// </summary>
/// <remarks>
/// Each rank sends 2 · (R − 1) / R of the gradient's bytes. A message has at most so many bytes as a bucket, so that the memory which
/// it takes is small and the next one is computed on while it is in a near cache.
/// </remarks>
/// <param name="ranks">A power of two of them.</param>
/// <param name="bucketFloats">Numbers of a message at most; a multiple of 16.</param>
public sealed class RankSum(IRankGroup ranks, int bucketFloats = RankSum.BucketFloats)
{
    /// <summary>4 MiB.</summary>
    public const int BucketFloats = 1 << 20;

    /// <summary>Halves begin at a multiple of it: a cache line.</summary>
    private const long Granule = 16;

    private readonly int bucket = bucketFloats % Granule == 0 && bucketFloats > 0
        ? bucketFloats
        : throw new ArgumentOutOfRangeException(nameof(bucketFloats));

    private float[] received = [];

    /// <summary>Bytes that messages are received in.</summary>
    public long Bytes => (long)received.Length * sizeof(float);

    /// <summary>Replaces each rank's gradient by the sum of all.</summary>
    public void Add(ISharedGradient gradient)
    {
        var range = new Range(0, gradient.Count);
        var halves = new Stack<(int Peer, Range Kept, Range Given)>();
        for (var distance = 1; distance < ranks.Count; distance *= 2)
        {
            var (lower, upper) = range.Halve();
            var (kept, given) = (ranks.Rank & distance) == 0 ? (lower, upper) : (upper, lower);
            var peer = ranks.Rank ^ distance;
            Exchange(gradient, peer, given, kept, adds: true);
            halves.Push((peer, kept, given));
            range = kept;
        }

        foreach (var (peer, kept, given) in halves)
        {
            Exchange(gradient, peer, kept, given, adds: false);
        }
    }

    /// <summary>The sum of a number of each rank, by the same pairs.</summary>
    public double Add(double value)
    {
        for (var distance = 1; distance < ranks.Count; distance *= 2)
        {
            var other = 0.0;
            ranks.SendReceive(
                ranks.Rank ^ distance,
                MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in value)),
                MemoryMarshal.AsBytes(new Span<double>(ref other)));
            value += other;
        }

        return value;
    }

    private void Exchange(ISharedGradient gradient, int peer, Range sent, Range wanted, bool adds)
    {
        var most = (int)Math.Min(bucket, Math.Max(wanted.Count, 1));
        if (received.Length < most)
        {
            received = new float[most];
        }

        for (var done = 0L; done < Math.Max(sent.Count, wanted.Count); done += bucket)
        {
            var (sending, receiving) = (sent.CountFrom(done, bucket), wanted.CountFrom(done, bucket));
            var others = received.AsSpan(0, receiving);
            var own = sending == 0 ? [] : gradient.Send(sent.Start + done, sending);
            ranks.SendReceive(peer, MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(others));
            if (receiving == 0)
            {
                continue;
            }

            if (adds)
            {
                gradient.Add(wanted.Start + done, others);
            }
            else
            {
                gradient.Replace(wanted.Start + done, others);
            }
        }
    }

    private readonly record struct Range(long Start, long Count)
    {
        public (Range Lower, Range Upper) Halve()
        {
            var first = Math.Min(Count, (((Count + 1) / 2) + Granule - 1) / Granule * Granule);
            return (new Range(Start, first), new Range(Start + first, Count - first));
        }

        public int CountFrom(long done, int most) => (int)Math.Clamp(Count - done, 0, most);
    }
}
