using System.ComponentModel;
using Composer.Architecture.Primitives;

namespace Composer.Manifests.Model;

/// <summary>How layer orders are proposed.</summary>
public sealed record SearchSection
{
    [Description("How candidates are chosen."), ManifestChoice("one-shot", "end-layer", "middle-layer", "exhaustive", "random", "local-search", "tpe")]
    public string Strategy { get; init; } = "one-shot";

    [Description("Layers of a candidate."), ManifestRange(1, 64)]
    public int Layers { get; init; } = 6;

    [Description("Symbols of the primitives to choose from."), ManifestCount(1, 26)]
    public ManifestList<string> Primitives { get; init; } =
        [.. PrimitiveRegistry.Default.Searched.Select(symbol => symbol.ToString())];

    [Description("Candidates to evaluate; exhaustive ignores it. For incremental searches: in each step."), ManifestRange(1, 100_000)]
    public int Trials { get; init; } = 64;

    [Description("Random candidates before the surrogate proposes; 0 means 2 × layers, between 5 and 20."), ManifestRange(0, 100_000)]
    public int InitialTrials { get; init; }

    [Description("Layers added in each step of an incremental search."), ManifestRange(1, 16)]
    public int StepLayers { get; init; } = 4;

    [Description("Whether the last step of an incremental search may add fewer layers than the others.")]
    public bool ShorterLastStep { get; init; }

    [Description("Candidates proposed at once."), ManifestRange(1, 1024)]
    public int Batch { get; init; } = 4;

    [Description("Orders to try first, such as [\"2A+4M\"]."), ManifestCount(0, 1000)]
    public ManifestList<string> Suggest { get; init; } = [];

    [Description("What a search improves: the score alone, or the front of score and KV cache (one-shot only)."), ManifestChoice("score", "kv-cache"), ManifestCount(1, 2)]
    public ManifestList<string> Objectives { get; init; } = ["score"];

    [Description("Bounds on the candidates' parameters, operations, KV cache and shares of primitives.")]
    public ConstraintsSection Constraints { get; init; } = new();

    [Description("More runs of the best candidates at the end.")]
    public ReplicatesSection Replicates { get; init; } = new();

    [Description("Widths of the candidates.")]
    public ModelSection Model { get; init; } = new() { Dim = 128, Heads = 16, KvHeads = 16, Hidden = 172 };
}

/// <summary>The widths of a model.</summary>
public sealed record ModelSection
{
    [Description("Width of the residual stream."), ManifestRange(2, 65_536)]
    public int Dim { get; init; }

    [Description("Query heads; divide dim."), ManifestRange(1, 1024)]
    public int Heads { get; init; }

    [Description("Key and value heads; divide heads."), ManifestRange(1, 1024)]
    public int KvHeads { get; init; }

    [Description("Inner width of the SwiGLU MLP."), ManifestRange(1, 1_048_576)]
    public int Hidden { get; init; }
}

/// <summary>How one small candidate is trained on synthetic tasks or on text, and scored.</summary>
public sealed record EvaluateSection
{
    [Description("MAD tasks, or text."), ManifestCount(1, 7)]
    [ManifestChoice("in-context-recall", "noisy-in-context-recall", "fuzzy-in-context-recall", "selective-copying", "compression", "memorization", "text")]
    public ManifestList<string> Tasks { get; init; } =
    [
        "in-context-recall", "noisy-in-context-recall", "fuzzy-in-context-recall",
        "selective-copying", "compression", "memorization",
    ];

    [Description("Training samples of each task."), ManifestRange(1, 10_000_000)]
    public int Samples { get; init; } = 800;

    [Description("Test samples of each task."), ManifestRange(1, 10_000_000)]
    public int TestSamples { get; init; } = 1280;

    [Description("Passes over the training samples."), ManifestRange(1, 100_000)]
    public int Epochs { get; init; } = 200;

    [Description("Samples of one update."), ManifestRange(1, 65_536)]
    public int Batch { get; init; } = 128;

    [Description("Peak learning rates; each is tried with each weight decay, the best counts."), ManifestRange(1e-8, 10), ManifestCount(1, 100)]
    public ManifestList<double> LearningRates { get; init; } = [1e-4, 5e-4, 1e-3];

    [Description("Weight decays."), ManifestRange(0, 10), ManifestCount(1, 100)]
    public ManifestList<double> WeightDecays { get; init; } = [0.0, 0.1];

