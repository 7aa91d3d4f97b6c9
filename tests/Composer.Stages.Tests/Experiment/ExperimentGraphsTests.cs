using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Stages.Experiment;
using Composer.Stages.Tests.Keys;
using Composer.Store;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Stages.Tests.Experiment;

/// <summary>How an experiment becomes stages, and what they are called.</summary>
public sealed class ExperimentGraphsTests : IDisposable
{
    private const string Sweep = """

        [sweep]
        seed = [17, 18]
        "search.layers" = [4, 6]
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A point's label is a part of the name of its own: labels have signs that names have, and any length.</summary>
    [Fact]
    public void A_sweep_s_stages_are_named_by_their_point_and_so_are_the_jobs_that_they_ask_for()
    {
        var graph = Graph(KeyedExperiment.Load(KeyedExperiment.Manifest + Sweep, "aggregate.confirm=true"));

        var first = graph.Stages.Where(s => s.Name.StartsWith("seed=17, search.layers=4/", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            [
                "tokenize/text", "search", "aggregate", "extrapolate", "tokenize", "pretrain/composite", "lm-eval/composite",
                "pretrain/llama", "lm-eval/llama", "efficiency",
            ],
            first.Select(s => s.Name["seed=17, search.layers=4/".Length..]));
        Assert.Equal(
            ["seed=17, search.layers=4/evaluate", "seed=17, search.layers=4/evaluate/fresh"],
            first.Select(s => s.Asks?.Name).OfType<string>());
        // Points of one seed share their corpora.
        Assert.Equal((4 * 8) + (2 * 2) + 1, graph.Stages.Count);
    }

    [Fact]
    public void Searches_that_differ_in_the_sweep_s_seed_alone_have_one_name_without_it()
    {
        var searches = SearchOfPoint.All(KeyedExperiment.Load(KeyedExperiment.Manifest + Sweep)).ToArray();

        Assert.Equal(
            [
                "seed=17, search.layers=4/search", "seed=17, search.layers=6/search", "seed=18, search.layers=4/search",
                "seed=18, search.layers=6/search",
            ],
            searches.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["search.layers=4/search", "search.layers=6/search"],
            searches.Select(s => s.NameWithoutSeed).Distinct().Order(StringComparer.Ordinal));
        Assert.All(searches, s => Assert.EndsWith($"={s.Manifest.Search.Layers}/search", s.NameWithoutSeed, StringComparison.Ordinal));
    }

    /// <summary>The store knows the digests of files that have not changed; a corpus of gigabytes is not read for a plan.</summary>
    [Fact]
    public void The_text_task_s_corpus_is_digested_by_the_store_once_and_then_remembered()
    {
        var file = folder.Write("corpus.txt", "A first document.\n\nAnd a second.\n");
        var graph = Graph(KeyedExperiment.Load(KeyedExperiment.Manifest, "evaluate.text.corpus=\"corpus.txt\""));
        using var store = StageStore.Open(folder["store"], new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1)));
        var tokenize = graph.Stages.Single(s => s.Name == "tokenize/text");
        var read = store.DigestOfFile(file);
        var key = KeyOf(tokenize, store);

        // Whoever reads it now fails; for the key its first bytes are looked at.
        using (new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            Assert.Throws<IOException>(() => File.ReadAllBytes(file));
            Assert.Equal(read, store.DigestOfFile(file));
        }

        Assert.Equal(
            key, KeyOf(Graph(KeyedExperiment.Load(KeyedExperiment.Manifest, "evaluate.text.corpus=\"corpus.txt\"")).Stages[0], store));
    }

    /// <summary>The time of modification can be set back, the time of change can't.</summary>
    [Fact]
    public void The_text_task_s_corpus_is_digested_anew_when_it_was_rewritten_with_its_size_and_time()
    {
        var file = folder.Write("corpus.txt", "A first document.\n\nAnd a second.\n");
        var graph = Graph(KeyedExperiment.Load(KeyedExperiment.Manifest, "evaluate.text.corpus=\"corpus.txt\""));
        using var store = StageStore.Open(folder["store"], new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1)));
        var tokenize = graph.Stages.Single(s => s.Name == "tokenize/text");
        var key = KeyOf(tokenize, store);

        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "Z first document.\n\nAnd a second.\n");
        File.SetLastWriteTimeUtc(file, time);

        Assert.NotEqual(key, KeyOf(tokenize, store));
    }

    private static Digest KeyOf(Stage stage, StageStore store) => stage.Resolve(new NoResults(), store, new PlannedFiles(store)).Preimage.Key;

    private StageGraph Graph(ResolvedExperiment experiment) =>
        ExperimentGraphs.Build(experiment, new Workspace(folder.Path), ExperimentKinds.With(new NoRenderer()));

    private sealed class NoResults : IStageResults
    {
        public Pipeline.Results.StageResult this[Stage stage] => throw new InvalidOperationException($"{stage.Name} has no result.");

        public bool Has(Stage stage) => false;
    }
}
