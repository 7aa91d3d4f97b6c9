namespace Composer.Testing.Workspaces;

/// <summary>A whole experiment in about two seconds: every stage for real, as small as each can be.</summary>
public static class TinyExperiment
{
    /// <summary>Its name.</summary>
    public const string Name = "tiny";

    /// <summary>Its stages, in ordinal order.</summary>
    public static readonly string[] Stages =
        [
            "aggregate", "efficiency", "extrapolate", "lm-eval/composite", "lm-eval/llama",
            "pretrain/composite", "pretrain/llama", "report", "search", "tokenize",
        ];

    /// <summary>Trainings of its search, and of the two orders that confirm the vote, twice each.</summary>
    public const int Evaluations = 4 + (2 * 2);

    /// <summary>Its manifest.</summary>
    public const string Manifest = """
        schema = 1
        name = "tiny"
        seed = 17

        [search]
        strategy = "exhaustive"
        layers = 2
        primitives = ["A", "M"]
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [evaluate]
        tasks = ["in-context-recall"]
        samples = 16
        test_samples = 16
        epochs = 2
        batch = 8
        learning_rates = [5e-3]
        weight_decays = [0.0]

        [evaluate.task.in-context-recall]
        vocabulary = 8
        length = 16

        [aggregate]
        method = "n-c"
        clusters = 1
        confirm_members = 1
        confirm_runs = 2

        [extrapolate]
        method = "stack"
        size = "2K"
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [pretrain]
        corpus = "stories"
        documents = 30
        validation_documents = 4
        tokenizer = "bytes"
        length = 32
        batch_tokens = 128
        tokens = 4096
        validations = 2

        [lm-eval]
        tasks = ["stories-who-has-it"]
        limit = 5
        lengths = [16]

        [[baseline]]
        name = "llama"
        architecture = "2x(1A+1M)"

        """;

    /// <summary>
    /// Settings that make it long enough to be stopped in the search and in each pre-training: more than a thousand
    /// steps in which every signal meets it at work.
    /// </summary>
    public static readonly string[] Longer =
    [
        "--set",
        "search.layers=3",
        "--set",
        "evaluate.epochs=20",
        "--set",
        "pretrain.tokens=160000",
        "--set",
        "pretrain.checkpoint_seconds=1",
    ];
}
