using System.Globalization;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Manifests;
using Composer.Pipeline;
using Composer.Pipeline.Results;
using Composer.Pipeline.Scheduling;
using Composer.Stages.Aggregate;
using Composer.Stages.Evaluate;
using Composer.Stages.Experiment;
using Composer.Stages.Search;
using Composer.Store;

namespace Composer.Stages.Tests.Search;

/// <summary>Whole searches over evaluations that a formula makes up: what is left out, and what that changes.</summary>
public sealed class StoppingTests : IDisposable
{
    private const string Manifest =
        """
        schema = 1
        name = "stopping"
        seed = 17

        [search]
        strategy = "exhaustive"
        layers = 4
        primitives = ["A", "M"]
        batch = 4
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [evaluate]
        tasks = ["memorization", "in-context-recall", "compression", "selective-copying"]
        samples = 8
        test_samples = 8
        epochs = 8
        batch = 8
        learning_rates = [1e-3, 1e-2, 1e-4]
        weight_decays = [0.0]

        [aggregate]
        method = "p100"
        confirm = false

        [extrapolate]
        method = "stack"
        size = "20K"
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [pretrain]
        corpus = "stories"
        tokens = 1_000
        """;

    private readonly TemporaryFolder folder = new();

    public StoppingTests()
    {
        Directory.CreateDirectory(folder["experiments"]);
        File.WriteAllText(folder["experiments/stopping.toml"], Manifest);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("search.strategy=exhaustive")]
    [InlineData("search.strategy=random", "search.trials=11")]
    [InlineData("search.strategy=exhaustive", "evaluate.objective=accuracy")]
    [InlineData("search.strategy=exhaustive", "evaluate.objective=accuracy", "aggregate.method=n-c")]
    [InlineData("search.strategy=one-shot", "search.trials=12", "evaluate.objective=accuracy", "aggregate.method=posterior")]
    [InlineData("search.strategy=exhaustive", "aggregate.method=n-c")]
    [InlineData("search.strategy=exhaustive", "aggregate.confirm=true")]
    [InlineData("search.strategy=exhaustive", "evaluate.task.memorization.weight=4", "evaluate.task.selective-copying.weight=0.25")]
    [InlineData(
        "search.strategy=random", "search.trials=11", "evaluate.task.memorization.weight=0.125", "evaluate.task.compression.weight=3")]
    public async Task Lossless_stopping_never_changes_the_result(params string[] settings)
    {
        var saved = 0.0;
        for (var seed = 1; seed <= 2; seed++)
        {
            string[] seeded = [.. settings, string.Create(CultureInfo.InvariantCulture, $"seed={seed}")];
            var whole = await RunAsync([.. seeded, "evaluate.lossless_stop=false"]);
            var stopped = await RunAsync(seeded);
            Assert.Equal(whole.Architecture, stopped.Architecture);
            Assert.Equal(whole.Search.Trials.MinBy(t => t.Score)!.Layers, stopped.Search.Trials.MinBy(t => t.Score)!.Layers);
            Assert.Equal(0, whole.Savings.Saved);
            foreach (var (a, b) in whole.Search.Trials.Zip(stopped.Search.Trials))
            {
                Assert.Equal(a.Layers, b.Layers);
                Assert.True(b.Stopped is not null ? b.Score is null : a.Score == b.Score);
            }

            saved += stopped.Savings.Saved;
        }

        // Where every score is read nothing can be left out, and nothing is.
        Assert.Equal(settings is [_, "aggregate.method=n-c" or "aggregate.confirm=true"], saved == 0);
    }

    [Theory]
    [InlineData]
    [InlineData("evaluate.task.memorization.weight=2", "evaluate.task.selective-copying.weight=0.5")]
    public async Task Pruned_candidates_have_a_prediction_and_no_score(params string[] weights)
    {
        var whole = await RunAsync(["aggregate.method=n-c", "evaluate.lossless_stop=false", .. weights]);
        var pruned = await RunAsync(["aggregate.method=n-c", "evaluate.pruning.wilcoxon=true", .. weights]);
        Assert.InRange(pruned.Savings.Saved, .05, .9);
        Assert.True(pruned.Savings.StoppedByWilcoxon > 0);
        Assert.InRange(pruned.Savings.CandidateTau!.Value, .2, 1);
        var members = pruned.Search.Result.ToHashSet();
        var errors = new List<double>();
        foreach (var (a, b) in whole.Search.Trials.Zip(pruned.Search.Trials).Where(pair => pair.Second.Stopped is not null))
        {
            Assert.Null(b.Score);
            Assert.DoesNotContain(b.Number, members);
            Assert.True(b.Variance > 0);
            errors.Add(Math.Abs(a.Score!.Value - b.Predicted!.Value) / Math.Sqrt(b.Variance));
        }

        Assert.InRange(errors.Average(), .05, 3);
        Assert.Equal(whole.Search.Trials.MinBy(t => t.Score)!.Layers, pruned.Search.Trials.MinBy(t => t.Score)!.Layers);
    }

    [Fact]
    public async Task All_candidates_finish_when_all_are_told_to()
    {
        var whole = await RunAsync("aggregate.method=n-c", "evaluate.pruning.wilcoxon=true", "evaluate.pruning.finish=1");
        Assert.Equal(0, whole.Savings.Saved);
        Assert.All(whole.Search.Trials, t => Assert.NotNull(t.Score));
    }

