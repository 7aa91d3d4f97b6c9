using System.Text.RegularExpressions;
using Composer.Manifests;

namespace Composer.Stages.Tests.Keys;

/// <summary>
/// Which stages read which field of a manifest. Changing a field changes the keys of these stages and of no
/// other; a field that the model has and the table lacks fails a test.
/// </summary>
public sealed partial class KeyFieldTests
{
    /// <summary>
    /// <c>field = another value | stages whose keys it is in | what holds on both sides of the change, with ; between</c>. The
    /// report shows every setting that can change a result, so it is in each row without being named, but where
    /// the row says <c>nothing</c>: how many GPUs there are changes nothing but whether the engine on TorchSharp
    /// computes on one, in bf16, which is another result than fp32 on the processor. <c>pretrain</c>, <c>lm-eval</c> and
    /// <c>efficiency</c> mean those of every model.
    /// </summary>
    private const string Table = """
        name = "other"                                        |
        description = "second"                                |
        seed = 18                                             | search evaluate evaluate/text tokenize tokenize/text pretrain aggregate

        search.strategy = "random"                            | search
        search.layers = 6                                     | search aggregate
        search.primitives = ["M", "A"]                        | search aggregate
        search.trials = 9                                     | search
        search.trials = 9                                     |        | search.strategy="exhaustive"
        search.initial_trials = 6                             | search
        search.initial_trials = 6                             |        | search.strategy="random"
        search.step_layers = 2                                |
        search.step_layers = 2                                | search | search.strategy="end-layer"
        search.batch = 3                                      | search
        search.batch = 3                                      |        | search.strategy="random"
        search.batch = 3                                      |        | search.strategy="exhaustive"
        search.batch = 3                                      | search | search.strategy="exhaustive";aggregate.method="p100";aggregate.confirm=false
        search.initial_trials = 6                             |        | search.strategy="local-search"
        search.initial_trials = 6                             | search | search.strategy="tpe"
        search.shorter_last_step = true                       |
        search.suggest = ["2A+2M"]                            | search
        search.objectives = ["score", "kv-cache"]             | search
        search.objectives = ["score", "kv-cache"]             |        | search.strategy="random"
        search.objectives = ["score", "flops"]                | search
        search.widths = "equal-flops"                         |
        search.widths = "equal-parameters"                    | search aggregate | search.primitives=["A","M","C"]
        search.constraints.max_parameters = 1000.0            | search aggregate
        search.constraints.max_flops = 1e6                    | search aggregate
        search.constraints.length = 64                        |
        search.constraints.length = 64                        | search aggregate | search.constraints.max_flops=1e6
        search.constraints.length = 64                        | search aggregate | search.objectives=["score","flops"]
        search.constraints.max_kv_cache = 64.0                | search aggregate
        search.constraints.least_layers.A = 1                 | search aggregate
        search.constraints.most_layers.A = 3                  | search aggregate
        search.constraints.min_share.A = 0.25                 | search aggregate
        search.constraints.max_share.A = 0.75                 | search aggregate
        search.replicates.top = 2                             | search aggregate
        search.replicates.seeds = 2                           |
        search.replicates.seeds = 2                           | search aggregate | search.replicates.top=2
        search.model.dim = 16                                 | search evaluate evaluate/text aggregate
        search.model.heads = 4                                | search evaluate evaluate/text aggregate
        search.model.kv_heads = 1                             | search evaluate evaluate/text aggregate
        search.model.hidden = 16                              | search evaluate evaluate/text aggregate

        evaluate.tasks = ["in-context-recall", "text"]        | search aggregate
        evaluate.samples = 24                                 | search evaluate aggregate
        evaluate.test_samples = 24                            | search evaluate aggregate
        evaluate.epochs = 3                                   | search evaluate evaluate/text aggregate
        evaluate.batch = 4                                    | search evaluate evaluate/text aggregate
        evaluate.initialization = "constant"                  | search evaluate evaluate/text aggregate
        evaluate.rates = "constant"                           | search evaluate evaluate/text aggregate
        evaluate.learning_rates = [1e-3]                      | search evaluate evaluate/text aggregate
        evaluate.learning_rates = [5e-3, 1e-3]                | search aggregate
        evaluate.weight_decays = [0.1]                        | search evaluate evaluate/text aggregate
        evaluate.betas = [0.9, 0.99]                          | search evaluate evaluate/text aggregate
        evaluate.schedule = "constant"                        | search evaluate evaluate/text aggregate
        evaluate.clip = 1.0                                   | search evaluate evaluate/text aggregate
        evaluate.fresh = true                                 | search evaluate aggregate
        evaluate.objective = "accuracy"                       | search aggregate | evaluate.tasks=["compression"]
        evaluate.score = "best"                               | search aggregate
        evaluate.score = "best"                               | search evaluate aggregate | evaluate.stop_accuracy=1.0
        evaluate.stop_accuracy = 0.5                          | search evaluate aggregate
        evaluate.length_multiples = [2]                       | search evaluate aggregate
        evaluate.repetitions = 2                              | search aggregate
        evaluate.lossless_stop = false                        |
        evaluate.lossless_stop = false                        | search | search.strategy="random";aggregate.method="p100";aggregate.confirm=false
        evaluate.lossless_stop = false                        |        | search.strategy="random";aggregate.method="p100"
        evaluate.lossless_stop = false                        |        | search.strategy="random";aggregate.method="p100";search.replicates.top=2;aggregate.confirm=false
        evaluate.lossless_stop = false                        | search | evaluate.tasks=["compression"];evaluate.objective="accuracy";evaluate.learning_rates=[5e-3,1e-3]
        evaluate.pruning.wilcoxon = true                      | search
        evaluate.pruning.level = 0.05                         |
        evaluate.pruning.level = 0.05                         | search | evaluate.pruning.wilcoxon=true
        evaluate.pruning.finish = 0.5                         |
        evaluate.pruning.finish = 0.5                         | search | evaluate.pruning.wilcoxon=true
        evaluate.halving.at = [0.25]                          | search | evaluate.learning_rates=[5e-3,2e-3,1e-3];evaluate.halving.at=[0.5];evaluate.halving.keep=[2]
        evaluate.halving.keep = [1]                           | search | evaluate.learning_rates=[5e-3,2e-3,1e-3];evaluate.halving.at=[0.5];evaluate.halving.keep=[2]
        evaluate.halving.finish = 0.5                         | search | evaluate.learning_rates=[5e-3,2e-3,1e-3];evaluate.halving.at=[0.5];evaluate.halving.keep=[2]
        evaluate.halving.finish = 0.5                         |
        evaluate.task.in-context-recall.vocabulary = 32       | search evaluate aggregate
        evaluate.task.in-context-recall.length = 64           | search evaluate aggregate
        evaluate.task.noisy-in-context-recall.noise_vocabulary = 8  | search evaluate aggregate
        evaluate.task.noisy-in-context-recall.noise_fraction = 0.5  | search evaluate aggregate
        evaluate.task.selective-copying.copy = 8              | search evaluate aggregate
        evaluate.task.fuzzy-in-context-recall.motif = 2       | search evaluate aggregate
        evaluate.task.in-context-recall.multi_query = false   | search evaluate aggregate
        evaluate.task.mqar.pairs = 4                          | search evaluate aggregate | evaluate.tasks=["mqar"]
        evaluate.task.k-hop.hops = 1                          | search evaluate aggregate | evaluate.tasks=["k-hop"]
        evaluate.task.state-tracking.group = "parity"         | search evaluate aggregate | evaluate.tasks=["state-tracking"]
        evaluate.task.in-context-recall.samples = 24          | search evaluate aggregate
        evaluate.task.in-context-recall.test_samples = 24     | search evaluate aggregate
        evaluate.task.in-context-recall.epochs = 3            | search evaluate aggregate
        evaluate.task.in-context-recall.weight = 2.0          | search aggregate
        evaluate.text.weight = 0.5                            | search aggregate
        evaluate.text.corpus = "other.txt"                    | tokenize/text
        evaluate.text.documents = 400                         | tokenize/text
        evaluate.text.validation_documents = 50               | tokenize/text
        evaluate.text.validation = "other.txt"                | tokenize/text | evaluate.text.corpus="other.txt"
        evaluate.text.validation_documents = 50               |               | evaluate.text.corpus="other.txt";evaluate.text.validation="other.txt"
        evaluate.text.text_field = "body"                     | tokenize/text
        evaluate.text.skip_bad_lines = true                   | tokenize/text
        evaluate.text.tokenizer = "bytes"                     | tokenize/text
        evaluate.text.vocabulary = 300                        | tokenize/text
        evaluate.text.length = 64                             | search evaluate/text aggregate

        aggregate.method = "p100"                             | aggregate
        aggregate.method = "posterior"                        | aggregate
        aggregate.clusters = 4                                | aggregate
        aggregate.condition = 1                               | aggregate
        aggregate.condition = 1                               |           | aggregate.method="p100"
        aggregate.percentile = 50.0                           |
        aggregate.percentile = 50.0                           | aggregate | aggregate.method="percentile"
        aggregate.clusters = 4                                | aggregate search | search.strategy="middle-layer"
        aggregate.confirm = false                             | aggregate
        aggregate.confirm = false                             | aggregate | aggregate.method="p100"
        aggregate.confirm = false                             |           | aggregate.method="percentile"
        aggregate.confirm = true                              | aggregate | aggregate.method="percentile"
        aggregate.confirm = false                             | aggregate | aggregate.method="posterior"
        aggregate.confirm = false                             | aggregate search | search.strategy="end-layer"
        aggregate.confirm_members = 4                         | aggregate
        aggregate.confirm_members = 4                         |           | aggregate.confirm=false
        aggregate.confirm_runs = 4                            | aggregate
        aggregate.confirm_runs = 4                            |           | aggregate.confirm=false
        aggregate.confirm_readings = true                     | aggregate
        aggregate.confirm_readings = true                     |           | aggregate.confirm=false
        evaluate.epochs = 3                                   | search evaluate evaluate/text | aggregate.confirm=false
        evaluate.epochs = 3                                   | search evaluate evaluate/text | aggregate.method="percentile"
        seed = 18                                             | search evaluate evaluate/text aggregate tokenize tokenize/text pretrain | aggregate.confirm=false

        extrapolate.method = "stretch"                        | extrapolate
        extrapolate.size = "4K"                               | extrapolate
        extrapolate.model.dim = 16                            | extrapolate pretrain efficiency
        extrapolate.model.heads = 4                           | extrapolate pretrain efficiency
        extrapolate.model.kv_heads = 1                        | extrapolate pretrain efficiency
        extrapolate.model.hidden = 16                         | extrapolate pretrain efficiency

        pretrain.corpus = "other.txt"                         | tokenize
        pretrain.documents = 40                               | tokenize
        pretrain.validation_documents = 20                    | tokenize
        pretrain.validation = "other.txt"                     | tokenize | pretrain.corpus="other.txt"
        pretrain.validation_documents = 20                    |          | pretrain.corpus="other.txt";pretrain.validation="other.txt"
        pretrain.text_field = "body"                          | tokenize
        pretrain.skip_bad_lines = true                        | tokenize
        pretrain.tokenizer = "bytes"                          | tokenize
        pretrain.vocabulary = 300                             | tokenize
        pretrain.vocabulary = 300                             |          | pretrain.tokenizer="bytes"
        pretrain.corpus = "other.bin"                         | pretrain | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        pretrain.documents = 40                               | pretrain | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        pretrain.validation_documents = 20                    | pretrain | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        pretrain.vocabulary = 300                             |          | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        pretrain.validation = "other.bin"                     | pretrain | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        pretrain.validation_documents = 20                    |          | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json";pretrain.validation="other.bin"
        pretrain.text_field = "body"                          |          | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        pretrain.skip_bad_lines = true                        |          | pretrain.corpus="tokens.bin";pretrain.tokenizer="tokenizer.json"
        evaluate.text.vocabulary = 300                        | search evaluate/text aggregate | evaluate.text.corpus="tokens.bin"
        pretrain.length = 32                                  | pretrain efficiency
        pretrain.batch_tokens = 1024                          | pretrain efficiency
        pretrain.gradient_shards = 2                          | pretrain
        pretrain.tokens = 8192.0                              | pretrain
        pretrain.flops = 1e9                                  | pretrain
        pretrain.flop_count = "printed"                       | pretrain
        pretrain.initialization = "constant"                  | pretrain
        pretrain.learning_rate = 2e-3                         | pretrain
        pretrain.rates = "constant"                           | pretrain
        pretrain.data_seed = 5                                | pretrain
        pretrain.initialization_seed = 5                      | pretrain
        pretrain.weight_decay = 0.2                           | pretrain
        pretrain.betas = [0.9, 0.99]                          | pretrain
        pretrain.clip = 2.0                                   | pretrain
        pretrain.schedule = "cosine"                          | pretrain
        pretrain.warmup = 0.1                                 | pretrain
        pretrain.warmup_steps = 1                             | pretrain
        pretrain.warmup = 0.1                                 |          | pretrain.warmup_steps=1
        pretrain.decay = 0.1                                  | pretrain
        pretrain.decay = 0.1                                  |          | pretrain.schedule="cosine"
        pretrain.validations = 5                              | pretrain
        pretrain.checkpoint_seconds = 30                      | nothing
        pretrain.repetitions = 3                              |
        pretrain.engine = "torch"                             | pretrain lm-eval efficiency
        pretrain.resources.gpus = 1                           | nothing
        pretrain.resources.gpus = 1                           | nothing but pretrain lm-eval efficiency | pretrain.engine="torch"
        pretrain.resources.gpus = 2                           | nothing | pretrain.engine="torch";pretrain.resources.gpus=1;pretrain.gradient_shards=2
        pretrain.resources.processes = 2                      | nothing | pretrain.gradient_shards=2

        lm-eval.tasks = ["stories-what-happened"]             | lm-eval
        lm-eval.data = "elsewhere"                            |
        lm-eval.shots = 1                                     | lm-eval
        lm-eval.limit = 5                                     | lm-eval
        lm-eval.add_bos_token = false                         | lm-eval
        lm-eval.max_length = 30                               | lm-eval
        lm-eval.log_samples = true                            | lm-eval
        lm-eval.length_multiples = [2]                        | lm-eval
        lm-eval.lengths = [128]                               | efficiency

        limits.retries = 2                                    | nothing
        limits.time = "2 h"                                   | nothing
        limits.stage.pretrain.retries = 2                     | nothing
        limits.stage.pretrain.time = "2 h"                    | nothing

        agents.kind = "slurm"                                 | nothing
        agents.slurm.account = "a1"                           | nothing
        agents.slurm.cores = 4                                | nothing
        agents.slurm.memory_gb = 32                           | nothing
        agents.slurm.time = "24 h"                            | nothing
        agents.slurm.gres = "gpu:a100"                        | nothing
        agents.slurm.queue = 7                                | nothing
        agents.slurm.array = 7                                | nothing
        agents.slurm.directives = ["--qos=high"]              | nothing
        agents.slurm.setup = ["module load openmpi"]          | nothing
        agents.slurm.launcher = ["apptainer", "exec", "a.sif"] | nothing
        agents.slurm.signal = "2 min"                         | nothing
        agents.slurm.silence = "5 min"                        | nothing
        agents.slurm.retries = 3                              | nothing
        agents.slurm.partition[0].name = "gpu"                | nothing
        agents.slurm.partition[0].gpus = 8                    | nothing
        agents.slurm.partition[0].nodes = 2                   | nothing
        agents.slurm.partition[0].gpu_memory_gb = 80          | nothing
        agents.slurm.partition[0].memory_gb = 64              | nothing
        agents.slurm.partition[0].job_memory_gb = 16          | nothing
        agents.slurm.partition[0].stages = ["pretrain"]       | nothing
        agents.slurm.partition[0].time = "2 h"                | nothing
        agents.slurm.partition[0].constraint = "a100"         | nothing
        agents.slurm.partition[0].account = "a2"              | nothing
        agents.slurm.partition[0].gres = "gpu:h100"           | nothing
        agents.slurm.partition[0].processor = "x-avx2"        | nothing
        agents.slurm.partition[0].capability = "9.0"          | nothing

        baseline[0].name = "renamed"                          |
        baseline[0].architecture = "4x(1A+1M)"                | pretrain/baseline efficiency
        baseline[0].order = "2A+2M"                           | pretrain/baseline efficiency
        """;

