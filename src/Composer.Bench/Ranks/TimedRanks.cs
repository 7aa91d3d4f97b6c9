using Composer.Core.Ranks;

namespace Composer.Bench.Ranks;

/// <summary>
/// A group whose messages are timed. Those of a few bytes take the time that the other ranks are late: the first message of a step is
/// its loss. What the others take is the transfer.
/// </summary>
internal sealed class TimedRanks(IRankGroup inner, TimeProvider clock) : IRankGroup
{
    private const int Few = 64;

    public int Rank => inner.Rank;

    public int Count => inner.Count;

    public TimeSpan Waiting { get; private set; }

    public TimeSpan Transfer { get; private set; }

    /// <summary>Sent in long messages.</summary>
    public long Bytes { get; private set; }

    public void Clear() => (Waiting, Transfer, Bytes) = (TimeSpan.Zero, TimeSpan.Zero, 0);

    public void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive)
    {
        var began = clock.GetTimestamp();
        inner.SendReceive(peer, send, receive);
        var took = clock.GetElapsedTime(began);
        if (Math.Max(send.Length, receive.Length) <= Few)
        {
            Waiting += took;
            return;
        }

        Transfer += took;
        Bytes += send.Length;
    }

    public void Broadcast(Span<byte> data) => inner.Broadcast(data);

    public void Barrier() => inner.Barrier();
}
