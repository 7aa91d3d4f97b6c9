using System.Globalization;
using Composer.Agents.Attempts;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Agents.Tests.Slurm;

/// <summary>Jobs at a cluster, with everything that may happen to them there.</summary>
public sealed class SlurmAgentPoolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_hundred_jobs_go_through_a_queue_of_twenty()
    {
        var cluster = new FakeCluster { Places = 8 };
        await using var run = Run(cluster, new SlurmSection { Queue = 20 });
        for (var i = 0; i < 200; i++)
        {
            run.Add(Name(i));
        }

        var results = await run.EndAsync();

        Assert.All(results, r => Assert.Null(r.Failure));
        Assert.Equal(200, run.Told.Count(t => t.Value == 1));
        Assert.Equal(20, cluster.Most);
        Assert.Equal(200, cluster.Jobs.Count);
        Assert.InRange(cluster.Submissions, 10, 120);
    }

    [Fact]
    public async Task Equal_jobs_that_are_ready_together_are_one_array()
    {
        var cluster = new FakeCluster();
        await using var run = Run(cluster, new SlurmSection { Array = 5, Partition = [new() { Name = "a", Stages = ["evaluate"] }, new() { Name = "b" }] });
        for (var i = 0; i < 7; i++)
        {
            run.Add(Name(i));
        }

        run.Add("other", kind: "pretrain");
        await run.EndAsync();

        Assert.Equal([5, 2, 1], cluster.Jobs.GroupBy(j => j.Id.Split('_')[0]).Select(g => g.Count()));
        Assert.Equal(["101_0", "101_4", "103"], [cluster.Jobs[0].Id, cluster.Jobs[4].Id, cluster.Jobs[7].Id]);
    }

    [Fact]
    public async Task The_lowest_priority_goes_first_then_the_order_of_the_calls()
    {
        var cluster = new FakeCluster();
        await using var run = Run(cluster, new SlurmSection { Queue = 1 });
        foreach (var (name, priority) in new[] { ("c", 2), ("a", 1), ("d", 2), ("b", 1) })
        {
            run.Add(name, priority: priority);
        }

        await run.EndAsync();

        Assert.Equal(["a", "b", "c", "d"], cluster.Jobs.Select(j => Path.GetFileName(AttemptFolder.At(j.AttemptPath).JobFolder)));
    }

    [Theory]
    [InlineData(Submitting.WorksAndFails, 1)]
    [InlineData(Submitting.Fails, 1)]
    [InlineData(Submitting.IsFull, 1)]
    [InlineData(Submitting.FailsAndWorksLater, 2)]
    internal async Task A_submission_that_fails_is_looked_for_before_it_is_made_again(Submitting first, int jobs)
    {
        var cluster = new FakeCluster { SubmittingOf = n => n == 0 ? first : Submitting.Works };
        await using var run = Run(cluster);
        run.Add("a");

        Assert.Null((await run.EndAsync())[0].Failure);
        await run.PassAsync(100);

        Assert.Equal(jobs, cluster.Jobs.Count);
        Assert.Equal(1, cluster.Jobs.Sum(j => j.Computed.Count));
        Assert.Equal(1, run.Told.Values.Single());
        Assert.All(cluster.Jobs, j => Assert.False(j.IsAlive));
    }

    [Fact]
    public async Task What_a_timed_out_submission_left_does_not_begin_beside_the_second()
    {
        // The first lands while the second runs.
        var cluster = new FakeCluster { SubmittingOf = n => n == 0 ? Submitting.FailsAndWorksLater : Submitting.Works };
        await using var run = Run(cluster);
        run.Add("a", units: 20);

        await run.EndAsync();

        Assert.Equal(2, cluster.Jobs.Count);
        Assert.Equal([20, 0], cluster.Jobs.Select(j => j.Computed.Count));
        Assert.All(run.Told, t => Assert.Equal(1, t.Value));
    }

    [Fact]
    public async Task A_refusal_is_told_with_what_was_asked_for()
    {
        var cluster = new FakeCluster { SubmittingOf = _ => Submitting.IsRefused };
        await using var run = Run(cluster);
        run.Add("a");

        var failure = (await run.EndAsync(patienceSeconds: 30))[0].Failure;

        Assert.Contains("Slurm refuses it: Invalid partition name specified (the default partition, 1 core, 4 GB)", failure, StringComparison.Ordinal);
        Assert.Equal(1, cluster.Submissions);
    }

    [Fact]
    public async Task A_full_queue_is_told_once_and_waited_for()
    {
        var cluster = new FakeCluster { SubmittingOf = n => n < 4 ? Submitting.IsFull : Submitting.Works };
        await using var run = Run(cluster);
        run.Add("a");
        run.Add("b");

        await run.EndAsync();

        Assert.Contains("takes no more jobs for now (AssocMaxSubmitJobLimit)", Assert.Single(run.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_that_is_away_for_minutes_costs_nothing()
    {
        var cluster = new FakeCluster();
        await using var run = Run(cluster);
        run.Add("a", units: 100);
        run.Add("b", units: 3);
        await run.EndAsync(each: () => cluster.IsDown = run.Seconds is > 10 and < 500);

        Assert.Equal(2, cluster.Jobs.Count);
        Assert.Equal(103, run.Told.Count(t => t.Value == 1));
        Assert.Equal(["Slurm does not answer", "Slurm answers again"], run.Notices.Select(n => n.Split(" (")[0]));
        Assert.InRange(cluster.Listings, 3, 60);
    }

    [Theory]
    [InlineData(Fate.NodeFails, 1, 3, 2)]
    [InlineData(Fate.Preempted, 1, 3, 2)]
    [InlineData(Fate.TimesOut, 2, 4, 2)]
    [InlineData(Fate.TimesOutAtOnce, 2, 4, 2)]
    [InlineData(Fate.FallsSilent, 1, 3, 2)]
    [InlineData(Fate.Killed, 1, 3, 2)]
    [InlineData(Fate.CannotBegin, 1, 1, 2)]
    [InlineData(Fate.Late, 2, 2, 1)]
    [InlineData(Fate.Forgotten, 2, 2, 1)]
    internal async Task What_the_cluster_does_to_a_job_is_made_good(Fate fate, int units, int most, int jobs)
    {
        var cluster = new FakeCluster { FateOf = n => n == 0 ? fate : Fate.Good };
        await using var run = Run(cluster);
        run.Add("a", units);

        Assert.Null((await run.EndAsync())[0].Failure);
        Assert.Equal(jobs, cluster.Jobs.Count);
        Assert.All(run.Told, t => Assert.Equal(1, t.Value));
        Assert.Equal(units, cluster.Jobs.Sum(j => j.Computed.Count));
        Assert.InRange(run.Seconds, 1, 300 * most);
        Assert.Equal(jobs - 1, run.Notices.Count(n => n.EndsWith("submitted again", StringComparison.Ordinal)));
        Assert.DoesNotContain(cluster.Jobs, j => j.IsAlive);
    }

    [Theory]
    [InlineData(Fate.OutOfMemory, 1, "agents.slurm.memory_gb")]
    [InlineData(Fate.CancelledByHand, 1, "was cancelled, and not by this run")]
    [InlineData(Fate.TimesOut, 1, "agents.slurm.time")]
    [InlineData(Fate.TimesOutAtOnce, 1, "agents.slurm.time")]
    [InlineData(Fate.Killed, 2, "killed by signal 9")]
    [InlineData(Fate.CannotBegin, 3, "could not begin")]
    [InlineData(Fate.NodeFails, 3, "was taken away (NODE_FAIL)")]
    internal async Task What_would_end_alike_again_fails_with_a_way_on(Fate fate, int jobs, string expected)
    {
        var cluster = new FakeCluster { FateOf = _ => fate };
        await using var run = Run(cluster, new SlurmSection { Retries = 2 });
        run.Add("a");

        Assert.Contains(expected, (await run.EndAsync())[0].Failure, StringComparison.Ordinal);
        Assert.Equal(jobs, cluster.Jobs.Count);
    }

    [Fact]
    public async Task A_second_pool_finds_the_jobs_of_one_that_died()
    {
        var cluster = new FakeCluster { Places = 3 };
        var settings = new SlurmSection { Queue = 4 };
        await using (var dead = Run(cluster, settings))
        {
            for (var i = 0; i < 6; i++)
            {
                dead.Add(Name(i), units: 5);
            }

            await dead.PassAsync(20);
        }

        var before = cluster.Jobs.Count;
        for (var i = 0; i < 15; i++)
        {
            cluster.Tick();
        }

        await using var run = Run(cluster, settings);
        for (var i = 0; i < 6; i++)
        {
            run.Add(Name(i), units: 5);
        }

        Assert.All(await run.EndAsync(), r => Assert.Null(r.Failure));
        Assert.Equal((4, 6), (before, cluster.Jobs.Count));
        Assert.Equal(30, cluster.Jobs.SelectMany(j => j.Computed).Distinct().Count());
        Assert.Equal(30, cluster.Jobs.Sum(j => j.Computed.Count));
        Assert.Equal(30, run.Told.Count(t => t.Value == 1));
    }

    [Fact]
    public async Task Results_that_came_while_nobody_looked_are_taken_without_a_new_job()
    {
        var cluster = new FakeCluster();
        await using (var dead = Run(cluster))
        {
            dead.Add("a", units: 2);
            await dead.PassAsync(3);
        }

        for (var i = 0; i < 100; i++)
        {
            cluster.Tick();
        }

        cluster.IsDown = true;
        await using var run = Run(cluster);
        run.Add("a", units: 2);
        await run.EndAsync(patienceSeconds: 5);

        Assert.Single(cluster.Jobs);
        Assert.Equal(2, run.Told.Count);
    }

    [Fact]
    public async Task Submitted_by_one_that_died_before_it_was_told_the_number_it_is_found_by_its_comment()
    {
        var cluster = new FakeCluster();
        await using (var dead = Run(cluster))
        {
            dead.Add("a");
            await dead.PassAsync(2);
        }

        var submission = Directory.GetFiles(folder.Path, "submission.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(submission, File.ReadAllText(submission).Replace("\"101\"", "null", StringComparison.Ordinal));
        Assert.DoesNotContain("101", File.ReadAllText(submission), StringComparison.Ordinal);
        await using var run = Run(cluster);
        run.Add("a");
        await run.EndAsync();

        Assert.Single(cluster.Jobs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_is_stopped_leaves_its_jobs_or_cancels_them(bool detaches)
    {
        var cluster = new FakeCluster { Places = 2 };
        await using (var stopped = Run(cluster, new SlurmSection { Queue = 4 }, detaches))
        {
            for (var i = 0; i < 6; i++)
            {
                stopped.Add(Name(i), units: 4);
            }

            await stopped.PassAsync(12);
            await stopped.StopAsync();
        }

        Assert.Equal(detaches ? 0 : 4, cluster.Cancelled.Count);
        Assert.Equal(detaches ? 4 : 0, cluster.Jobs.Count(j => j.IsAlive));
        await using var run = Run(cluster, new SlurmSection { Queue = 4 });
        for (var i = 0; i < 6; i++)
        {
            run.Add(Name(i), units: 4);
        }

        Assert.All(await run.EndAsync(), r => Assert.Null(r.Failure));
        Assert.Equal(24, run.Told.Count(t => t.Value == 1));
        Assert.Equal(24, cluster.Jobs.Sum(j => j.Computed.Count));
    }

    [Fact]
    public async Task A_run_that_is_stopped_cancels_what_it_was_told_no_number_of()
    {
        var cluster = new FakeCluster();
        await using (var stopped = Run(cluster))
        {
            stopped.Add("a");
            await stopped.PassAsync(2);
            File.Delete(Directory.GetFiles(folder.Path, "submission.json", SearchOption.AllDirectories).Single());
            cluster.SubmittingOf = _ => Submitting.FailsAndWorksLater;
            stopped.Add("b");
            await stopped.PassAsync(61);
            await stopped.StopAsync();
        }

        Assert.DoesNotContain(cluster.Jobs, j => j.IsAlive);
    }

    [Fact]
    public async Task No_partition_that_takes_it_is_told_for_each()
    {
        await using var run = Run(new FakeCluster(), new SlurmSection { Partition = [new() { Name = "cpu" }, new() { Name = "gpu", Gpus = 2 }] });
        run.Add("a", needs: new StageNeeds(4, null));

        Assert.Equal(
            "no partition takes it: partition 'cpu' has no GPUs; partition 'gpu' gives a job 2 of 4 GPUs", (await run.EndAsync())[0].Failure);
    }

    [Fact]
    public async Task Accounting_tells_of_what_a_listing_forgot()
    {
        var cluster = new FakeCluster { HasAccounting = true, FateOf = n => n == 0 ? Fate.NodeFails : Fate.Good };
        await using var run = Run(cluster);
        run.Add("a", units: 2);

        Assert.Null((await run.EndAsync(patienceSeconds: 100))[0].Failure);
        Assert.Equal(2, cluster.Jobs.Count);
    }

    [Fact]
    public async Task A_shared_folder_that_takes_nothing_for_a_while_loses_no_job()
    {
        var cluster = new FakeCluster();
        await using var run = Run(cluster);
        run.Add("a");
        await run.PassAsync(1);
        await File.WriteAllTextAsync(folder["logs"], "no folder can be made here", TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<IOException>(() => run.PassAsync(1));
            time.Advance(TimeSpan.FromSeconds(100));
        }

        File.Delete(folder["logs"]);

        Assert.Null((await run.EndAsync(patienceSeconds: 60))[0].Failure);
        Assert.Single(cluster.Jobs);
        Assert.Empty(run.Notices);
    }

    [Fact]
    public async Task Whatever_happens_in_whatever_order_each_unit_is_told_once_and_the_run_ends()
    {
        var seed = TestSeed.Of(15);
        for (var round = 0; round < 6; round++)
        {
            await RandomRunAsync(new Rng(new Seed((ulong)(seed + (1000 * round)))), folder[Name(round)]);
        }
    }

    /// <summary>Terminal faults are left out: a run of what is left must end well.</summary>
    private async Task RandomRunAsync(Rng random, string path)
    {
        Fate[] fates = [Fate.NodeFails, Fate.FallsSilent, Fate.Preempted, Fate.Forgotten, Fate.Late];
        Submitting[] submittings = [Submitting.IsFull, Submitting.WorksAndFails, Submitting.FailsAndWorksLater, Submitting.Fails];
        var (queue, jobs, trouble) = (1 + random.NextInt(12), 1 + random.NextInt(15), random.NextInt(60));
        var cluster = new FakeCluster
        {
            Places = 1 + random.NextInt(10),
            HasAccounting = random.NextInt(2) == 0,
            FateOf = _ => random.NextInt(100) < trouble ? fates[random.NextInt(fates.Length)] : Fate.Good,
            SubmittingOf = _ => random.NextInt(100) < trouble ? submittings[random.NextInt(submittings.Length)] : Submitting.Works,
        };
        var settings = new SlurmSection { Queue = queue, Array = 1 + random.NextInt(5), Retries = 10_000, Silence = Duration.Parse("60 s") };
        int[] units = [.. Enumerable.Range(0, jobs).Select(_ => 1 + random.NextInt(3))];
        var (run, seconds) = (new FakeRun(cluster, time, path, settings), 0);
        Start();
        while (run.Jobs.Any(j => !j.IsCompleted))
        {
            Assert.True(seconds++ < 20_000, "the run did not end");
            await run.PassAsync(1);
            cluster.IsDown = cluster.IsDown ? random.NextInt(100) < 97 : random.NextInt(1000) < trouble / 5;
            if (random.NextInt(2000) < trouble / 4)
            {
                // The coordinator dies; another comes, which knows only the files.
                await run.DisposeAsync();
                run = new FakeRun(cluster, time, path, settings);
                Start();
            }
        }

        Assert.All(await Task.WhenAll(run.Jobs), r => Assert.Null(r.Failure));
        Assert.Equal(units.Sum(), run.Told.Count);
        Assert.All(run.Told, t => Assert.Equal(1, t.Value));
        Assert.InRange(cluster.Most, 1, queue);
        await run.DisposeAsync();

        void Start()
        {
            for (var i = 0; i < jobs; i++)
            {
                run.Add(Name(i), units[i]);
            }
        }
    }

    private static string Name(int number) => number.ToString("000", CultureInfo.InvariantCulture);

    private FakeRun Run(FakeCluster cluster, SlurmSection? settings = null, bool detaches = false) =>
        new(cluster, time, folder.Path, settings, detaches);
}