    /// <summary>Fields without a second value that could be compared.</summary>
    /// <summary>With a checkpoint a baseline has other stages; their keys have tests of their own (<c>ExchangeTests</c>).</summary>
    private static readonly string[] Fixed = ["schema", "baseline[0].checkpoint", "baseline[0].method"];

    private const string Partition = "agents.slurm.partition[0].";

    /// <summary>One for all rows: it is only read.</summary>
    private static readonly KeyedExperiment Experiment = new();

    public static TheoryData<string> Rows => [.. Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Field_is_in_the_keys_of_the_stages_that_read_it_and_of_no_other(string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        string[] given = cells.Length > 2 ? cells[2].Split(';') : [];
        var assignment = cells[0].Split('=', 2, StringSplitOptions.TrimEntries);

        var changed = KeyedExperiment.Changed(
            Experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, given)),
            Experiment.KeysOf(Change(assignment[0], assignment[1], given)));

        // The report shows what was computed from what: every field but those that can change no result.
        var words = cells[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var read = words is ["nothing", ..] ? words.Skip(2) : words.Append("report");
        Assert.Equal(
            KeyedExperiment.Roles.Where(
                role => read.Any(
                    r => role == r
                        || (r is "pretrain" or "lm-eval" && role.StartsWith(r + "/", StringComparison.Ordinal)))),
            changed);
    }

