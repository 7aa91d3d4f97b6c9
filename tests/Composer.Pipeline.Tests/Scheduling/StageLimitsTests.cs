using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Pipeline.Tests.Scheduling;

public sealed class StageLimitsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;
    private readonly FakeTimeProvider time = new();
    private readonly Recorder recorded = new();

    public StageLimitsTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_stage_that_fails_is_tried_again_as_often_as_its_limits_allow()
    {
        var failures = 0;
        var mended = new FakeStage("search", "search", "s") { Work = _ => Task.FromResult(++failures <= 2 ? "no luck" : null) };
        var broken = new FakeStage("pretrain/llama", "pretrain", "p") { Work = _ => throw new IOException("disk full") };

        var outcome = await RunAsync(Limits(2), mended, broken);

        Assert.Equal([StageStatus.Ran, StageStatus.Failed], outcome.Stages.Select(s => s.Status));
        Assert.Equal((3, 3), (mended.Computed, broken.Computed));
        var retries = recorded.Of<StageRetried>().Where(r => r.Stage == "search").ToArray();
        Assert.Equal([("no luck", 1, 2), ("no luck", 2, 2)], retries.Select(r => (r.Failure, r.Tried, r.Retries)));
        Assert.Equal("2 retries", recorded.Of<RunStarted>().Single().Limits);
    }

    [Fact]
    public async Task Without_limits_a_stage_is_tried_once()
    {
        var stage = new FakeStage("search", "search", "s") { Work = _ => Task.FromResult<string?>("no luck") };
        await RunAsync(Limits(0), stage);
        Assert.Equal(1, stage.Computed);
        Assert.Empty(recorded.Of<StageRetried>());
        Assert.Null(recorded.Of<RunStarted>().Single().Limits);
    }

    [Fact]
    public async Task What_would_fail_in_the_same_way_is_not_tried_again()
    {
        var stage = new FakeStage("pretrain/llama", "pretrain", "p")
        {
            Work = _ => Task.FromResult<string?>("not finite"),
            FailsAlike = true,
        };
        var outcome = await RunAsync(Limits(5), stage);
        Assert.Equal((1, StageStatus.Failed), (stage.Computed, Assert.Single(outcome.Stages).Status));
        Assert.Equal("not finite", recorded.Of<StageFinished>().Single().Summary);
    }

    [Fact]
    public async Task A_users_mistake_and_a_bug_are_not_tried_again()
    {
        var mistake = new FakeStage("search", "search", "s")
        {
            Work = _ => throw new UserInputException(new Diagnostic("CMP9999", DiagnosticSeverity.Error, "no such file")),
        };
        var bug = new FakeStage("pretrain/llama", "pretrain", "p") { Work = _ => throw new InvalidOperationException("bug") };
        await RunAsync(Limits(5), mistake, bug);
        Assert.Equal((1, 1), (mistake.Computed, bug.Computed));
    }

    [Fact]
    public async Task A_try_that_computes_longer_than_its_limit_is_stopped_and_waiting_for_a_core_does_not_count()
    {
        var agents = new SlowAgents(time);
        var stage = new FakeStage("pretrain/llama", "pretrain", "p") { OnAgent = true };

        var limits =
            StageLimits.None with { Own = new Dictionary<string, StageLimit> { ["pretrain"] = new(1, TimeSpan.FromMinutes(30), "30 min") } };
        var outcome = await RunAsync(limits, agents, stage);

        Assert.Equal(StageStatus.Failed, Assert.Single(outcome.Stages).Status);
        Assert.Equal(
            "took longer than its limit of 30 min; what was finished stays, and the next try goes on from there (tried 2 times)",
            recorded.Of<StageFinished>().Single().Summary);
        Assert.Equal(ExitCode.StageFailed, outcome.ExitCode);
        Assert.Equal([TimeSpan.FromMinutes(120), TimeSpan.FromMinutes(120)], agents.Waited);
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(1, null, "1 retry")]
    [InlineData(2, "2 h", "2 retries, 2 h a try")]
    public void Limits_are_told_in_words(int retries, string? limit, string? words) =>
        Assert.Equal(
            words,
            new StageLimits(new(retries, limit is null ? null : TimeSpan.FromHours(2), limit), StageLimits.None.Own).Describe(FakeKind.All.Names));

    [Fact]
    public void A_kinds_own_limits_stand_in_for_those_of_all()
    {
        var (all, pretrain, search) = (
            new StageLimit(1, TimeSpan.FromHours(2), "2 h"),
            new StageLimit(1, TimeSpan.FromHours(36), "1.5 d"),
            new StageLimit(0, TimeSpan.FromHours(2), "2 h"));
        var limits = new StageLimits(all, new Dictionary<string, StageLimit> { ["pretrain"] = pretrain, ["search"] = search });
        Assert.Equal([pretrain, search, all], ((string[])["pretrain", "search", "lm-eval"]).Select(limits.Of));
        Assert.Equal("1 retry, 2 h a try; search: 2 h a try; pretrain: 1 retry, 1.5 d a try", limits.Describe(FakeKind.All.Names));
    }

    private static StageLimits Limits(int retries) => StageLimits.None with { All = new(retries, null, null) };

    private Task<RunOutcome> RunAsync(StageLimits limits, params FakeStage[] stages) => RunAsync(limits, new NoAgents(), stages);

    private async Task<RunOutcome> RunAsync(StageLimits limits, IAgentPool agents, params FakeStage[] stages)
    {
        var graph = new StageGraph("test", null, 0, FakeKind.All, [.. stages.Select(s => s.Stage)]) { Limits = limits };
        return await new Coordinator(store, agents, new Workspace(folder.Path), time, recorded)
            .RunAsync(graph, "schema = 1"u8.ToArray(), default);
    }

    /// <summary>Two hours until there is a core, and then without end until it is stopped.</summary>
    private sealed class SlowAgents(FakeTimeProvider time) : IAgentPool
    {
        public List<TimeSpan> Waited { get; } = [];

        public int Cores => 2;

        public int Gpus => 0;

        public async Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
        {
            time.Advance(TimeSpan.FromHours(2));
            cancellation.ThrowIfCancellationRequested();
            Waited.Add(TimeSpan.FromHours(2));
            events(new JobEvent(Began: true));
            time.Advance(TimeSpan.FromMinutes(29));
            cancellation.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("It was not stopped.");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
