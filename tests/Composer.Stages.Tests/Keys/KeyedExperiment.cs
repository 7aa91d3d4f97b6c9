using System.Text;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Core.Json;
using Composer.Language.Corpora;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;
using Composer.Manifests;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Aggregate;
using Composer.Stages.Evaluate;
using Composer.Stages.Experiment;
using Composer.Stages.Extrapolate;
using Composer.Stages.Pretrain;
using Composer.Stages.Report;
using Composer.Stages.Search;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Stages.Tests.Keys;

/// <summary>
/// The keys of every kind of stage of a manifest, by the product's own code, with inputs whose outputs never
/// change: what differs between two manifests is what the stages read of them.
/// </summary>
internal sealed class KeyedExperiment : IDisposable
{
    /// <summary>The stages that <see cref="KeysOf"/> names.</summary>
    public static readonly string[] Roles =
        [
            "search", "evaluate", "evaluate/text", "aggregate", "extrapolate", "tokenize", "tokenize/text", "pretrain/composite",
            "pretrain/baseline", "lm-eval/composite", "lm-eval/baseline", "efficiency", "report",
        ];

    /// <summary>Every section with values of its own; each line is one that a test may change.</summary>
    public const string Manifest = """
        schema = 1
        name = "keyed"
        description = "first"
        seed = 17

        [search]
        strategy = "one-shot"
        layers = 4
        primitives = ["A", "M"]
        trials = 8
        initial_trials = 5
        batch = 2
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [evaluate]
        tasks = ["in-context-recall", "noisy-in-context-recall", "fuzzy-in-context-recall", "selective-copying", "text"]
        samples = 16
        epochs = 2
        batch = 8
        learning_rates = [5e-3]
        weight_decays = [0.0]

        [evaluate.text]
        tokenizer = "bpe"

        [aggregate]
        method = "n-c"

        [extrapolate]
        size = "2K"
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [pretrain]
        tokens = 4096.0

        [[baseline]]
        name = "llama"
        architecture = "2x(1A+1M)"

        """;

    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;
    private readonly IReadOnlyDictionary<string, BlobReference> outputs;

    public KeyedExperiment()
    {
        store = StageStore.Open(folder["store"], TimeProvider.System);
        Directory.CreateDirectory(folder["experiments"]);
        File.WriteAllText(folder["other.txt"], "A first document.\n\nAnd a second.\n");
        TokenShardWriter.Write(folder["tokens.bin"], Enumerable.Repeat<IReadOnlyList<int>>([1, 2, 3, 4, 5, 6, 7, 8], 600), 257);
        TokenShardWriter.Write(folder["other.bin"], Enumerable.Repeat<IReadOnlyList<int>>([8, 7, 6, 5, 4, 3, 2, 1], 600), 257);
        using (var tokenizer = File.Create(folder["tokenizer.json"]))
        {
            TokenizerJson.Save(BpeTrainer.Train(["A document."], 258, PreTokenizer.Gpt2), tokenizer);
        }

        var order = LayerSequence.Parse("AM");
        var part = new TokenizedPartOutput(300, 30_000, 40_000, 40_000, 1.25, ["training-00000.bin"]);
        outputs = new Dictionary<string, BlobReference>(StringComparer.Ordinal)
        {
            [SearchOutput.Name] = Blob("trials"),
            [AggregateOutput.Name] = Blob(new AggregateOutput { Architecture = order, Notation = "1A+1M", Clusters = [], Positions = [] }),
            [ArchitectureOutput.Name] = Blob(ArchitectureOutput.Of(order, new ModelShape(8, 2, 2, 8))),
            [TokenizeOutput.Name] = Blob(new TokenizeOutput
            {
                Tokenizer = "bpe-512",
                Vocabulary = 512,
                Content = Digest.Of("tokens"),
                Training = part,
                Validation = part with { Shards = ["validation-00000.bin"] },
            }),
            ["training-00000.bin"] = Blob("training"),
            ["validation-00000.bin"] = Blob("validation"),
            [PretrainOutput.Name] = Blob(new PretrainOutput
            {
                Architecture = order,
                Parameters = 1,
                Vocabulary = 2,
                Steps = 1,
                Tokens = 1,
                Flops = 1,
                FlopsPerToken = 1,
                FlopCount = FlopCount.Corrected,
                ValidationLoss = 1,
                ValidationTokens = 1,
                Curve = [],
                Validation = [],
            }),
            [PretrainOutput.Weights] = Blob("weights"),
            [PretrainOutput.Tokenizer] = Blob("tokenizer"),
        };
    }

    public string Root => folder.Path;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    public static ResolvedExperiment Load(string manifest, params IReadOnlyList<string> settings)
    {
        var name = manifest.Split('\n').First(l => l.StartsWith("name", StringComparison.Ordinal)).Split('"')[1];
        return ManifestLoader.Parse(Encoding.UTF8.GetBytes(manifest), $"{name}.toml", null, settings);
    }

