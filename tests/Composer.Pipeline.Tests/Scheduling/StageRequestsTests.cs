using System.Collections.Concurrent;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store;

namespace Composer.Pipeline.Tests.Scheduling;

/// <summary>What stages ask for while they compute.</summary>
public sealed class StageRequestsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;
    private readonly ConcurrentDictionary<string, string> asked = new();
    private readonly FakeKind evaluate = new("evaluate") { OnAgent = true };

    public StageRequestsTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Two_stages_that_ask_for_the_same_at_once_compute_each_once()
    {
        var (one, other) = (Searching("a/search", "one", "u", "v", "w"), Searching("b/search", "two", "w", "v", "x"));
        var agents = new FakeAgents(evaluate);
        var outcome = await RunAsync(agents, one, other);

        Assert.All(outcome.Stages, s => Assert.Equal(StageStatus.Ran, s.Status));
        Assert.Equal(4, evaluate.Computed);
        Assert.Equal((4, 2), (outcome.EvaluationsRan, outcome.EvaluationHits));
        Assert.Equal(["u,v,w", "w,v,x"], outcome.Stages.Select(s => asked[s.Name]));
        Assert.Equal(4, agents.Jobs.SelectMany(j => j.Units).DistinctBy(u => u.Key).Count());
        Assert.All(agents.Jobs, j => Assert.Equal(("evaluate", 1), (j.Kind, j.Threads)));
    }

    [Fact]
    public async Task Two_coordinators_on_one_store_compute_each_once()
    {
        using var second = StageStore.Open(folder["store"], TimeProvider.System);
        var outcomes = await Task.WhenAll(
            RunAsync(new FakeAgents(evaluate), Searching("a/search", "one", "u", "v")),
            RunAsync(second, new FakeAgents(evaluate), new Recorder(), default, Searching("b/search", "two", "v", "u")));
        Assert.Equal(2, evaluate.Computed);
        Assert.Equal((2, 2), (outcomes.Sum(o => o.EvaluationsRan), outcomes.Sum(o => o.EvaluationHits)));
    }

    [Fact]
    public async Task What_is_in_the_store_is_read_and_only_the_rest_is_given_to_an_agent()
    {
        await RunAsync(new FakeAgents(evaluate), Searching("search", "one", "u", "v"));
        var agents = new FakeAgents(evaluate);
        var outcome = await RunAsync(agents, Searching("search", "two", "v", "w", "u"));

        Assert.Equal("v,w,u", asked["search"]);
        Assert.Equal((1, 2), (outcome.EvaluationsRan, outcome.EvaluationHits));
        Assert.Equal(KeyOf("w"), Assert.Single(Assert.Single(agents.Jobs).Units).Key);
    }

    [Fact]
    public async Task What_was_asked_for_is_labelled_and_reached_by_the_run()
    {
        var outcome = await RunAsync(new FakeAgents(evaluate), Searching("search", "one", "u"));
        Assert.Equal("test/evaluate", store.Find(KeyOf("u"))!.Label);
        Assert.Contains(KeyOf("u"), store.KeysOf(outcome.Run));
    }

    [Fact]
    public async Task Share_that_is_done_is_told_with_each_job()
    {
        var shares = new List<double>();
        var search = new FakeStage("search", "search", "one")
        {
            Work = async work =>
            {
                var request = Request("u", "v", "w", "x") with
                {
                    Progressed = share =>
                    {
                        lock (shares)
                        {
                            shares.Add(share);
                        }
                    },
                };
                await work.Tools.Jobs.ObtainAsync(request, work.Cancellation);
                return null;
            },
        };
        await RunAsync(new FakeAgents(evaluate), search);
        Assert.Equal([0.25, 0.5, 0.75, 1], shares.Order());
    }

    [Fact]
    public async Task Failing_agent_fails_the_stage_that_asked_and_what_was_published_stays()
    {
        var broken = new FakeKind("evaluate") { OnAgent = true, Work = w => Task.FromResult(w.Value == "bad" ? "no room" : null) };
        var (search, after) = (Searching(broken, "search", "one", "u", "v", "bad", "w"), Searching("other", "two", "u"));
        var outcome = await RunAsync(new FakeAgents(broken), search, new FakeStage("aggregate", "aggregate", "a", search));

        Assert.Equal(ExitCode.StageFailed, outcome.ExitCode);
        Assert.Equal([StageStatus.Failed, StageStatus.Skipped], outcome.Stages.Select(s => s.Status));
        Assert.Equal([true, true, false, false], ((string[])["u", "v", "bad", "w"]).Select(v => store.Contains(KeyOf(v))));

        var next = await RunAsync(new FakeAgents(evaluate), after);
        Assert.Equal((0, 1, ExitCode.Done), (next.EvaluationsRan, next.EvaluationHits, next.ExitCode));
    }

    [Theory]
    [InlineData(true, "evaluate: the agent died")]
    [InlineData(false, "evaluate: the agent's results are not complete")]
    public async Task Agent_that_ends_early_fails_the_stage(bool says, string expected)
    {
        var agents = new DeadAgents(says ? "the agent died" : null);
        var told = new Recorder();
        await RunAsync(store, agents, told, default, Searching("search", "one", "u"));
        Assert.Equal(expected, told.Of<StageFinished>().Single().Summary);
    }

    [Fact]
    public async Task Cancellation_keeps_what_is_finished()
    {
        using var cancellation = new CancellationTokenSource();
        var stops = new FakeKind("evaluate")
        {
            OnAgent = true,
            Work = async w =>
            {
                if (w.Value == "w")
                {
                    await cancellation.CancelAsync();
                }

                w.Cancellation.ThrowIfCancellationRequested();
                return null;
            },
        };
        var outcome = await RunAsync(
            store, new FakeAgents(stops), new Recorder(), cancellation.Token, Searching(stops, "search", "one", "u", "v", "w", "x"));

        Assert.Equal((ExitCode.Cancelled, StageStatus.Cancelled), (outcome.ExitCode, Assert.Single(outcome.Stages).Status));
        Assert.Equal([true, true, false, false], ((string[])["u", "v", "w", "x"]).Select(v => store.Contains(KeyOf(v))));

        await RunAsync(new FakeAgents(evaluate), Searching("search", "one", "u", "v", "w", "x"));
        Assert.Equal(2, evaluate.Computed);
    }

    [Fact]
    public async Task What_a_holder_has_under_way_is_waited_for()
    {
        var job = KeyedJob.Of(evaluate, new FakeInputs { Value = "v" }, StageNeeds.None, store);
        var lease = store.TryLease(job.Preimage.Key).Lease!;
        var looked = new TaskCompletionSource();
        var search = new FakeStage("search", "search", "one")
        {
            Work = async work =>
            {
                var asking = work.Tools.Jobs.ObtainAsync(Request("u", "v"), work.Cancellation);
                looked.SetResult();
                asked["search"] = string.Join(',', (await asking).Select(r => r.Read<string>("output")));
                return null;
            },
        };
        var running = RunAsync(new FakeAgents(evaluate), search);
        await looked.Task;
        Assert.Equal(0, evaluate.Computed);
        store.PublishFake(job, "evaluate", "theirs");
        lease.Dispose();
        var outcome = await running;

        Assert.Equal("u,theirs", asked["search"]);
        Assert.Equal((1, 1, 1), (evaluate.Computed, outcome.EvaluationsRan, outcome.EvaluationHits));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_coordinators_share_what_a_search_asks_for_all_at_once()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var kind = new FakeKind("evaluate")
        {
            OnAgent = true,
            Work = async _ =>
            {
                await both.Task;
                return null;
            },
        };
        string[] values = [.. Enumerable.Range(10, 12).Select(i => $"{i}")];
        using var second = StageStore.Open(folder["store"], TimeProvider.System);
        var (here, there) = (new FakeAgents(kind), new FakeAgents(kind));

        var first = RunAsync(store, here, new Recorder(), TestContext.Current.CancellationToken, Asking("a/search", "one", values));
        await UntilAsync(() => here.Jobs.Count == ((IAgentPool)here).JobsAtOnce);
        var other = RunAsync(second, there, new Recorder(), TestContext.Current.CancellationToken, Asking("b/search", "two", values.Reverse()));

        // Nothing is computed before both have something: what the first has not begun is free.
        await UntilAsync(() => there.Jobs.Count > 0);
        Assert.Equal(4, here.Jobs.Count);
        both.SetResult();
        var outcomes = await Task.WhenAll(first, other);

        Assert.All(outcomes, o => Assert.Equal(0, o.ExitCode));
        Assert.Equal((12, 12), (kind.Computed, here.Jobs.Count + there.Jobs.Count));
        Assert.Equal((12, 12), (outcomes.Sum(o => o.EvaluationsRan), outcomes.Sum(o => o.EvaluationHits)));

        FakeStage Asking(string name, string value, IEnumerable<string> wanted) => new(name, "search", value)
        {
            Work = async work =>
            {
                await Task.WhenAll(wanted.Select(v => work.Tools.Jobs.ObtainAsync(
                    new JobRequest(kind, v, [new FakeInputs { Value = v }]), work.Cancellation)));
                return null;
            },
        };

        static async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    private Digest KeyOf(string value) => KeyedJob.Of(evaluate, new FakeInputs { Value = value }, StageNeeds.None, store).Preimage.Key;

    private JobRequest Request(params string[] values) => new(evaluate, "evaluate", [.. values.Select(v => new FakeInputs { Value = v })]);

    private FakeStage Searching(string name, string value, params string[] values) => Searching(evaluate, name, value, values);

    /// <summary>A stage that asks for values and notes what it got.</summary>
    private FakeStage Searching(FakeKind kind, string name, string value, params string[] values) => new(name, "search", value)
    {
        Work = async work =>
        {
            var results = await work.Tools.Jobs.ObtainAsync(Request(values) with { Kind = kind }, work.Cancellation);
            asked[name] = string.Join(',', results.Select(r => r.Read<string>("output")));
            return null;
        },
    };

    private Task<RunOutcome> RunAsync(IAgentPool agents, params FakeStage[] stages) =>
        RunAsync(store, agents, new Recorder(), default, stages);

    private Task<RunOutcome> RunAsync(
        StageStore on, IAgentPool agents, Recorder told, CancellationToken cancellation, params FakeStage[] stages) =>
        new Coordinator(on, agents, new Workspace(folder.Path), new ImpatientTime(), told)
            .RunAsync(FakeStage.Graph(stages), "schema = 1"u8.ToArray(), cancellation);

    private sealed class DeadAgents(string? failure) : IAgentPool
    {
        public int Cores => 2;

        public int Gpus => 0;

        public Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation) =>
            Task.FromResult(new JobResult { Failure = failure });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
