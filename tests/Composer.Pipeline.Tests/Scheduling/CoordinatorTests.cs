using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store;
using Composer.Store.Leases;

namespace Composer.Pipeline.Tests.Scheduling;

public sealed class CoordinatorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public CoordinatorTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Second_run_computes_nothing()
    {
        var (first, second) = (Chain("s", "a"), Chain("s", "a"));
        var one = await RunAsync(first);
        var two = await RunAsync(second);
        Assert.Equal((2, 0, ExitCode.Done), (one.Count(StageStatus.Ran), one.Count(StageStatus.Hit), one.ExitCode));
        Assert.Equal((0, 2, ExitCode.Done), (two.Count(StageStatus.Ran), two.Count(StageStatus.Hit), two.ExitCode));
        Assert.All(second, s => Assert.Equal(0, s.Computed));
    }

    [Fact]
    public async Task Changed_stage_reruns_itself_and_what_reads_it()
    {
        await RunAsync(Chain("s", "a"));
        var changed = Chain("t", "a");
        await RunAsync(changed);
        Assert.All(changed, s => Assert.Equal(1, s.Computed));

        var end = Chain("t", "b");
        await RunAsync(end);
        Assert.Equal([0, 1], end.Select(s => s.Computed));
    }

    [Fact]
    public async Task Rerun_with_the_same_output_reruns_nothing_after_it()
    {
        await RunAsync(Chain("s", "a"));
        var search = new FakeStage("search", "search", "changed") { Output = "s" };
        var aggregate = new FakeStage("aggregate", "aggregate", "a", search);
        await RunAsync([search, aggregate]);
        Assert.Equal((1, 0), (search.Computed, aggregate.Computed));
    }

    [Fact]
    public async Task Output_that_is_a_symbolic_link_is_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "secret"), "secret");
        var link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, "secret");
        var stage = new FakeStage("search", "search", "s") { File = link };

        var outcome = await RunAsync([stage]);

        Assert.Equal(1, outcome.Count(StageStatus.Failed));
        Assert.DoesNotContain(Digest.Of("secret"), store.Blobs.All().Select(b => b.Digest));
    }

    [Fact]
    public async Task Failure_stays_with_what_depends_on_it_and_is_tried_again()
    {
        var search = new FakeStage("search", "search", "s") { Work = _ => Task.FromResult<string?>("no signal") };
        var aggregate = new FakeStage("aggregate", "aggregate", "a", search);
        var other = new FakeStage("pretrain/llama", "pretrain", "l");
        var outcome = await RunAsync([search, aggregate, other]);
        Assert.Equal(ExitCode.StageFailed, outcome.ExitCode);
        Assert.Equal([StageStatus.Failed, StageStatus.Skipped, StageStatus.Ran], outcome.Stages.Select(s => s.Status));

        var mended = await RunAsync(Chain("s", "a"));
        Assert.Equal((2, ExitCode.Done), (mended.Count(StageStatus.Ran), mended.ExitCode));
    }

    [Fact]
    public async Task Two_stages_of_one_key_are_computed_once()
    {
        var one = new FakeStage("pretrain/composite", "pretrain", "same") { Work = Pause };
        var two = new FakeStage("pretrain/llama", "pretrain", "same") { Work = Pause };
        var outcome = await RunAsync([one, two]);
        Assert.Equal(1, one.Computed + two.Computed);
        Assert.Equal((1, 1), (outcome.Count(StageStatus.Ran), outcome.Count(StageStatus.Hit)));

        static async Task<string?> Pause(FakeWork work)
        {
            await Task.Yield();
            return null;
        }
    }

    [Fact]
    public async Task Points_of_a_sweep_run_side_by_side()
    {
        var (one, other) = (new TaskCompletionSource(), new TaskCompletionSource());
        var patience = TimeSpan.FromMinutes(1);
        var first = new FakeStage("size=1/pretrain", "pretrain", "1") { Work = work => MeetAsync(one, other, work.Cancellation) };
        var second = new FakeStage("size=2/pretrain", "pretrain", "2") { Work = work => MeetAsync(other, one, work.Cancellation) };

        var outcome = await RunAsync([first, second]);

        Assert.All(outcome.Stages, s => Assert.Equal(StageStatus.Ran, s.Status));

        async Task<string?> MeetAsync(TaskCompletionSource mine, TaskCompletionSource theirs, CancellationToken token)
        {
            mine.SetResult();
            await theirs.Task.WaitAsync(patience, token);
            return null;
        }
    }

    [Fact]
    public async Task Cancelled_run_keeps_what_was_finished_and_exits_130()
    {
        using var cancellation = new CancellationTokenSource();
        var search = new FakeStage("search", "search", "s");
        var endless = new FakeStage("aggregate", "aggregate", "a", search)
        {
            Work = async work =>
            {
                await cancellation.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, work.Cancellation);
                return null;
            },
        };
        var outcome = await RunAsync([search, endless], cancellation.Token);
        Assert.Equal(ExitCode.Cancelled, outcome.ExitCode);
        Assert.Equal([StageStatus.Ran, StageStatus.Cancelled], outcome.Stages.Select(s => s.Status));

        var next = Chain("s", "a");
        await RunAsync(next);
        Assert.Equal([0, 1], next.Select(s => s.Computed));
    }

    [Fact]
    public async Task Plan_says_hit_run_and_why()
    {
        await RunAsync(Chain("s", "a"));
        var planner = new Planner(store, new Workspace(folder.Path), new FakeResources());
        Assert.All(planner.Plan(FakeStage.Graph(Chain("s", "a"))), p => Assert.Equal(PlanStatus.Hit, p.Status));

        var plan = planner.Plan(FakeStage.Graph(Chain("t", "a")));
        Assert.Equal([PlanStatus.Run, PlanStatus.Run], plan.Select(p => p.Status));
        Assert.Equal(["value: s → t"], plan[0].Reasons);
        Assert.Equal(["its input changes: search"], plan[1].Reasons);
    }

    [Fact]
    public async Task Lost_output_is_a_reason_to_run()
    {
        var outcome = await RunAsync(Chain("s", "a"));
        var search = outcome.Results.Single(r => r.Key.Name == "search").Value;
        File.Delete(search.ContentOf("output").Path);
        var plan = new Planner(store, new Workspace(folder.Path), new FakeResources()).Plan(FakeStage.Graph(Chain("s", "a")));
        Assert.Equal(["its output is missing from the store: output"], plan[0].Reasons);

        var again = await RunAsync(Chain("s", "a"));
        Assert.Equal([StageStatus.Ran, StageStatus.Hit], again.Stages.Select(s => s.Status));
    }

    [Fact]
    public async Task Lost_output_is_the_reason_also_when_other_runs_came_after()
    {
        var outcome = await RunAsync(Chain("s", "a"));
        await RunAsync(Chain("t", "a"));
        var search = outcome.Results.Single(r => r.Key.Name == "search").Value;
        File.Delete(search.ContentOf("output").Path);
        var plan = new Planner(store, new Workspace(folder.Path), new FakeResources()).Plan(FakeStage.Graph(Chain("s", "a")));
        Assert.Equal(["its output is missing from the store: output"], plan[0].Reasons);
        Assert.Empty(plan[0].Differences);
    }

    [Fact]
    public async Task Run_gives_the_reasons_that_the_plan_gave()
    {
        var outcome = await RunAsync(Chain("s", "a"));
        File.Delete(outcome.Results.Single(r => r.Key.Name == "search").Value.ContentOf("output").Path);
        foreach (var (search, aggregate) in ((string, string)[])[("s", "a"), ("s", "b"), ("t", "b")])
        {
            var told = new Recorder();
            var plan = new Planner(store, new Workspace(folder.Path), new FakeResources()).Plan(FakeStage.Graph(Chain(search, aggregate)));
            await RunAsync(Chain(search, aggregate), observer: told);
            var reasons = told.Of<StageStarted>().ToDictionary(s => s.Stage, s => s.Reasons);
            Assert.NotEmpty(reasons);
            Assert.All(
                plan.Where(p => p is { Status: PlanStatus.Run, Preimage: not null }),
                p => Assert.Equal(p.Reasons, reasons[p.Stage.Name]));
        }
    }

    [Fact]
    public void Stage_that_needs_a_gpu_is_blocked_without_one()
    {
        var stage = new FakeStage("pretrain/composite", "pretrain", "p") { Needs = new StageNeeds(1, "torch") };
        var plan = new Planner(store, new Workspace(folder.Path), new FakeResources()).Plan(FakeStage.Graph(stage));
        Assert.Equal(PlanStatus.Blocked, plan[0].Status);
        Assert.Equal("needs 1 GPU; this machine has none", plan[0].Reasons[0]);
    }

    [Fact]
    public async Task What_another_coordinator_computes_is_waited_for_and_then_read()
    {
        var stage = new FakeStage("search", "search", "s");
        var job = stage.Stage.Resolve(new StageResults(), store, new PlannedFiles(store));
        var lease = store.TryLease(job.Preimage.Key).Lease!;
        var told = new Recorder
        {
            Happened = happened =>
            {
                if (happened is StageWaiting)
                {
                    store.PublishFake(job, "search", "theirs");
                    lease.Dispose();
                }
            },
        };
        var outcome = await RunAsync([stage], observer: told);

        Assert.Equal(StageStatus.Hit, Assert.Single(outcome.Stages).Status);
        Assert.Equal(0, stage.Computed);
        Assert.Equal("theirs", outcome.Results[stage.Stage].Read<string>("output"));
        var waiting = Assert.Single(told.Of<StageWaiting>());
        Assert.Equal($"process {Environment.ProcessId} on {ProcessIdentity.Current.Host}", waiting.Holder);
    }

    private static FakeStage[] Chain(string search, string aggregate)
    {
        var first = new FakeStage("search", "search", search);
        return [first, new FakeStage("aggregate", "aggregate", aggregate, first)];
    }

    private async Task<RunOutcome> RunAsync(
        IReadOnlyList<FakeStage> stages, CancellationToken cancellation = default, IRunObserver? observer = null)
    {
        var coordinator = new Coordinator(
            store, new NoAgents(), new Workspace(folder.Path), new ImpatientTime(), observer ?? new Recorder());
        return await coordinator.RunAsync(FakeStage.Graph(stages), "schema = 1"u8.ToArray(), cancellation);
    }
}
