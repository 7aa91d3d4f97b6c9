using System.Collections.Concurrent;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Manifests;
using Composer.Pipeline;
using Composer.Pipeline.Results;
using Composer.Pipeline.Scheduling;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;
using Composer.Stages.Evaluate;
using Composer.Stages.Experiment;
using Composer.Stages.Search;
using Composer.Store;
using Composer.Store.GarbageCollection;

namespace Composer.Stages.Tests.Aggregate;

/// <summary>
/// A search whose best orders have one attention each, at places that vary: every position votes for M, and 4M is the worst
/// order of all.
/// </summary>
public sealed class ConfirmedAggregationTests : IDisposable
{
    private const string Manifest =
        """
        schema = 1
        name = "confirmed"
        seed = 17

        [search]
        strategy = "exhaustive"
        layers = 4
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [evaluate]
        tasks = ["in-context-recall", "memorization"]
        epochs = 1
        learning_rates = [1e-3, 1e-2]
        weight_decays = [0.0]
        repetitions = 2

        [aggregate]
        method = "n-c"

        [extrapolate]
        size = "20K"
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [pretrain]
        tokens = 1_000
        """;

    private readonly TemporaryFolder folder = new();
    private readonly LandscapeAgents agents = new();

    public ConfirmedAggregationTests()
    {
        Directory.CreateDirectory(folder["experiments"]);
        File.WriteAllText(folder["experiments/confirmed.toml"], Manifest);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Vote_for_the_worst_order_gives_way_to_the_best_member_of_the_cluster()
    {
        var output = await AggregateAsync();
        Assert.Equal("MMMM", string.Concat(output.Positions.Select(p => p.Chosen)));
        var confirmation = output.Confirmation!;
        Assert.Equal(("MMMM", ConfirmationVerdict.Worse), (confirmation.Proposed.ToString(), confirmation.Verdict));
        Assert.Equal((16, 1), (confirmation.Orders[0].Rank!.Value, output.Architecture.Count(c => c == 'A')));
        Assert.Equal([confirmation.Proposed, .. output.Clusters[0].Members.Take(5)], confirmation.Orders.Select(o => o.Layers));
        Assert.Equal(confirmation.Orders.MinBy(o => o.Mean)!.Layers, output.Architecture);
        Assert.All(confirmation.Orders, o => Assert.Equal((3, o.Runs.Average()), (o.Runs.Count, o.Mean)));
    }

    [Fact]
    public async Task Literal_rule_takes_the_vote_and_trains_nothing()
    {
        var output = await AggregateAsync("aggregate.confirm=false");
        Assert.Equal(("MMMM", true), (output.Architecture.ToString(), output.Confirmation is null));
        Assert.Equal(16 * PerRun, agents.Seeds.Values.Sum(s => s.Count));
    }

    [Fact]
    public async Task Candidate_at_a_percentile_is_confirmed_only_where_the_manifest_says_so()
    {
        Assert.Null((await AggregateAsync("aggregate.method=percentile", "aggregate.percentile=50")).Confirmation);
        var confirmed = await AggregateAsync("aggregate.method=percentile", "aggregate.percentile=50", "aggregate.confirm=true");
        Assert.InRange(confirmed.Confirmation!.Orders[0].Rank!.Value, 8, 9);
        Assert.Equal(ConfirmationVerdict.Worse, confirmed.Confirmation.Verdict);
        Assert.Equal(1, confirmed.Architecture.Count(c => c == 'A'));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_way_s_reading_stands_beside_the_order_that_was_taken(bool confirmsReadings)
    {
        var output = await AggregateAsync($"aggregate.confirm_readings={(confirmsReadings ? "true" : "false")}");
        Assert.Equal(["N_0", "N_1", "N_(i-1)", "p100", "posterior"], output.Readings.Select(r => r.Way));
        Assert.Equal("N_0", Assert.Single(output.Readings, r => r.IsChosen).Way);
        var (vote, best) = (output.Readings[0], output.Readings[3]);
        Assert.Equal(("MMMM", 16, output.Architecture), (vote.Order.Layers.ToString(), vote.Order.Rank!.Value, vote.Confirmed));
        Assert.Equal((output.Clusters[0].Members[0], 1), (best.Order.Layers, best.Order.Rank!.Value));
        Assert.Equal(output.Confirmation!.Verdict, vote.Verdict);

        // What runs for the vote runs for every reading of the same order.
        Assert.Equal(output.Confirmation.Orders.Single(o => o.Layers == best.Order.Layers).Runs, best.Order.Runs);
        var trained = output.Confirmation.Orders.Select(o => o.Layers).ToHashSet();
        Assert.All(output.Readings, r => Assert.Equal(
            confirmsReadings || trained.Contains(r.Order.Layers) ? 3 : 0, r.Order.Runs.Count));
        Assert.All(output.Readings, r => Assert.Equal(r.Order.Runs.Count > 0, r.Confirmed is not null && r.Verdict is not null));
        var orders = trained.Concat(output.Readings.Where(_ => confirmsReadings).Select(r => r.Order.Layers)).Distinct().Count();
        Assert.Equal((16 + (3 * orders)) * PerRun, agents.Seeds.Values.Sum(s => s.Count));
        Assert.Equal(3 * orders * PerRun, output.Evaluations.Count());
    }

    [Fact]
    public async Task A_way_beside_the_five_is_a_reading_too()
    {
        var output = await AggregateAsync("aggregate.condition=2", "aggregate.confirm=false");
        Assert.Equal(("N_2", true, 0), (output.Readings[^1].Way, output.Readings[^1].IsChosen, output.Readings[^1].Order.Runs.Count));
        Assert.Equal(output.Architecture, output.Readings[^1].Order.Layers);
        Assert.Equal(6, output.Readings.Count);
    }

    [Fact]
    public async Task Tasks_count_by_their_weights_in_search_and_confirmation()
    {
        string[] weights = ["evaluate.task.in-context-recall.weight=3", "evaluate.task.memorization.weight=0.5"];
        agents.Memorization = 4;
        var search = Read<SearchOutput>(await RunAsync(KindNames.Search, weights), KindNames.Search, SearchOutput.Name);
        Assert.All(search.Trials, t => Assert.Equal(
            ((3 * t.Tasks[0].Score!.Value) + (.5 * t.Tasks[1].Score!.Value)) / 3.5, t.Score!.Value, 12));
        Assert.Equal([3.0, .5], search.Trials[0].Tasks.Select(t => t.Weight!.Value));
        var output = await AggregateAsync(weights);
        Assert.All(output.Confirmation!.Orders.Where(o => o.Layers.Count(c => c == 'A') == 1), o => Assert.InRange(
            o.Mean!.Value, ((3 * 1) + (.5 * 5)) / 3.5, (((3 * 1) + (.5 * 5)) / 3.5) + .02));
    }

    [Theory]
    [InlineData("aggregate.method=n-previous")]
    [InlineData("aggregate.method=posterior")]
    [InlineData("aggregate.condition=2")]
    [InlineData("aggregate.method=p100")]
    public async Task Every_other_way_is_confirmed(string method)
    {
        var output = await AggregateAsync(method);
        Assert.NotNull(output.Confirmation);
        Assert.Equal(1, output.Architecture.Count(c => c == 'A'));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3, "search.replicates.top=3", "search.replicates.seeds=4")]
    [InlineData(2, "aggregate.confirm_runs=2", "aggregate.confirm_members=2")]
    public async Task Confirming_runs_have_seeds_of_their_own(int runs, params string[] settings)
    {
        var search = await RunAsync(KindNames.Search, settings);
        var before = agents.Seeds.ToDictionary(s => s.Key, s => s.Value.ToHashSet());
        var output = await AggregateAsync(settings);
        Assert.Equal(ExitCode.Done, search.ExitCode);
        foreach (var order in output.Confirmation!.Orders)
        {
            var (all, known) = (agents.Seeds[order.Layers.ToString()], before[order.Layers.ToString()]);
            var fresh = all.Skip(known.Count == 0 ? 0 : all.Count - (runs * PerRun)).ToArray();
            Assert.Equal(runs * PerRun, fresh.Length);
            Assert.DoesNotContain(fresh, known.Contains);
        }

        // Runs of all orders are paired: the same seeds, so the same data.
        Assert.Single(
            output.Confirmation.Orders.Select(o => string.Join(' ', agents.Seeds[o.Layers.ToString()].TakeLast(runs * PerRun))).Distinct());
    }

    [Fact]
    public async Task Members_that_fail_when_they_are_run_again_are_out()
    {
        agents.FailFresh = "AMMM";
        var output = await AggregateAsync();
        Assert.NotEqual("AMMM", output.Architecture.ToString());
        Assert.Null(output.Confirmation!.Orders.Single(o => o.Layers.ToString() == "AMMM").Mean);
    }

    [Fact]
    public async Task Fresh_runs_are_kept_with_the_aggregation_and_trained_once()
    {
        await RunAsync(KindNames.Aggregate);
        var trained = agents.Seeds.Values.Sum(s => s.Count);

        // Four members and the vote, three runs each.
        Assert.Equal((16 + (5 * 3)) * PerRun, trained);
        using (var store = StageStore.Open(new Workspace(folder.Path).Store, TimeProvider.System))
        {
            store.Pin(store.Runs(1)[0].Id, pinned: true);
            Assert.Equal(0, store.Collect(new RetentionPolicy(TimeSpan.Zero) { Grace = TimeSpan.Zero }).Stages);
        }

        // Other clusters are another aggregation of the same runs.
        var again = await RunAsync(KindNames.Aggregate, "aggregate.clusters=4");
        Assert.Equal((0, trained), (again.EvaluationsRan, agents.Seeds.Values.Sum(s => s.Count)));
    }

    [Fact]
    public async Task Phase_of_an_incremental_search_goes_on_from_a_member_of_its_best_cluster()
    {
        // The first phase's votes make 4M, which the literal rule fixes for the second.
        string[] settings = ["search.strategy=end-layer", "search.layers=8", "search.step_layers=4", "search.trials=16"];
        Assert.All(await PrefixesAsync([.. settings, "aggregate.confirm=false"]), p => Assert.Equal("MMMM", p));
        Assert.All(await PrefixesAsync(settings), p => Assert.Equal(1, p.Count(c => c == 'A')));

        async Task<IEnumerable<string>> PrefixesAsync(string[] with) =>
            Read<SearchOutput>(await RunAsync(KindNames.Search, with), KindNames.Search, SearchOutput.Name)
                .Trials.Where(t => t.Layers.Count == 8).Select(t => t.Layers.ToString()[..4]);
    }

    /// <summary>Trainings of one run: tasks, settings, repetitions.</summary>
    private const int PerRun = 2 * 2 * 2;

    private async Task<AggregateOutput> AggregateAsync(params string[] settings) =>
        Read<AggregateOutput>(await RunAsync(KindNames.Aggregate, settings), KindNames.Aggregate, AggregateOutput.Name);

    private T Read<T>(RunOutcome outcome, string kind, string output)
    {
        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        using var store = StageStore.Open(new Workspace(folder.Path).Store, TimeProvider.System);
        return new StageResult(store.Find(outcome.Stages.Single(s => s.Kind == kind).Key!.Value)!, store).Read<T>(output);
    }

    private async Task<RunOutcome> RunAsync(string until, params string[] settings)
    {
        var workspace = new Workspace(folder.Path);
        var loaded = ManifestLoader.Load(folder["experiments/confirmed.toml"], null, settings);
        var graph = ExperimentGraphs.Build(loaded, workspace, ExperimentKinds.With(new NoRenderer())).Until(until)!;
        using var store = StageStore.Open(workspace.Store, TimeProvider.System);
        return await new Coordinator(store, agents, workspace, TimeProvider.System, new Silent())
            .RunAsync(graph, [], CancellationToken.None);
    }

    /// <summary>One attention in every four layers is best, none is worst; each training has a little luck of its own.</summary>
    private sealed class LandscapeAgents : MadeUpAgents
    {
        /// <summary>By order: the seeds that it was trained with, in turn.</summary>
        public ConcurrentDictionary<string, List<ulong>> Seeds { get; } = new();

        /// <summary>What is added to the loss of memorization.</summary>
        public double Memorization { get; set; }

        /// <summary>An order that fails from its second run on.</summary>
        public string? FailFresh { get; set; }

        protected override Task<Func<EvaluateInputs, EvaluationResult>?> BeginAsync(string layers)
        {
            var seeds = Seeds.GetOrAdd(layers, _ => []);
            var failed = seeds.Count > 0 && layers == FailFresh;
            return Task.FromResult<Func<EvaluateInputs, EvaluationResult>?>(inputs =>
            {
                seeds.Add(inputs.Seed.Value);
                var attentions = layers.Count(c => c == 'A');
                var luck = new Rng(inputs.Seed.Derive(layers)).NextDouble();
                var loss = attentions == 0 ? 2 : 1 + (.1 * Math.Max(0, attentions - 1)) + (.01 * luck)
                    + (inputs.Mad!.Task == "memorization" ? Memorization : 0);
                var result = Finished(inputs, epoch: 1, loss, accuracy: .5);
                return failed ? result with { Status = EvaluationStatus.Failed, Failure = "as told", Curve = [] } : result;
            });
        }
    }
}
