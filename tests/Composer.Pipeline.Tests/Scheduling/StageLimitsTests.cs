using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Pipeline.Stages;
using Composer.Store;

namespace Composer.Pipeline.Tests.Scheduling;

public sealed class StageLimitsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;
    private readonly ManualTime time = new();
    private readonly Recorded recorded = new();

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
        var mended = new FakeStage("search", StageKind.Search, "s") { Work = _ => Task.FromResult(++failures <= 2 ? "no luck" : null) };
        var broken = new FakeStage("pretrain/llama", StageKind.Pretrain, "p") { Work = _ => throw new IOException("disk full") };

        var outcome = await RunAsync(new LimitsSection { Retries = 2 }, mended, broken);

        Assert.Equal([StageStatus.Ran, StageStatus.Failed], outcome.Stages.Select(s => s.Status));
        Assert.Equal((3, 3), (mended.Computed, broken.Computed));
        var retries = recorded.Events.OfType<StageRetried>().Where(r => r.Stage == "search").ToArray();
        Assert.Equal([("no luck", 1, 2), ("no luck", 2, 2)], retries.Select(r => (r.Failure, r.Tried, r.Retries)));
        Assert.Equal("2 retries", recorded.Events.OfType<RunStarted>().Single().Limits);
    }

    [Fact]
    public async Task Without_limits_a_stage_is_tried_once()
    {
        var stage = new FakeStage("search", StageKind.Search, "s") { Work = _ => Task.FromResult<string?>("no luck") };
        await RunAsync(new LimitsSection(), stage);
        Assert.Equal(1, stage.Computed);
        Assert.Empty(recorded.Events.OfType<StageRetried>());
        Assert.Null(recorded.Events.OfType<RunStarted>().Single().Limits);
    }

    [Fact]
    public async Task What_would_fail_in_the_same_way_is_not_tried_again()
    {
        var stage = new FakeStage("pretrain/llama", StageKind.Pretrain, "p") { Work = _ => Task.FromResult<string?>("not finite"), FailsAlike = true };
        var outcome = await RunAsync(new LimitsSection { Retries = 5 }, stage);
        Assert.Equal((1, StageStatus.Failed), (stage.Computed, Assert.Single(outcome.Stages).Status));
        Assert.Equal("not finite", recorded.Events.OfType<StageFinished>().Single().Summary);
    }

    [Fact]
    public async Task A_users_mistake_and_a_bug_are_not_tried_again()
    {
        var mistake = new FakeStage("search", StageKind.Search, "s")
        {
            Work = _ => throw new UserInputException(new Diagnostic("CMP9999", DiagnosticSeverity.Error, "no such file")),
        };
        var bug = new FakeStage("pretrain/llama", StageKind.Pretrain, "p") { Work = _ => throw new InvalidOperationException("bug") };
        await RunAsync(new LimitsSection { Retries = 5 }, mistake, bug);
        Assert.Equal((1, 1), (mistake.Computed, bug.Computed));
    }

    [Fact]
    public async Task A_try_that_computes_longer_than_its_limit_is_stopped_and_waiting_for_a_core_does_not_count()
    {
        var agents = new SlowAgents(time);
        var stage = new FakeStage("pretrain/llama", StageKind.Pretrain, "p")
        {
            Job = async (pool, cancellation) => (await pool.RunAsync(SlowAgents.AJob, 0, 0, _ => { }, cancellation)).Failure,
        };

        var limits = new LimitsSection { Stage = [KeyValuePair.Create("pretrain", new StageLimitsSection { Time = "30 min", Retries = 1 })] };
        var outcome = await RunAsync(limits, agents, stage);

        Assert.Equal(StageStatus.Failed, Assert.Single(outcome.Stages).Status);
        Assert.Equal(2, stage.Computed);
        Assert.Equal(
            "took longer than its limit of 30 min; what was finished stays, and the next try goes on from there (tried 2 times)",
            recorded.Events.OfType<StageFinished>().Single().Summary);
        Assert.Equal(ExitCode.StageFailed, outcome.ExitCode);
        Assert.Equal([TimeSpan.FromMinutes(120), TimeSpan.FromMinutes(120)], agents.Waited);
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(1, null, "1 retry")]
    [InlineData(2, "2 h", "2 retries, 2 h a try")]
    public void Limits_are_told_in_words(int retries, string? limit, string? words) =>
        Assert.Equal(words, StageLimits.Of(new LimitsSection { Retries = retries, Time = limit }).Describe());

    [Fact]
    public void A_kinds_own_limits_stand_in_for_those_of_all()
    {
        var limits = StageLimits.Of(new LimitsSection
        {
            Retries = 1,
            Time = "2 h",
            Stage = [KeyValuePair.Create("pretrain", new StageLimitsSection { Time = "1.5 d" }), KeyValuePair.Create("search", new StageLimitsSection { Retries = 0 })],
        });
        Assert.Equal((1, TimeSpan.FromHours(36)), (limits.RetriesOf("pretrain"), limits.TimeOf("pretrain")));
        Assert.Equal((0, TimeSpan.FromHours(2)), (limits.RetriesOf("search"), limits.TimeOf("search")));
        Assert.Equal((1, TimeSpan.FromHours(2)), (limits.RetriesOf("lm-eval"), limits.TimeOf("lm-eval")));
        Assert.Equal("1 retry, 2 h a try; search: 2 h a try; pretrain: 1 retry, 1.5 d a try", limits.Describe());
    }

    private Task<RunOutcome> RunAsync(LimitsSection limits, params FakeStage[] stages) => RunAsync(limits, new SlowAgents(time), stages);

    private async Task<RunOutcome> RunAsync(LimitsSection limits, IAgentPool agents, params FakeStage[] stages)
    {
        var graph = new ExperimentGraph("test", null, 0, stages) { Limits = StageLimits.Of(limits) };
        return await new Coordinator(store, agents, new Workspace(folder.Path), time, recorded).RunAsync(graph, "schema = 1"u8.ToArray(), default);
    }

    /// <summary>Two hours until there is a core, and then without end until it is stopped.</summary>
    private sealed class SlowAgents(ManualTime time) : IAgentPool
    {
        public static PretrainJob AJob { get; } = new()
        {
            Id = "job",
            Folder = ".",
            Threads = 1,
            Layers = "A",
            Shape = new(8, 2, 2, 8),
            Corpus = new(),
            CorpusFolder = ".",
            Settings = new(),
            Seed = 0,
        };

        public List<TimeSpan> Waited { get; } = [];

        public int Cores => 2;

        public int Gpus => 0;

        public async Task<JobResult> RunAsync(Job job, int priority, int gpus, Action<JobEvent> events, CancellationToken cancellation)
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

    private sealed class Recorded : IRunObserver
    {
        public List<PipelineEvent> Events { get; } = [];

        public void On(PipelineEvent happened) => Events.Add(happened);
    }
}
