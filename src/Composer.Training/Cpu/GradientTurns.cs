using Composer.Training.Parameters;

namespace Composer.Training.Cpu;

/// <summary>
/// Lets the backward passes of several sequences add to one gradient: each stage (the head, then the layers from
/// the last to the first) is entered in the order of the sequences. Every number is so added to in one order on
/// any number of threads, and the threads follow each other through the layers, one or more stages apart.
/// </summary>
/// <remarks>
/// The embedding is at both ends: the head adds to it first, the looked-up rows last, and in the plain order a
/// sequence's head would wait for the whole backward of the one before. So rows are added late, by constant lag:
/// those of sequence s just before the head of sequence s + <see cref="Lag"/>. Until then their gradients wait here.
/// </remarks>
internal sealed unsafe class GradientTurns(int stages) : IDisposable
{
    /// <summary>Sequences between a head and its rows; also the most that can be under way at once.</summary>
    public const int Lag = 8;

    // A cache line for each counter.
    private const int Spacing = 16;
    private readonly int[] next = new int[(stages + 1) * Spacing];
    private readonly int[] finished = new int[(Lag + 1) * Spacing];
    private readonly float*[] rows = new float*[Lag];
    private AlignedArena arena = new();
    private long capacity;
    private volatile bool aborted;

    public long Bytes => arena.Bytes;

    /// <summary>The sequence that goes first.</summary>
    public int First { get; private set; }

    /// <summary>Makes room for the rows' gradients and starts from a sequence.</summary>
    public void Begin(long rowFloats, int first)
    {
        First = first;
        if (rowFloats > capacity)
        {
            arena.Dispose();
            arena = new AlignedArena();
            var block = arena.Allocate(rowFloats * Lag);
            for (var i = 0; i < Lag; i++)
            {
                rows[i] = block + (i * rowFloats);
            }

            capacity = rowFloats;
        }

        Array.Fill(next, first);
        Array.Clear(finished);
        aborted = false;
    }

    /// <summary>Waits until a sequence may enter a stage.</summary>
    public void Enter(int stage, int sequence) => Await(ref next[(stage + 1) * Spacing], sequence);

    /// <summary>Lets the next sequence in.</summary>
    public void Leave(int stage, int sequence) => Volatile.Write(ref next[(stage + 1) * Spacing], sequence + 1);

    /// <summary>Where a sequence's gradient of the embedded rows waits.</summary>
    public float* RowsOf(int sequence) => rows[sequence % Lag];

    /// <summary>A sequence has left its rows' gradient.</summary>
    public void Finish(int sequence) => Volatile.Write(ref finished[((sequence % Lag) + 1) * Spacing], sequence + 1);

    /// <summary>Waits until a sequence has left its rows' gradient.</summary>
    public void AwaitRowsOf(int sequence) => Await(ref finished[((sequence % Lag) + 1) * Spacing], sequence + 1);

    /// <summary>A thread failed: nobody shall wait for it.</summary>
    public void Abort() => aborted = true;

    public void Dispose() => arena.Dispose();

    private void Await(ref int counter, int value)
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref counter) != value)
        {
            if (aborted)
            {
                throw new OperationCanceledException("Another thread's backward failed.");
            }

            spin.SpinOnce();
        }
    }
}
