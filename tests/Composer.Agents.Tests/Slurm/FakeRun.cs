using System.Collections.Concurrent;
using Composer.Agents.Slurm;
using Composer.Agents.Tests.Attempts;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Agents.Tests.Slurm;

/// <summary>A coordinator with jobs at the made-up cluster; its time passes as fast as it can.</summary>
internal sealed class FakeRun : IAsyncDisposable
{
    private readonly FakeCluster cluster;
    private readonly FakeTimeProvider time;
    private readonly SlurmQueue queue;
    private readonly SlurmAgentPool pool;
    private readonly CancellationTokenSource stop = new();
    private readonly string folder;

    public FakeRun(FakeCluster cluster, FakeTimeProvider time, string folder, SlurmSection? settings = null, bool detaches = false)
    {
        (this.cluster, this.time, this.folder) = (cluster, time, folder);
        var place = new SlurmPlace("composer-test", Path.Combine(folder, "logs"), "/composer", settings ?? new SlurmSection());
        queue = new SlurmQueue(cluster, place, time, runsItself: false);
        pool = new SlurmAgentPool(queue, place.Settings, time, detaches ? stop.Token : CancellationToken.None);
    }

    /// <summary>How often each unit was told to be finished.</summary>
    public ConcurrentDictionary<Digest, int> Told { get; } = new();

    public ConcurrentQueue<string> Notices { get; } = new();

    public List<Task<JobResult>> Jobs { get; } = [];

    /// <summary>Seconds that passed.</summary>
    public int Seconds { get; private set; }

    /// <summary>Adds a job of so many units.</summary>
    public void Add(string name, int units = 1, StageNeeds? needs = null, int priority = 0, string kind = "evaluate")
    {
        var job = Spoken.JobAt(Path.Combine(folder, name), [.. Enumerable.Range(0, units).Select(u => $"{name}/{u}")]) with { Kind = kind };
        Jobs.Add(pool.RunAsync(job, priority, needs ?? StageNeeds.None, e => Take(name, e), stop.Token));
    }

    /// <summary>Lets time pass until every job has ended.</summary>
    public async Task<JobResult[]> EndAsync(int patienceSeconds = 3600, Action? each = null)
    {
        while (Jobs.Any(j => !j.IsCompleted))
        {
            Assert.True(Seconds < patienceSeconds, $"the run did not end: {Jobs.Count(j => !j.IsCompleted)} jobs are left");
            await StepAsync();
            each?.Invoke();
        }

        return await Task.WhenAll(Jobs);
    }

    /// <summary>Lets a time pass.</summary>
    public async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            await StepAsync();
        }
    }

    /// <summary>As Ctrl-C does.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        foreach (var job in Jobs.Where(j => !j.IsCompletedSuccessfully))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        stop.Dispose();
    }

    private async Task StepAsync()
    {
        await queue.StepAsync(TestContext.Current.CancellationToken);
        cluster.Tick();
        time.Advance(TimeSpan.FromSeconds(1));
        Seconds++;

        // Those whose attempt has ended go on in threads of their own, to their end or to another attempt.
        while (Jobs.Count(j => !j.IsCompleted) != queue.Count)
        {
            await Task.Yield();
        }
    }

    private void Take(string job, JobEvent happened)
    {
        if (happened.Finished is { } unit)
        {
            Told.AddOrUpdate(unit.Key, 1, (_, n) => n + 1);
        }

        if (happened.Notice is { } notice)
        {
            Notices.Enqueue(notice);
            TestContext.Current.TestOutputHelper?.WriteLine($"{Seconds} s, {job}: {notice}");
        }
    }
}
