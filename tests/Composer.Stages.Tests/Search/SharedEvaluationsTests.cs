using System.Collections.Concurrent;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Manifests;
using Composer.Pipeline;
using Composer.Pipeline.Scheduling;
using Composer.Stages.Evaluate;
using Composer.Stages.Experiment;
using Composer.Store;
using Composer.Store.GarbageCollection;

namespace Composer.Stages.Tests.Search;

public sealed class SharedEvaluationsTests : IDisposable
{
    private const string Manifest =
        """
        schema = 1
        name = "shared"
        seed = 17

        [search]
        strategy = "exhaustive"
        layers = 3
        primitives = ["A", "M"]
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [evaluate]
        tasks = ["in-context-recall", "memorization"]
        samples = 8
        test_samples = 8
        epochs = 1
        batch = 8
        learning_rates = [1e-3, 1e-2]
        weight_decays = [0.0]

        [extrapolate]
        method = "stack"
        size = "20K"
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [pretrain]
        corpus = "stories"
        tokens = 1_000

        [lm-eval]
        tasks = ["stories-what-next"]
        """;

    private readonly TemporaryFolder folder = new();
    private readonly CountingAgents agents = new();

    public SharedEvaluationsTests()
    {
        Directory.CreateDirectory(folder["experiments"]);
        File.WriteAllText(folder["experiments/shared.toml"], Manifest);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Overlapping_searches_compute_each_evaluation_once()
    {
        // All 8 orders, and 5 of them by chance: other keys of the searches, the same keys of what they evaluate.
        var outcomes = await Task.WhenAll(
            Task.Run(() => SearchAsync()),
            Task.Run(() => SearchAsync("search.strategy=random", "search.trials=5")));
        Assert.All(outcomes, o => Assert.Equal(ExitCode.Done, o.ExitCode));
        Assert.Equal(2, outcomes.Select(o => o.Stages[0].Key).Distinct().Count());
        Assert.Equal(8 * 4, agents.Computed.Count);
        Assert.All(agents.Computed, unit => Assert.Equal(1, unit.Value));
        Assert.Equal((8 + 5) * 4, outcomes.Sum(o => o.EvaluationsRan + o.EvaluationHits));
        Assert.Equal(8 * 4, outcomes.Sum(o => o.EvaluationsRan));
    }

    [Fact]
    public async Task Failed_holder_leaves_the_evaluations_to_the_other()
    {
        agents.FailFirst = 3;
        await Task.WhenAll(
            Task.Run(() => SearchAsync()),
            Task.Run(() => SearchAsync("search.strategy=random", "search.trials=5")));
        Assert.Equal(ExitCode.Done, (await SearchAsync()).ExitCode);
        Assert.All(agents.Computed, unit => Assert.Equal(1, unit.Value));
    }

    [Fact]
    public async Task Evaluations_of_a_kept_search_survive_gc()
    {
        await SearchAsync();
        await SearchAsync();
        using var store = StageStore.Open(new Workspace(folder.Path).Store, TimeProvider.System);
        var newest = store.Runs(1)[0];
        Assert.Equal(1 + (8 * 4), store.KeysOf(newest.Id).Count);
        store.Pin(newest.Id, pinned: true);
        var result = store.Collect(new RetentionPolicy(TimeSpan.Zero) { Grace = TimeSpan.Zero });
        Assert.Equal((1, 0L), (result.Runs, result.Stages));

        store.Pin(newest.Id, pinned: false);
        Assert.Equal(1 + (8 * 4), store.Collect(new RetentionPolicy(TimeSpan.Zero) { Grace = TimeSpan.Zero }).Stages);
    }

    private async Task<RunOutcome> SearchAsync(params string[] settings)
    {
        var workspace = new Workspace(folder.Path);
        var loaded = ManifestLoader.Load(folder["experiments/shared.toml"], null, settings);
        var graph = ExperimentGraphs.Build(loaded, workspace, ExperimentKinds.With(new NoRenderer())).Until(KindNames.Search)!;
        using var store = StageStore.Open(workspace.Store, TimeProvider.System);
        return await new Coordinator(store, agents, workspace, TimeProvider.System, new Silent())
            .RunAsync(graph, [], CancellationToken.None);
    }

    /// <summary>Says of every training that it is done, and counts how often it was asked for.</summary>
    private sealed class CountingAgents : MadeUpAgents
    {
        private int started;

        public ConcurrentDictionary<EvaluateInputs, int> Computed { get; } = new();

        /// <summary>Jobs that fail before they yield anything.</summary>
        public int FailFirst { get; set; }

        protected override async Task<Func<EvaluateInputs, EvaluationResult>?> BeginAsync(string layers)
        {
            await Task.Yield();
            return Interlocked.Increment(ref started) <= FailFirst ? null : inputs =>
            {
                Computed.AddOrUpdate(inputs, 1, (_, n) => n + 1);
                return Finished(inputs, epoch: 1, loss: layers.Count(c => c == 'A'), accuracy: .5);
            };
        }
    }
}