    [Description("AdamW's two decay rates."), ManifestRange(0, 0.999999999), ManifestCount(2, 2)]
    public ManifestList<double> Betas { get; init; } = [0.9, 0.98];

    [Description("How the learning rate falls, once a step."), ManifestChoice("cosine", "constant")]
    public string Schedule { get; init; } = "cosine";

    [Description("Greatest gradient norm; 0 clips nothing."), ManifestRange(0, 1e6)]
    public double Clip { get; init; }

    [Description("New training samples in every epoch, from the seeded generator.")]
    public bool Fresh { get; init; }

    [Description("What is compared: the test loss, or the test accuracy."), ManifestChoice("loss", "accuracy")]
    public string Objective { get; init; } = "loss";

    [Description("Which epoch's value counts."), ManifestChoice("last", "best")]
    public string Score { get; init; } = "last";

    [Description("Stop a training whose test accuracy exceeds this, as mad-lab does at 0.999; 1 never stops."), ManifestRange(0, 1)]
    public double StopAccuracy { get; init; } = 0.999;

    [Description("Independent repetitions (data and initialisation) of each evaluation, averaged."), ManifestRange(1, 100)]
    public int Repetitions { get; init; } = 1;

    [Description("Leave out trainings that cannot change the search's result, whatever comes of them.")]
    public bool LosslessStop { get; init; } = true;

    [Description("Drop settings while a task trains; off by default.")]
    public HalvingSection Halving { get; init; } = new();

    [Description("Stop hopeless candidates; off by default.")]
    public PruningSection Pruning { get; init; } = new();

    [ManifestKey("task"), Description("Difficulty of single tasks, by the task's name.")]
    public ManifestMap<TaskSection> Task { get; init; } = [];

    [Description("The text task.")]
    public TextSection Text { get; init; } = new();
}

/// <summary>Difficulty of one MAD task; what is not given is MAD's baseline setting.</summary>
public sealed record TaskSection
{
    [Description("Number of tokens."), ManifestRange(4, 131_072)]
    public int? Vocabulary { get; init; }

    [Description("Length of a sample."), ManifestRange(4, 8192)]
    public int? Length { get; init; }

    [Description("Noise tokens (noisy in-context recall)."), ManifestRange(1, 65_536)]
    public int? NoiseVocabulary { get; init; }

    [Description("Share of pairs replaced by noise (noisy in-context recall)."), ManifestRange(0, 1)]
    public double? NoiseFraction { get; init; }

    [Description("Tokens to copy (selective copying)."), ManifestRange(1, 4096)]
    public int? Copy { get; init; }

    [Description("Greatest size of a motif (fuzzy in-context recall)."), ManifestRange(1, 16)]
    public int? Motif { get; init; }

    [Description("Ask all along the sequence (the recall tasks).")]
    public bool? MultiQuery { get; init; }

    [Description("Training samples of this task."), ManifestRange(1, 10_000_000)]
    public int? Samples { get; init; }

    [Description("Test samples of this task."), ManifestRange(1, 10_000_000)]
    public int? TestSamples { get; init; }

    [Description("Epochs of this task."), ManifestRange(1, 100_000)]
    public int? Epochs { get; init; }
}

/// <summary>The text task of <c>evaluate</c>: a corpus sampled down, scored by validation loss.</summary>
public sealed record TextSection
{
    [Description("stories, or the path of text, JSONL or token shards.")]
    public string Corpus { get; init; } = "stories";

    [Description("Documents to train on."), ManifestRange(1, 100_000_000)]
    public int Documents { get; init; } = 500;

    [Description("Documents to validate on."), ManifestRange(1, 10_000_000)]
    public int ValidationDocuments { get; init; } = 100;

    [Description("bytes, bpe (trained on the corpus), or the path of a tokenizer file.")]
    public string Tokenizer { get; init; } = "bytes";

    [Description("Vocabulary of a bpe tokenizer to train."), ManifestRange(257, 131_072)]
    public int Vocabulary { get; init; } = 512;

    [Description("Tokens of a training sequence."), ManifestRange(2, 8192)]
    public int Length { get; init; } = 128;
}

/// <summary>How trials become one small architecture.</summary>
public sealed record AggregateSection
{
    [Description("n-c: conditioned on the c layers before; n-previous: on all the layers before (N_(i-1)); p100: the best candidate; percentile: the one at a percentile of the scores; posterior: the least expected score of all orders, tried or not."), ManifestChoice("n-c", "n-previous", "p100", "percentile", "posterior")]
    public string Method { get; init; } = "n-c";

