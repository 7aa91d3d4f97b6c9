using System.Diagnostics;
using System.Globalization;
using Composer.Agents.Slurm;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store;

namespace Composer.Bench.Queue;

/// <summary>
/// What a coordinator does for a search at a cluster: everything of it is real but the scheduler, the nodes and the cluster's clock, so that
/// hours pass in seconds.
/// </summary>
internal sealed class QueueBenchmark : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly QueueScale scale;
    private readonly Workspace workspace;
    private readonly SimulatedTime time = new();
    private readonly SimulatedCluster cluster;
    private readonly SlurmSection settings;
    private readonly Stopwatch simulating = new();
    private double simulatingCpu;
    private long managed;
    private long workingSet;
    private long looks;
    private double endSeconds;

    private QueueBenchmark(string folder, QueueScale scale)
    {
        this.scale = scale;
        workspace = new Workspace(folder);
        cluster = new SimulatedCluster(scale.Nodes * scale.JobsOfNode, scale.SecondsOfEvaluation);
        settings = new SlurmSection { Queue = scale.Queue };
    }

    /// <summary>Runs a search to its end, with a coordinator that stops in the middle and another that takes over.</summary>
    /// <param name="folder">An empty one, on the disk to measure.</param>
    /// <param name="scale">How much there is.</param>
    public static async Task<QueueBenchmarkResult> RunAsync(string folder, QueueScale scale)
    {
        using var benchmark = new QueueBenchmark(folder, scale);
        return await benchmark.RunAsync().ConfigureAwait(false);
    }

    public void Dispose() => simulating.Stop();

    private async Task<QueueBenchmarkResult> RunAsync()
    {
        var (began, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime.TotalSeconds);
        var counts = new QueueCounts();
        var first = await RunAsync(counts, until: scale.Candidates / 2).ConfigureAwait(false);
        var (halfUnits, half) = (counts.Units, counts.Candidates);

        // The nodes go on while nobody looks.
        Simulate();
        var again = new QueueCounts();
        var second = await RunAsync(again, until: scale.Candidates).ConfigureAwait(false);
        var total = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var totalCpu = Environment.CpuUsage.TotalTime.TotalSeconds - cpu;
        var (storeFiles, storeBytes) = SizeOf(workspace.Store, "*");
        return new QueueBenchmarkResult(scale)
        {
            Units = halfUnits + again.Units,
            ComputedUnits = cluster.Computed,
            SimulatedSeconds = time.Elapsed.TotalSeconds,
            Seconds = total - simulating.Elapsed.TotalSeconds,
            CpuSeconds = totalCpu - simulatingCpu,
            FirstSeconds = first,
            FoundAgainSeconds = second,
            FoundAgain = half,
            EndSeconds = endSeconds,
            Listings = cluster.Listings,
            LongestListing = cluster.LongestListing,
            FileLooks = looks,
            Submissions = cluster.Submissions,
            SubmittedJobs = cluster.Tasks,
            MostInQueue = cluster.Most,
            PeakManagedBytes = managed,
            PeakWorkingSetBytes = workingSet,
            StoreFiles = storeFiles,
            StoreBytes = storeBytes,
            IndexBytes = SizeOf(workspace.Store, "index.sqlite*").Bytes,
            LogFiles = SizeOf(workspace.Logs, "*").Files,
        };
    }

    /// <summary>A coordinator's life.</summary>
    /// <param name="counts">Told how far it comes.</param>
    /// <param name="until">Candidates at which it is stopped, its jobs left running.</param>
    /// <returns>Real seconds until every candidate was found, or waited for its turn.</returns>
    private async Task<double> RunAsync(QueueCounts counts, int until)
    {
        var began = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();
        using var store = StageStore.Open(workspace.Store, TimeProvider.System);
        var queue = new SlurmQueue(cluster, SlurmPlace.Of("queue", workspace, "/shared/composer", settings), time, runsItself: false);
        var pool = new SlurmAgentPool(queue, settings, time, stop.Token);
        await using (pool.ConfigureAwait(false))
        {
            var running = new Coordinator(store, pool, workspace, TimeProvider.System, new Nobody())
                .RunAsync(ManyKind.Graph(counts, scale.Candidates, scale.Evaluations), "queue"u8.ToArray(), stop.Token);
            await SettleAsync(counts, queue, pool.JobsAtOnce, running).ConfigureAwait(false);
            var found = Stopwatch.GetElapsedTime(began).TotalSeconds;
            while (!running.IsCompleted && counts.Candidates < until)
            {
                await queue.StepAsync(CancellationToken.None).ConfigureAwait(false);
                Simulate();
                await SettleAsync(counts, queue, pool.JobsAtOnce, running).ConfigureAwait(false);
                Weigh();
            }

            var ending = Stopwatch.GetTimestamp();
            if (until < scale.Candidates)
            {
                await stop.CancelAsync().ConfigureAwait(false);
            }

            var outcome = await running.ConfigureAwait(false);
            looks += queue.Looks;
            endSeconds = Stopwatch.GetElapsedTime(ending).TotalSeconds;
            return until < scale.Candidates || outcome.ExitCode == 0
                ? found
                : throw new InvalidOperationException("The search ended with a failure.");
        }
    }

    /// <summary>As many candidates as can be are at the cluster, the others wait or are there: nothing is left that real time brings.</summary>
    private async Task SettleAsync(QueueCounts counts, SlurmQueue queue, int atOnce, Task running)
    {
        while (!running.IsCompleted && queue.Count != Math.Min(atOnce, scale.Candidates - counts.Candidates))
        {
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    private void Simulate()
    {
        simulating.Start();
        var cpu = ThreadCpuSeconds();
        cluster.Tick();
        simulatingCpu += ThreadCpuSeconds() - cpu;
        simulating.Stop();
        time.Advance(Second);
    }

    private void Weigh()
    {
        managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false));
        workingSet = Math.Max(workingSet, Environment.WorkingSet);
    }

    /// <summary>Of the thread that asks; 0 where the system does not say.</summary>
    private static double ThreadCpuSeconds()
    {
        const string file = "/proc/thread-self/schedstat";
        return File.Exists(file) && double.TryParse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture, out var nanoseconds)
            ? nanoseconds / 1e9
            : 0;
    }

    private static (int Files, long Bytes) SizeOf(string folder, string pattern)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles(pattern, SearchOption.AllDirectories).ToArray();
        return (files.Length, files.Sum(f => f.Length));
    }

    private sealed class Nobody : IRunObserver
    {
        public void On(PipelineEvent happened)
        {
        }
    }
}
