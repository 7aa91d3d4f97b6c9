using Composer.Pipeline.Graph;
using Composer.Pipeline.Scheduling;
using Composer.Store;

namespace Composer.Pipeline.Tests.Scheduling;

public sealed class RecomputationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public RecomputationTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Stages_that_compute_the_same_are_equal_and_others_are_named_with_their_outputs()
    {
        var stable = new FakeStage("search", "search", "s");
        var unstable = new FakeStage("aggregate", "aggregate", "a", stable) { IsUnstable = true };
        var after = new FakeStage("extrapolate", "extrapolate", "e", unstable);
        await RunAsync(stable, unstable, after);

        var verdicts = await CheckAsync(_ => true, stable, unstable, after);

        Assert.Equal([RecomputedStage.Equal, RecomputedStage.Different, RecomputedStage.Equal], verdicts.Select(v => v.Status));
        Assert.Equal("output", Assert.Single(verdicts[1].Differences).Name);
        Assert.All([stable, unstable, after], s => Assert.Equal(2, s.Computed));
    }

    [Fact]
    public async Task Stored_output_that_was_damaged_is_said_to_be_whatever_comes_out_again()
    {
        var search = new FakeStage("search", "search", "s");
        await RunAsync(search);
        var blob = store.NewestOfKind("search", 1).Single().Outputs["output"];
        var path = store.PathOf(blob.Digest);
        File.Delete(path);
        File.WriteAllBytes(path, new byte[blob.Size]);

        var verdict = Assert.Single(await CheckAsync(_ => true, search));

        Assert.Equal(RecomputedStage.NotDone, verdict.Status);
        Assert.Contains("was damaged", verdict.Failure, StringComparison.Ordinal);
        Assert.Equal(1, search.Computed);
    }

    [Fact]
    public async Task Nothing_is_published_and_only_what_is_wanted_is_computed()
    {
        var search = new FakeStage("search", "search", "s");
        var aggregate = new FakeStage("aggregate", "aggregate", "a", search) { IsUnstable = true };
        await RunAsync(search, aggregate);
        var (before, runs) = (store.NewestOfKind("aggregate", 9).Single().Output, store.Runs(9).Count);

        await CheckAsync(s => s.Kind.Name == "aggregate", search, aggregate);

        Assert.Equal((1, 2), (search.Computed, aggregate.Computed));
        Assert.Equal(before, store.NewestOfKind("aggregate", 9).Single().Output);
        Assert.Equal(runs, store.Runs(9).Count);
    }

    [Fact]
    public async Task Stages_of_one_key_are_computed_once_and_what_is_not_in_the_store_is_missing()
    {
        var (one, other) = (new FakeStage("pretrain/a", "pretrain", "same"), new FakeStage("pretrain/b", "pretrain", "same"));
        await RunAsync(one, other);
        var unknown = new FakeStage("pretrain/c", "pretrain", "unknown");

        var verdicts = await CheckAsync(_ => true, one, other, unknown);

        Assert.Equal(
            [("pretrain/a", "equal"), ("pretrain/b", "equal"), ("pretrain/c", "missing")], verdicts.Select(v => (v.Name, v.Status)));
        Assert.Equal(2, one.Computed + other.Computed);
        Assert.Equal(0, unknown.Computed);
    }

    [Fact]
    public async Task A_stage_that_fails_the_second_time_has_failed()
    {
        var fails = false;
        var stage = new FakeStage("search", "search", "s") { Work = _ => Task.FromResult(fails ? "no luck" : null) };
        await RunAsync(stage);
        fails = true;

        var verdict = Assert.Single(await CheckAsync(_ => true, stage));

        Assert.Equal((RecomputedStage.NotDone, "no luck"), (verdict.Status, verdict.Failure));
    }

    private async Task<IReadOnlyList<RecomputedStage>> CheckAsync(Func<Stage, bool> wanted, params FakeStage[] stages) =>
        await new Recomputation(store, new NoAgents(), new Workspace(folder.Path, folder["check"]), TimeProvider.System)
            .CheckAsync(FakeStage.Graph(stages), wanted, _ => { }, default);

    private async Task RunAsync(params FakeStage[] stages)
    {
        var coordinator = new Coordinator(store, new NoAgents(), new Workspace(folder.Path), TimeProvider.System, new Recorder());
        var outcome = await coordinator.RunAsync(FakeStage.Graph(stages), "schema = 1"u8.ToArray(), default);
        Assert.Equal(0, outcome.ExitCode);
    }
}