    [Description("Clusters of the K-means over the score; the best one aggregates."), ManifestRange(1, 1000)]
    public int Clusters { get; init; } = 5;

    [Description("c of N_c: how many layers before are conditioned on."), ManifestRange(0, 64)]
    public int Condition { get; init; }

    [Description("Which candidate percentile takes: 0 the worst, 50 the median, 100 the best."), ManifestRange(0, 100)]
    public double Percentile { get; init; } = 100;

    [Description("Train the order that n-c, n-previous or posterior makes, and the best members of the best cluster, with fresh seeds, and take it only when it is not worse than they are beyond the noise, else the best of them; between the phases of an incremental search a vote that is no member of the best cluster gives way to its best member. false is the paper's literal rule.")]
    public bool Confirm { get; init; } = true;

    [Description("Other members of the best cluster that confirm trains beside the order, best first."), ManifestRange(1, 100)]
    public int ConfirmMembers { get; init; } = 5;

    [Description("Fresh runs of each order that confirm trains; a run is all of evaluate's tasks, settings and repetitions."), ManifestRange(2, 100)]
    public int ConfirmRuns { get; init; } = 3;
}

/// <summary>How the small architecture becomes a large one.</summary>
public sealed record ExtrapolateSection
{
    [Description("How."), ManifestChoice("stack", "stretch", "stretch-integer", "identity")]
    public string Method { get; init; } = "stack";

    [Description("350M, 1B or 3B (Table 3), or a number of parameters such as \"4.5M\", which needs a model.")]
    public string Size { get; init; } = "1B";

    [Description("Widths of the large model; a preset size has its own.")]
    public ModelSection? Model { get; init; }
}

/// <summary>How the large architecture and the baselines are pre-trained.</summary>
public sealed record PretrainSection
{
    [Description("stories, or the path (with * and ?) of text, JSONL or token shards.")]
    public string Corpus { get; init; } = "stories";

    [Description("Documents of the stories corpus, or to take of another; 0 takes all."), ManifestRange(0, 100_000_000)]
    public int Documents { get; init; }

    [Description("Documents held out for the validation loss."), ManifestRange(1, 10_000_000)]
    public int ValidationDocuments { get; init; } = 200;

    [Description("bytes, bpe (trained on the corpus), or the path of a tokenizer file.")]
    public string Tokenizer { get; init; } = "bpe";

    [Description("Vocabulary of a bpe tokenizer to train, or of the token shards."), ManifestRange(257, 262_144)]
    public int Vocabulary { get; init; } = 512;

    [Description("Tokens of a sequence."), ManifestRange(2, 131_072)]
    public int Length { get; init; } = 256;

    [Description("Tokens of one update, rounded down to whole sequences."), ManifestRange(1, 67_108_864)]
    public int BatchTokens { get; init; } = 4096;

    [Description("Budget in tokens; either this or flops."), ManifestRange(1, 1e15)]
    public double? Tokens { get; init; }

    [Description("Budget in floating-point operations; either this or tokens."), ManifestRange(1, 1e26)]
    public double? Flops { get; init; }

    [Description("corrected counts the scores with the sequence length and the output projection; printed is Eq. 7 to the letter."), ManifestChoice("corrected", "printed")]
    public string FlopCount { get; init; } = "corrected";

    [Description("Peak learning rate."), ManifestRange(1e-8, 10)]
    public double LearningRate { get; init; } = 1e-3;

    [Description("Decoupled weight decay."), ManifestRange(0, 10)]
    public double WeightDecay { get; init; } = 0.1;

    [Description("AdamW's two decay rates."), ManifestRange(0, 0.999999999), ManifestCount(2, 2)]
    public ManifestList<double> Betas { get; init; } = [0.9, 0.95];

    [Description("Greatest gradient norm; 0 clips nothing."), ManifestRange(0, 1e6)]
    public double Clip { get; init; } = 1.0;

    [Description("How the learning rate rises and falls."), ManifestChoice("trapezoidal", "cosine")]
    public string Schedule { get; init; } = "trapezoidal";

    [Description("Share of the steps in which the rate rises. Being a share of the whole length, it keeps a larger budget from continuing."), ManifestRange(0, 1)]
    public double Warmup { get; init; } = 0.2;