    [Fact]
    public async Task Halving_trains_to_the_end_what_begins_well()
    {
        var whole = await RunAsync("aggregate.method=n-c");
        var halved = await RunAsync("aggregate.method=n-c", "evaluate.halving.at=[0.25]", "evaluate.halving.keep=[1]");

        // Of three settings 3 · ¼ + 1 instead of 3, but for the tenth that trains all, beginnings too.
        Assert.InRange(halved.Savings.Saved, .3, .42);
        Assert.InRange(halved.Savings.SettingTau!.Value, 0, 1);
        foreach (var (a, b) in whole.Search.Trials.Zip(halved.Search.Trials))
        {
            Assert.True(b.Score >= a.Score, "A setting less cannot be better.");
        }
    }

    [Fact]
    public async Task Stopped_search_is_the_same_whatever_finishes_first()
    {
        var first = await RunAsync("evaluate.pruning.wilcoxon=true");
        var second = await RunAsync(slow: 7, "evaluate.pruning.wilcoxon=true");
        Assert.Equal(
            first.Search.Trials.Select(t => (t.Layers, t.Score, t.Stopped, t.Predicted)),
            second.Search.Trials.Select(t => (t.Layers, t.Score, t.Stopped, t.Predicted)));
    }

    [Fact]
    public async Task Best_candidates_are_run_again_and_averaged()
    {
        var once = await RunAsync("aggregate.method=p100", "evaluate.lossless_stop=false");
        var again = await RunAsync("aggregate.method=p100", "search.replicates.top=3", "search.replicates.seeds=3");
        var top = once.Search.Trials.OrderBy(t => t.Score).Take(3).Select(t => t.Layers).ToHashSet();
        foreach (var trial in again.Search.Trials)
        {
            Assert.Equal(top.Contains(trial.Layers) ? 3 : 1, trial.Runs);
            Assert.Equal(trial.Runs > 1, trial.Variance > 0);
        }
    }

    [Fact]
    public async Task Suggested_orders_come_first_and_constraints_let_no_other_through()
    {
        var run = await RunAsync(
            "search.strategy=one-shot",
            "search.trials=10",
            "search.suggest=[\"1A+3M\", \"3M+1A\"]",
            "search.constraints.max_share.A=0.5",
            "search.objectives=[\"score\", \"kv-cache\"]");
        Assert.Equal(["AMMM", "MMMA"], run.Search.Trials.Take(2).Select(t => t.Layers.ToString()));
        Assert.All(run.Search.Trials, t => Assert.True(t.Layers.Count(c => c == 'A') <= 2));
        Assert.Equal(10, run.Search.Trials.Count);
        Assert.Contains(run.Search.Trials, t => t.KvCache == 0);
    }

    private Task<Run> RunAsync(params string[] settings) => RunAsync(slow: 0, settings);

    /// <summary>In a store of its own when some are slow; the others share what is evaluated.</summary>
    private async Task<Run> RunAsync(int slow, params string[] settings)
    {
        var workspace = new Workspace(folder.Path, folder[slow > 0 ? "other" : "artifacts"]);
        var loaded = ManifestLoader.Load(folder["experiments/stopping.toml"], null, settings);
        var graph = ExperimentGraphs.Build(loaded, workspace, ExperimentKinds.With(new NoRenderer())).Until(KindNames.Aggregate)!;
        using var store = StageStore.Open(workspace.Store, TimeProvider.System);
        var outcome = await new Coordinator(store, new FormulaAgents(slow), workspace, TimeProvider.System, new Silent())
            .RunAsync(graph, [], CancellationToken.None);
        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        StageResult Of(string kind) => new(store.Find(outcome.Stages.Single(s => s.Kind == kind).Key!.Value)!, store);
        var search = Of(KindNames.Search);
        return new Run(
            search.Read<SearchOutput>(SearchOutput.Name),
            search.ReadBeside<SearchSavings>(SearchSavings.Name)!,
            Of(KindNames.Aggregate).Read<AggregateOutput>(AggregateOutput.Name).Architecture.ToString());
    }

    private sealed record Run(SearchOutput Search, SearchSavings Savings, string Architecture);

    /// <summary>
    /// Losses and accuracies by order, task, setting and epoch: A early and M late are good, tasks differ in
    /// level, some settings in speed, and each order has luck of its own.
    /// </summary>
    private sealed class FormulaAgents(int slow) : MadeUpAgents
    {
        private int started;

        protected override async Task<Func<EvaluateInputs, EvaluationResult>?> BeginAsync(string layers)
        {
            // Others end first: later jobs get ahead of earlier ones.
            for (var turn = slow * (3 - (Interlocked.Increment(ref started) % 4)); turn > 0; turn--)
            {
                await Task.Yield();
            }

            return Evaluate;
        }

        private static EvaluationResult Evaluate(EvaluateInputs inputs)
        {
            var (layers, mad) = (inputs.Candidate.ToString(), inputs.Mad!);
            var settings = mad.Settings;
            var rng = new Rng(inputs.Seed.Derive(layers).Derive(mad.Task));
            var order = layers.Select((c, i) => c == 'A' ? (double)i : 0).Sum() / 6;
            var luck = .15 * rng.NextDouble();
            var rate = settings.LearningRate switch { 1e-3 => 1.0, 1e-2 => .8 + (.4 * rng.NextDouble()), _ => .5 };
            var loss = .2 + order + luck + Math.Exp(-rate * settings.LastEpoch / 2.0);

            // Some tasks of good orders are solved without a mistake.
            return Finished(inputs, settings.LastEpoch, loss, Math.Clamp(1.25 - loss, 0, 1));
        }
    }
}
