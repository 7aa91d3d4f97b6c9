using Composer.Core.Code;

namespace Composer.Core.Ranks;

/// <summary>
/// Several processes that compute one thing together, numbered from 0, and what they say to each other. All of them make the same calls
/// in the same order; a call returns when its partners have made theirs.
/// </summary>
/// <remarks>One thread of each process calls. Bytes arrive as they were sent: all run on processors of one kind.</remarks>
[CodeBoundary]
public interface IRankGroup
{
    /// <summary>This process's number.</summary>
    int Rank { get; }

    /// <summary>How many there are; at least 1.</summary>
    int Count { get; }

    /// <summary>Sends bytes to another rank and receives what that one sends here meanwhile.</summary>
    /// <param name="peer">The other rank, which calls this with the number of this one.</param>
    /// <param name="send">What it receives.</param>
    /// <param name="receive">As long as what the other one sends; no part of <paramref name="send"/>.</param>
    void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive);

    /// <summary>Gives every rank the bytes of rank 0.</summary>
    /// <param name="data">Equally long on all.</param>
    void Broadcast(Span<byte> data);

    /// <summary>Returns when every rank has called it.</summary>
    void Barrier();
}
