using Composer.Bench.Queue;

namespace Composer.Bench.Tests.Queue;

/// <summary>The real coordinator at the made-up cluster, small.</summary>
public sealed class QueueBenchmarkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_evaluation_is_computed_and_published_once_though_the_coordinator_stops_in_the_middle()
    {
        var result = await QueueBenchmark.RunAsync(folder.Path, new QueueScale(24, 2, Nodes: 2, JobsOfNode: 2, Queue: 6, SecondsOfEvaluation: 7));

        Assert.Equal((48, 48, 24), (result.ComputedUnits, result.Units, result.SubmittedJobs));
        Assert.Equal(6, result.MostInQueue);
        Assert.InRange(result.FoundAgain, 12, 16);
        Assert.InRange(result.SimulatedSeconds, 24 * 14 / 4, 24 * 14 / 2);
        Assert.InRange(result.Listings, 2, result.SimulatedSeconds / 5 + 2);

        // Each evaluation a record and a blob; the search's, and the manifest.
        Assert.InRange(result.StoreFiles, 96, 120);
        Assert.True(result.CpuSeconds > 0 && result.PeakManagedBytes > 0 && result.IndexBytes > 0);
    }

    [Fact]
    public void Time_goes_when_it_is_told_to()
    {
        var (time, calls) = (new SimulatedTime(), new List<double>());
        using var timer = time.CreateTimer(_ => calls.Add(time.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        for (var i = 0; i < 9; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([2, 5, 8], calls);
        timer.Dispose();
        time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(3, calls.Count);
    }
}