    [Fact]
    public void Processor_of_a_cluster_is_in_the_keys_of_what_is_computed_there_and_of_no_other()
    {
        const string there = "agents.slurm.partition=[{ processor = \"maker-scalar\" }]";
        var here = Experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, there));

        Assert.Empty(KeyedExperiment.Changed(here, Experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest))));
        Assert.Equal(
            KeyedExperiment.Roles.Except(["extrapolate", "tokenize", "tokenize/text", "report"]),
            KeyedExperiment.Changed(
                here, Experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, there, "agents.kind=slurm"))));
    }

    [Fact]
    public void Table_has_every_field_of_the_manifest()
    {
        var loaded = KeyedExperiment.Load(
            KeyedExperiment.Manifest,
            "evaluate.task.compression.length=16",
            "limits.stage.pretrain={ retries = 1, time = \"1 h\" }",
            "agents.slurm.time=\"1 h\"",
            "agents.slurm.partition=[{ name = \"cpu\", time = \"1 h\", job_memory_gb = 8 }]",
            "search.constraints.min_share.A=0.25",
            "search.constraints.max_share.A=0.75",
            "search.constraints.least_layers.A=1",
            "search.constraints.most_layers.A=3");
        var fields = ManifestFields.Of(loaded.Manifest, "").Select(f => Shape(f.Path)).Except(Fixed);
        var named = Table.Split('\n').Select(r => r.Trim()).Where(r => r.Length > 0).Select(r => Shape(r.Split('=')[0].Trim()));
        Assert.Equal(fields.Distinct().Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>A field's path without the names of what there may be several of.</summary>
    private static string Shape(string path) => SingleTask().Replace(path, "evaluate.task.*.");

    private static Composer.Manifests.Model.ResolvedExperiment Change(string path, string value, string[] given) => path switch
    {
        _ when path.StartsWith(Partition, StringComparison.Ordinal) => KeyedExperiment.Load(
            KeyedExperiment.Manifest, [.. given, $"agents.slurm.partition=[{{ {path[Partition.Length..]} = {value} }}]"]),
        "name" => KeyedExperiment.Load(Replace("name = \"keyed\"", $"name = {value}"), given),
        "pretrain.flops" => KeyedExperiment.Load(Replace("tokens = 4096.0", $"flops = {value}"), given),
        "baseline[0].name" => KeyedExperiment.Load(Replace("name = \"llama\"", $"name = {value}"), given),
        "baseline[0].order" => KeyedExperiment.Load(Replace("architecture = \"2x(1A+1M)\"", $"order = {value}"), given),
        "baseline[0].architecture" => KeyedExperiment.Load(Replace("architecture = \"2x(1A+1M)\"", $"architecture = {value}"), given),
        _ => KeyedExperiment.Load(KeyedExperiment.Manifest, [.. given, $"{path}={value}"]),
    };

    private static string Replace(string old, string now)
    {
        Assert.Contains(old, KeyedExperiment.Manifest, StringComparison.Ordinal);
        return KeyedExperiment.Manifest.Replace(old, now, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^evaluate\.task\.[^.]+\.")]
    private static partial Regex SingleTask();
}
