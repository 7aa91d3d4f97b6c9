using Composer.Core;
using Composer.Core.Json;
using System.Diagnostics;
using Composer.Agents.Local;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests.Local;

/// <summary>The pool against agents that are small shell scripts, so that they die when a test wants it.</summary>
public sealed class LocalAgentPoolTests : IDisposable
{
    private const string Done = """{"event":null,"result":{"failure":null,"cancelled":false,"seconds":1}}""";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Agent_is_kept_for_the_next_job()
    {
        await using var pool = Pool($"while read job; do echo $$ >> {folder.Path}/processes; echo '{Done}'; done");
        await pool.RunAsync(Job("a"), 0, StageNeeds.None, _ => { }, default);
        await pool.RunAsync(Job("b"), 0, StageNeeds.None, _ => { }, default);
        Assert.Single(File.ReadAllLines(folder["processes"]).Distinct());
    }

    [Fact]
    public async Task Events_reach_the_caller_before_the_result()
    {
        var unit = ComposerJson.WriteText(new AgentMessage(
            new JobEvent(Finished: new UnitResult(Digest.Of("k"), new Dictionary<string, string> { ["k.json"] = "k" }, new Dictionary<string, string>(), 2)), null));
        await using var pool = Pool($"while read job; do echo '{unit}'; echo '{Done}'; done");
        var events = new List<JobEvent>();
        var result = await pool.RunAsync(Job("a"), 0, StageNeeds.None, events.Add, default);
        Assert.Equal([null, Digest.Of("k")], events.Select(e => e.Finished?.Key));
        Assert.True(events[0].Began, "That the job began is told first.");
        Assert.Null(result.Failure);
    }

    [Fact]
    public async Task Job_whose_agent_dies_is_started_once_more()
    {
        await using var pool = Pool(
            $"read job; if [ -e {folder.Path}/died ]; then echo '{Done}'; read job; else touch {folder.Path}/died; exit 1; fi");
        Assert.Null((await pool.RunAsync(Job("a"), 0, StageNeeds.None, _ => { }, default)).Failure);
        Assert.True(File.Exists(folder["died"]));
    }

    [Fact]
    public async Task Job_whose_agent_dies_twice_fails()
    {
        await using var pool = Pool("read job; exit 1");
        Assert.Contains("died twice", (await pool.RunAsync(Job("a"), 0, StageNeeds.None, _ => { }, default)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_that_does_not_stop_is_killed_within_two_seconds()
    {
        await using var pool = Pool($"read job; touch {folder.Path}/began; while true; do sleep 1; done");
        using var cancellation = new CancellationTokenSource();
        var running = pool.RunAsync(Job("a"), 0, StageNeeds.None, _ => { }, cancellation.Token);
        while (!File.Exists(folder["began"]))
        {
            await Task.Delay(10);
        }

        var clock = Stopwatch.StartNew();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public async Task Lower_priority_goes_first_when_a_core_is_free_again()
    {
        await using var pool = Pool(
            $"while read job; do echo $job >> {folder.Path}/order; while [ ! -e {folder.Path}/go ]; do sleep 0.01; done; echo '{Done}'; "
            + $"done");
        var first = pool.RunAsync(Job("first"), 5, StageNeeds.None, _ => { }, default);
        while (!File.Exists(folder["order"]))
        {
            await Task.Delay(10);
        }

        var late = pool.RunAsync(Job("late"), 5, StageNeeds.None, _ => { }, default);
        var urgent = pool.RunAsync(Job("urgent"), 0, StageNeeds.None, _ => { }, default);
        await File.WriteAllTextAsync(folder["go"], "");
        await Task.WhenAll(first, late, urgent);
        Assert.Equal(
            ["first", "urgent", "late"],
            File.ReadAllLines(folder["order"]).Select(p => Path.GetFileName(Path.GetDirectoryName(p))));
    }

    private LocalAgentPool Pool(string script)
    {
        var path = folder.WriteScript("agent.sh", "#!/bin/sh\n" + script + "\n");
        return new LocalAgentPool(path, folder["logs"], cores: 1, gpus: 0);
    }

    private Job Job(string id) => new() { Id = id, Kind = "none", Folder = folder[id], Threads = 1, Units = [] };
}
