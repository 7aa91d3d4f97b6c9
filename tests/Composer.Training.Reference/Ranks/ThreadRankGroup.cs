using System.Runtime.ExceptionServices;
using Composer.Core.Ranks;

namespace Composer.Training.Reference.Ranks;

/// <summary>Ranks that are threads of this process: what each says to another is checked to be what that one expects.</summary>
public sealed class ThreadRankGroup : IRankGroup
{
    private readonly Shared shared;

    private ThreadRankGroup(Shared shared, int rank) => (this.shared, Rank) = (shared, rank);

    public int Rank { get; }

    public int Count => shared.Boxes.Length;

    /// <summary>Bytes of the longest message that this rank has sent.</summary>
    public int LongestMessage { get; private set; }

    /// <summary>Bytes that this rank has sent to others.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Runs the work once for each rank, side by side; what one of them throws is thrown, and the others are let go.</summary>
    public static T[] Run<T>(int count, Func<ThreadRankGroup, T> work)
    {
        var shared = new Shared(count);
        var results = new T[count];
        var failures = new ExceptionDispatchInfo?[count];
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadRankGroup(shared, rank));
            }
            catch (Exception e)
            {
                failures[rank] = ExceptionDispatchInfo.Capture(e);
                shared.Abort();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        (failures.FirstOrDefault(f => f?.SourceException is not RankGoneException) ?? failures.FirstOrDefault(f => f is not null))?.Throw();
        return results;
    }

    public void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive)
    {
        LongestMessage = Math.Max(LongestMessage, send.Length);
        BytesSent += send.Length;
        shared.Put(Rank, peer, send.ToArray());
        var received = shared.Take(peer, Rank);
        if (received.Length != receive.Length)
        {
            throw new InvalidOperationException($"Rank {Rank} expects {receive.Length} bytes of {peer}, which sends {received.Length}.");
        }

        received.CopyTo(receive);
    }

    public void Broadcast(Span<byte> data)
    {
        if (Rank == 0)
        {
            for (var peer = 1; peer < Count; peer++)
            {
                shared.Put(0, peer, data.ToArray());
            }

            return;
        }

        var received = shared.Take(0, Rank);
        if (received.Length != data.Length)
        {
            throw new InvalidOperationException($"Rank {Rank} expects a broadcast of {data.Length} bytes; {received.Length} came.");
        }

        received.CopyTo(data);
    }

    public void Barrier()
    {
        for (var distance = 1; distance < Count; distance *= 2)
        {
            SendReceive(Rank ^ distance, [], []);
        }
    }

    private sealed class RankGoneException() : Exception("Another rank is gone.");

    private sealed class Shared(int count)
    {
        private bool aborted;

        public Queue<byte[]>[][] Boxes { get; } =
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, count).Select(_ => new Queue<byte[]>()).ToArray())];

        public void Put(int from, int to, byte[] message)
        {
            lock (this)
            {
                Boxes[from][to].Enqueue(message);
                Monitor.PulseAll(this);
            }
        }

        public byte[] Take(int from, int to)
        {
            lock (this)
            {
                while (Boxes[from][to].Count == 0)
                {
                    if (aborted)
                    {
                        throw new RankGoneException();
                    }

                    Monitor.Wait(this);
                }

                return Boxes[from][to].Dequeue();
            }
        }

        public void Abort()
        {
            lock (this)
            {
                aborted = true;
                Monitor.PulseAll(this);
            }
        }
    }
}
