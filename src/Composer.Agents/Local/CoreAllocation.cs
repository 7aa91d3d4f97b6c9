namespace Composer.Agents.Local;

/// <summary>
/// Hands out cores and GPUs, each to one job at a time. Whoever has the lowest priority number goes first, then
/// who asked first; a job that needs many is not overtaken for ever by small ones behind it.
/// </summary>
internal sealed class CoreAllocation
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<Waiter, (int Priority, long Order)> waiting = new();
    private readonly SortedSet<int> freeGpus;
    private readonly int allCores;
    private int freeCores;
    private long order;

    public CoreAllocation(int cores, int gpus)
    {
        allCores = freeCores = cores;
        freeGpus = [.. Enumerable.Range(0, gpus)];
    }

    public async Task<Grant> AcquireAsync(int wantedCores, int wantedGpus, int priority, CancellationToken cancellation)
    {
        var waiter = new Waiter(Math.Clamp(wantedCores, 1, allCores), wantedGpus);
        lock (gate)
        {
            waiting.Enqueue(waiter, (priority, order++));
            Serve();
        }

        await using var registration = cancellation.Register(() => waiter.Granted.TrySetCanceled(cancellation)).ConfigureAwait(false);
        return await waiter.Granted.Task.ConfigureAwait(false);
    }

    private void Serve()
    {
        while (waiting.TryPeek(out var next, out _))
        {
            if (next.Granted.Task.IsCanceled)
            {
                waiting.Dequeue();
                continue;
            }

            if (next.Cores > freeCores || next.Gpus > freeGpus.Count)
            {
                return;
            }

            waiting.Dequeue();
            var devices = freeGpus.Take(next.Gpus).ToArray();
            var grant = new Grant(this, next.Cores, devices);
            if (next.Granted.TrySetResult(grant))
            {
                freeCores -= next.Cores;
                freeGpus.ExceptWith(devices);
            }
        }
    }

    private void Release(Grant grant)
    {
        lock (gate)
        {
            freeCores += grant.Cores;
            freeGpus.UnionWith(grant.Gpus);
            Serve();
        }
    }

    /// <summary>Cores and GPUs that are the holder's until it disposes of this.</summary>
    internal sealed class Grant(CoreAllocation owner, int cores, int[] gpus) : IDisposable
    {
        private int released;

        public int Cores { get; } = cores;

        public IReadOnlyList<int> Gpus { get; } = gpus;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
            {
                owner.Release(this);
            }
        }
    }

    private sealed class Waiter(int cores, int gpus)
    {
        public int Cores { get; } = cores;

        public int Gpus { get; } = gpus;

        public TaskCompletionSource<Grant> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
