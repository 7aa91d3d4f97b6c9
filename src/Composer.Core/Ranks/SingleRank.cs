using Composer.Core.Code;

namespace Composer.Core.Ranks;

/// <summary>One process by itself: it has nobody to speak to.</summary>
[CodeBoundary]
public sealed class SingleRank : IRankGroup
{
    private SingleRank()
    {
    }

    /// <summary>The one that there is.</summary>
    public static SingleRank Instance { get; } = new();

    public int Rank => 0;

    public int Count => 1;

    public void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive) =>
        throw new InvalidOperationException("A single rank has no other one.");

    public void Broadcast(Span<byte> data)
    {
    }

    public void Barrier()
    {
    }
}
