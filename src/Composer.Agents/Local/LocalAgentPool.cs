using System.Collections.Concurrent;
using System.Globalization;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Local;

/// <summary>
/// Agents as processes on this machine: at most as many at work as there are cores, each kept for the next job
/// so that start-up is paid once; none is started for a job that one at work takes as soon.
/// </summary>
public sealed class LocalAgentPool : IAgentPool
{
    /// <summary>How long an agent may take to stop: Ctrl-C ends a run within two seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.4);

    /// <summary>How long a job waits for an agent that is at work before it is given a new one: about what that takes to start.</summary>
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(0.4);

    private readonly string executable;
    private readonly string logs;
    private readonly CoreAllocation allocation;
    private readonly ConcurrentBag<LocalAgent> idle = [];
    private readonly ConcurrentDictionary<LocalAgent, bool> all = new();
    private TaskCompletionSource returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int started;

    /// <param name="executable">The <c>composer</c> executable.</param>
    /// <param name="logs">Folder for what agents print on standard error.</param>
    /// <param name="cores">Cores to share out.</param>
    /// <param name="gpus">GPUs to share out.</param>
    public LocalAgentPool(string executable, string logs, int cores, int gpus)
    {
        (this.executable, this.logs, Cores, Gpus) = (executable, logs, cores, gpus);
        allocation = new CoreAllocation(cores, gpus);
    }

    public int Cores { get; }

    public int Gpus { get; }

    public async Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        using var grant = await allocation.AcquireAsync(job.Threads * job.Ranks, needs.Gpus, priority, cancellation).ConfigureAwait(false);
        Directory.CreateDirectory(job.Folder);
        var jobFile = Path.Combine(job.Folder, JobFileNames.Job);
        await File.WriteAllBytesAsync(jobFile, ComposerJson.Write(job), cancellation).ConfigureAwait(false);
        events(new JobEvent(Began: true));

        for (var attempt = 1; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            var agent = await TakeAsync(GpuDetection.Devices(grant.Gpus), job.Ranks, cancellation).ConfigureAwait(false);
            var result = await agent.RunAsync(jobFile, events, Patience, cancellation).ConfigureAwait(false);

            // Ranks that wait for a job would keep cores busy.
            if (result is not null && agent.IsAlive && agent.Ranks == 1)
            {
                idle.Add(agent);
                Interlocked.Exchange(ref returned, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
            else
            {
                Discard(agent);
            }

            if (result is { Cancelled: true })
            {
                // What nobody asked for: the first rank saw the end of another one as the end of its input.
                cancellation.ThrowIfCancellationRequested();
                result = null;
            }

            if (result is not null)
            {
                return result;
            }

            if (attempt == 2)
            {
                return new JobResult
                {
                    Failure = $"the agent died twice{(agent.LastOfRank is { } last ? $": {last}" : "")}; what it said is in {logs}",
                };
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var agent in all.Keys)
        {
            Discard(agent);
        }

        return ValueTask.CompletedTask;
    }

    private async Task<LocalAgent> TakeAsync(string devices, int ranks, CancellationToken cancellation)
    {
        var patience = Task.Delay(StartUp, cancellation);
        while (true)
        {
            // Asked for before the idle ones are looked through, so that none that comes back meanwhile is missed.
            var next = Volatile.Read(ref returned).Task;
            if (TakeIdle(devices, ranks) is { } agent)
            {
                return agent;
            }

            cancellation.ThrowIfCancellationRequested();
            if (patience.IsCompleted || ranks > 1 || !all.Keys.Any(other => other.Devices == devices && other.Ranks == ranks))
            {
                return Start(devices, ranks);
            }

            await Task.WhenAny(next, patience).ConfigureAwait(false);
        }
    }

    private LocalAgent? TakeIdle(string devices, int ranks)
    {
        var others = new List<LocalAgent>();
        LocalAgent? found = null;
        while (found is null && idle.TryTake(out var agent))
        {
            if (!agent.IsAlive)
            {
                Discard(agent);
            }
            else if (agent.Devices == devices && agent.Ranks == ranks)
            {
                found = agent;
            }
            else
            {
                others.Add(agent);
            }
        }

        others.ForEach(idle.Add);
        return found;
    }

    private LocalAgent Start(string devices, int ranks)
    {
        var number = Interlocked.Increment(ref started).ToString(CultureInfo.InvariantCulture);
        var agent = new LocalAgent(executable, devices, ranks, Path.Combine(logs, $"agent-{number}.log"));
        all[agent] = true;
        return agent;
    }

    private void Discard(LocalAgent agent)
    {
        if (all.TryRemove(agent, out _))
        {
            agent.Dispose();
        }
    }
}