    [Description("Steps in which the rate rises, whatever the budget, instead of the share: a trapezoidal run with a larger budget then continues from this one's trunk."), ManifestRange(0, 1_000_000_000)]
    public int? WarmupSteps { get; init; }

    [Description("Share of the steps in which the rate falls (trapezoidal)."), ManifestRange(0, 1)]
    public double Decay { get; init; } = 0.2;

    [Description("Points of the loss curve at which the validation loss is measured too, at most: every power of two steps, and at the end."), ManifestRange(1, 1000)]
    public int Validations { get; init; } = 10;

    [Description("Seconds between checkpoints; 0 writes one after every step."), ManifestRange(0, 86_400), NotInKey]
    public double CheckpointSeconds { get; init; } = 60;

    [Description("The engine that trains: cpu is built in; torch, on TorchSharp, computes on the GPUs that are asked for, or else on the processor."), ManifestChoice("cpu", "torch")]
    public string Engine { get; init; } = "cpu";

    [Description("What an agent must have."), NotInKey]
    public ResourcesSection Resources { get; init; } = new();
}

/// <summary>What an agent must have to run a stage.</summary>
public sealed record ResourcesSection
{
    [Description("GPUs; 0: the processor."), ManifestRange(0, 8)]
    public int Gpus { get; init; }
}

/// <summary>How checkpoints are scored.</summary>
public sealed record LmEvalSection
{
    [Description("Tasks of lm-evaluation-harness, or built-in ones.")]
    [ManifestChoice("hellaswag", "piqa", "winogrande", "arc_easy", "arc_challenge", "sciq", "stories-what-happened", "stories-who-has-it", "stories-what-next")]
    public ManifestList<string> Tasks { get; init; } = ["stories-what-happened", "stories-who-has-it", "stories-what-next"];

    [Description("Folder with TASK.jsonl for each task that is not built in, and TASK.train.jsonl where there are shots.")]
    public string Data { get; init; } = "data/lm-eval";

    [Description("Examples before each question."), ManifestRange(0, 64)]
    public int Shots { get; init; }

    [Description("Questions of each task at most; 0 takes all (built-in tasks: 200)."), ManifestRange(0, 1_000_000)]
    public int Limit { get; init; }

    [Description("Lengths at which decoding is timed; a quarter of each is the prompt."), ManifestRange(4, 131_072)]
    public ManifestList<int> Lengths { get; init; } = [256];
}

/// <summary>An architecture to compare with.</summary>
public sealed record BaselineSection
{
    [Description("Its name in the tables."), ManifestRequired]
    public string Name { get; init; } = "";

    [Description("Its layers at full size, such as 16x(1A+1M), or the name of a preset."), ManifestRequired]
    public string Architecture { get; init; } = "";
}

/// <summary>The same experiment with other values, for one more architecture in the same tables.</summary>
public sealed record VariantSection
{
    [Description("Its name in the tables."), ManifestRequired]
    public string Name { get; init; } = "";

    /// <summary>
    /// What it changes: dotted path → value in TOML. In the file the paths stand beside the name, quoted
    /// (<c>"search.layers" = 16</c>) or as nested tables; <see cref="LoadedManifest.Variants"/> has them applied.
    /// </summary>
    [Description("Paths and values to change, in the sections search, evaluate, aggregate and extrapolate.")]
    public ManifestMap<string> Set { get; init; } = [];
}

/// <summary>How long a stage may take, and how often it is tried; changes no result.</summary>
public sealed record LimitsSection
{
    [Description("How often a stage that failed is tried again before its failure stands."), ManifestRange(0, 100)]
    public int Retries { get; init; }

    [Description("Longest computing time of one try, such as \"2 h\", \"90 min\" or \"30 s\", from when its first job begins; none by default.")]
    public string? Time { get; init; }

    [Description("The same for single kinds of stage: search, aggregate, extrapolate, pretrain, lm-eval, report.")]
    public ManifestMap<StageLimitsSection> Stage { get; init; } = [];
}

/// <summary>Limits of one kind of stage, where they differ from those of all.</summary>
public sealed record StageLimitsSection
{
    [Description("How often it is tried again."), ManifestRange(0, 100)]
    public int? Retries { get; init; }

    [Description("Longest computing time of one try.")]
    public string? Time { get; init; }
}
