using System.Runtime.ExceptionServices;

namespace Composer.Training.Threading;

/// <summary>
/// A fixed number of threads that run one job together, the caller among them. They spin a little for the
/// next job, then park.
/// </summary>
/// <remarks>One caller. With one thread the job runs in place. Nothing is allocated by a run.</remarks>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinRounds = 200;
    private readonly State state = new();

    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        for (var i = 1; i < threads; i++)
        {
            var (worker, shared) = (i, state);
            new Thread(() => Work(shared, worker)) { IsBackground = true, Name = $"Composer worker {i}" }.Start();
        }
    }

    // The threads hold the state, not the pool, so that a pool nobody disposed can be finalised.
    ~WorkerPool() => Stop();

    public int Threads { get; }

    /// <summary>Runs the job once on each thread, with 0 … Threads − 1, and waits for all.</summary>
    public void Run(Action<int> job)
    {
        if (Threads == 1)
        {
            job(0);
            return;
        }

        Volatile.Write(ref state.Pending, Threads - 1);
        lock (state)
        {
            state.Job = job;
            state.Generation++;
            Monitor.PulseAll(state);
        }

        ExceptionDispatchInfo? failure = null;
        try
        {
            job(0);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        WaitForWorkers();
        state.Job = null;
        failure ??= Interlocked.Exchange(ref state.Failure, null);
        failure?.Throw();
    }

    public void Dispose()
    {
        Stop();
        GC.SuppressFinalize(this);
    }

    private static void Work(State state, int worker)
    {
        var seen = 0L;
        while (true)
        {
            for (var spin = 0; spin < SpinRounds && Volatile.Read(ref state.Generation) == seen; spin++)
            {
                Thread.SpinWait(20);
            }

            lock (state)
            {
                while (state.Generation == seen)
                {
                    Monitor.Wait(state);
                }

                seen = state.Generation;
            }

            if (state.Stopping)
            {
                return;
            }

            try
            {
                state.Job!(worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref state.Failure, ExceptionDispatchInfo.Capture(e), null);
            }

            if (Interlocked.Decrement(ref state.Pending) == 0)
            {
                lock (state)
                {
                    Monitor.PulseAll(state);
                }
            }
        }
    }

    private void WaitForWorkers()
    {
        for (var spin = 0; spin < SpinRounds && Volatile.Read(ref state.Pending) != 0; spin++)
        {
            Thread.SpinWait(20);
        }

        if (Volatile.Read(ref state.Pending) == 0)
        {
            return;
        }

        lock (state)
        {
            while (state.Pending != 0)
            {
                Monitor.Wait(state);
            }
        }
    }

    private void Stop()
    {
        lock (state)
        {
            state.Stopping = true;
            state.Generation++;
            Monitor.PulseAll(state);
        }
    }

    private sealed class State
    {
        public long Generation;
        public int Pending;
        public bool Stopping;
        public Action<int>? Job;
        public ExceptionDispatchInfo? Failure;
    }
}