    /// <summary>What every stage computes from, in the order of the graph.</summary>
    public IReadOnlyList<(Stage Stage, KeyedJob Job)> JobsOf(ResolvedExperiment loaded)
    {
        var graph = ExperimentGraphs.Build(loaded, new Workspace(Root), ExperimentKinds.With(new NoRenderer()));
        var results = new Results(this);
        return [.. graph.Stages.Select(s => (s, s.Resolve(results, store, new PlannedFiles(store))))];
    }

    /// <summary>What a report shows while stages have no result, the searches without a surrogate's word.</summary>
    /// <param name="loaded">The experiment.</param>
    /// <param name="isMissing">By the stage's name.</param>
    public ReportContent ContentOf(ResolvedExperiment loaded, Func<string, bool> isMissing)
    {
        var graph = ExperimentGraphs.Build(loaded, new Workspace(Root), ExperimentKinds.With(new NoRenderer()));
        var results = new Results(this) { IsMissing = isMissing };
        var inputs = (ReportInputs)graph.Stages[^1].Resolve(results, store, new PlannedFiles(store)).Inputs;
        return ReportComputation.ContentOf(inputs, _ => results[graph.Stages[^1]], (_, _, _) => null);
    }

    /// <summary>By role; of the evaluations every key of one candidate's, of a model's trainings the first's.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Preimage>> KeysOf(ResolvedExperiment loaded)
    {
        var all = JobsOf(loaded).ToArray();
        var needs = all.First(j => j.Stage.Kind.Name == KindNames.Search).Stage.Needs.OfMachineAlone;
        var jobs = all.Where(j => !char.IsAsciiDigit(j.Stage.Name[^1]))
            .ToDictionary(j => RoleOf(j.Stage), j => j.Job, StringComparer.Ordinal);
        var keys = jobs.ToDictionary(j => j.Key, j => (IReadOnlyList<Preimage>)[j.Value.Preimage], StringComparer.Ordinal);
        var search = (SearchInputs)jobs[KindNames.Search].Inputs;
        var trainings = new CandidateTrainings(search.Evaluate, search.Search.CandidateShape, search.Seed, search.Input?.Text)
            .Of(LayerSequence.Parse("AM"));
        keys["evaluate"] = [.. trainings.Where(t => t.Task != CandidateTrainings.Text).Select(t => KeyOf(t, needs))];
        keys["evaluate/text"] = [.. trainings.Where(t => t.Task == CandidateTrainings.Text).Select(t => KeyOf(t, needs))];

        // A corpus of token shards is not tokenized.
        foreach (var role in Roles.Where(r => r.StartsWith(KindNames.Tokenize, StringComparison.Ordinal)))
        {
            keys.TryAdd(role, []);
        }

        return keys;
    }

    /// <summary>
    /// The roles whose keys differ. More or fewer evaluations of a candidate are no other evaluations: one is
    /// changed when each of the two has keys that the other lacks.
    /// </summary>
    public static IEnumerable<string> Changed(
        IReadOnlyDictionary<string, IReadOnlyList<Preimage>> one, IReadOnlyDictionary<string, IReadOnlyList<Preimage>> other)
    {
        Assert.Equal(Roles.Order(StringComparer.Ordinal), one.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Roles.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
        return Roles.Where(role =>
        {
            var (a, b) = (Keys(one[role]), Keys(other[role]));
            return a.Except(b).Any() && b.Except(a).Any();
        });

        static IEnumerable<Digest> Keys(IEnumerable<Preimage> preimages) => preimages.Select(p => p.Key);
    }

    private Preimage KeyOf(CandidateTraining training, StageNeeds needs) => EvaluateStage.Kind.PreimageOf(training.Inputs, needs, store);

    private static string RoleOf(Stage stage) => stage.Kind.Name is KindNames.Pretrain or KindNames.LmEval
        ? $"{stage.Kind}/{(stage.Name.EndsWith("/composite", StringComparison.Ordinal) ? "composite" : "baseline")}"
        : stage.Kind.Name == KindNames.Tokenize ? stage.Name
        : stage.Kind.Name;

    private BlobReference Blob<T>(T content) => store.Blobs.Add(new MemoryStream(ComposerJson.Write(content)));

    private sealed class Results(KeyedExperiment experiment) : IStageResults
    {
        public Func<string, bool> IsMissing { get; init; } = _ => false;

        public bool Has(Stage stage) => !IsMissing(stage.Name);

        public StageResult this[Stage stage] => new(
            new StageRecord(
                Digest.Of(stage.Kind.Name),
                stage.Kind.Name,
                stage.Name,
                [],
                new SortedDictionary<string, BlobReference>(
                    experiment.outputs.ToDictionary(o => o.Key, o => o.Value), StringComparer.Ordinal),
                new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
                DateTimeOffset.UnixEpoch,
                1,
                "test"),
            experiment.store);
    }
}
