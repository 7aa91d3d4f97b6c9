namespace Composer.Manifests.Tests.Rules;

/// <summary>What would fail only after hours of search is refused before anything runs, at its place.</summary>
public sealed class LateFailureTests
{
    [Theory]

    // Budgets.
    [InlineData("tokens = 10", "m.toml(4,10): error CMP0241: 'pretrain.tokens' affords 10 tokens, less than one sequence")]
    [InlineData("tokens = 3000\nlength = 4000\nbatch_tokens = 4000", "m.toml(4,10): error CMP0241: 'pretrain.tokens' affords 3000 tokens")]
    [InlineData("flops = 1e6", "m.toml(4,9): error CMP0241: 'pretrain.flops' affords as few as 0 tokens, less than one")]
    [InlineData(
        "flops = 1e26\n[extrapolate]\nsize = \"3K\"\nmodel = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }",
        "m.toml(4,9): error CMP0242: ")]
    [InlineData("tokens = 8192\nwarmup_steps = 3", "m.toml(5,16): error CMP0243: 'pretrain.warmup_steps' (3) is more than the 2 steps")]
    [InlineData("flops = 1e15\nwarmup_steps = 100_000_000", "m.toml(5,16): error CMP0243: ")]
    [InlineData("tokens = 9000\nbatch_tokens = 100", "m.toml(5,16): error CMP0218: ")]
    [InlineData("tokens = 9000\nwarmup = 0.6\ndecay = 0.6", "m.toml(6,9): error CMP0208: ")]

    // Corpora and tokenizers.
    [InlineData("tokens = 9000\nvocabulary = 257", "m.toml(5,14): error CMP0103: 'pretrain.vocabulary' must be from 258 to 262144")]
    [InlineData("tokens = 9000\n[evaluate.text]\nvocabulary = 257", "m.toml(6,14): error CMP0103: ")]
    [InlineData("tokens = 9000\nvalidation_documents = 0", "m.toml(5,24): error CMP0103: ")]
    [InlineData("tokens = 9000\ncorpus = \"x/*.bin\"", "m.toml(3,1): error CMP0246: 'pretrain.tokenizer' is \"bpe\", but token shards")]
    [InlineData("tokens = 9000\ncorpus = \"x.bin\"\ntokenizer = \"bytes\"", "m.toml(6,13): error CMP0246: ")]

    [InlineData("tokens = 9000\nvalidation = \"x.txt\"", "m.toml(5,14): error CMP0258: 'pretrain.validation' names files, but the corpus")]
    [InlineData(
        "tokens = 9000\ncorpus = \"x.txt\"\nvalidation = \"v.bin\"",
        "m.toml(6,14): error CMP0258: 'pretrain.validation' is token shards")]
    [InlineData("tokens = 9000\n[evaluate.text]\nvalidation = \"x.txt\"", "m.toml(6,14): error CMP0258: 'evaluate.text.validation'")]
    [InlineData("tokens = 9000\ntext_field = \"\"", "m.toml(5,14): error CMP0113: ")]
    [InlineData("tokens = 9000\nskip_bad_lines = 1", "m.toml(5,18): error CMP0102: ")]

    // Evaluation.
    [InlineData("tokens = 9000\nlength = 40\n[lm-eval]\nmax_length = 41", "m.toml(7,14): error CMP0251: 'lm-eval.max_length' (41) is more than the 40")]
    [InlineData("tokens = 9000\n[lm-eval]\nmax_length = 0", "m.toml(6,14): error CMP0103: ")]
    [InlineData("tokens = 9000\n[lm-eval]\nlengths = [3]", "m.toml(6,12): error CMP0103: ")]
    [InlineData("tokens = 9000\n[lm-eval]\nlengths = []", "m.toml(6,11): error CMP0106: ")]
    [InlineData("tokens = 9000\n[lm-eval]\nshots = 65", "m.toml(6,9): error CMP0103: ")]

    // Weights.
    [InlineData(
        "tokens = 9000\n[evaluate.task]\ncompression = { weight = 0.0 }",
        "m.toml(6,26): error CMP0266: In 'evaluate.task.compression': a weight of 0 leaves compression out of the score")]
    [InlineData("tokens = 9000\n[evaluate.task]\ncompression = { weight = -1.0 }", "m.toml(6,26): error CMP0103: ")]
    [InlineData("tokens = 9000\n[evaluate.task]\ncompression = { weight = nan }", "m.toml(6,26): error CMP0")]
    [InlineData("tokens = 9000\n[evaluate]\ntasks = [\"text\"]\ntext.weight = 0.0", "m.toml(7,15): error CMP0266: ")]

    // Samples.
    [InlineData(
        "tokens = 9000\n[evaluate]\nsamples = 100_000\ntasks = [\"compression\"]\ntask.compression = { vocabulary = 4, length "
        + "= 4 }",
        "m.toml(8,20): error CMP0240: In 'evaluate': compression with vocabulary 4 and length 4 has too few different samples")]
    [InlineData(
        "tokens = 9000\n[evaluate]\ntasks = [\"compression\"]\ntask.compression = { vocabulary = 4, length = 4, samples = "
        + "100_000 }",
        "m.toml(7,20): error CMP0240: ")]

    // Sizes and shapes.
    [InlineData(
        "tokens = 9000\n[extrapolate]\nsize = \"1B\"\nmodel = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }",
        "m.toml(7,9): error CMP0217: ")]
    [InlineData(
        "tokens = 9000\n[extrapolate]\nsize = \"2B\"\nmodel = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }",
        "m.toml(6,8): error CMP0244: 'extrapolate.size' (2B) may take more than 4096 layers: one of M has 192 parameters")]
    [InlineData("tokens = 9000\n[extrapolate]\nsize = \"2M\"", "m.toml(6,8): error CMP0209: ")]
    [InlineData(
        "tokens = 9000\n[extrapolate]\nsize = \"2M\"\nmodel = { dim = 8, heads = 3, kv_heads = 3, hidden = 8 }",
        "m.toml(7,9): error CMP0202: ")]
    [InlineData("tokens = 9000\n[search]\nmodel = { dim = 6, heads = 2, kv_heads = 2, hidden = 8 }", "m.toml(6,9): error CMP0202: ")]
    [InlineData(
        "tokens = 9000\n[search]\nprimitives = [\"W\"]\nmodel = { dim = 8, heads = 2, kv_heads = 2, hidden = 8, "
        + "options.W.window = 0 }",
        "m.toml(7,")]
    [InlineData("tokens = 9000\n[search]\nstrategy = \"end-layer\"\nlayers = 6", "m.toml(5,1): error CMP0206: ")]
    [InlineData("tokens = 9000\n[search]\nstrategy = \"exhaustive\"\nlayers = 40", "m.toml(7,10): error CMP0220: ")]
    [InlineData("tokens = 9000\n[aggregate]\nmethod = 'n-c'\ncondition = 6", "m.toml(7,13): error CMP0207: ")]
    public void Is_refused_at_its_place(string more, string expected)
    {
        var mistakes = Manifests.Mistakes($"schema = 1\nname = \"m\"\n[pretrain]\n{more}\n");
        Assert.StartsWith(expected, mistakes.First(m => m.Contains("error", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokens = 256")] // one sequence of the usual length
    [InlineData("tokens = 3000\nlength = 3000\nbatch_tokens = 3000")]
    [InlineData("flops = 4e20")]
    [InlineData("tokens = 8192\nwarmup_steps = 2")]
    [InlineData("tokens = 9000\nvocabulary = 258")]
    [InlineData("tokens = 9000\ncorpus = \"x.bin\"\ntokenizer = \"t.json\"")]
    [InlineData("tokens = 9000\n[lm-eval]\nlengths = [4, 131072]")]
    [InlineData("tokens = 9000\nlength = 40\n[lm-eval]\nmax_length = 40")]
    public void What_stands_just_inside_is_taken(string more) =>
        Assert.Single(Manifests.Load($"schema = 1\nname = \"m\"\n[pretrain]\n{more}\n").Points);

    [Fact]
    public void A_generated_task_that_the_window_cannot_hold_is_warned_of()
    {
        var loaded = Manifests.Load(
            "schema = 1\nname = \"m\"\n[pretrain]\ntokens = 9000\nlength = 4\ntokenizer = \"bytes\"\n[lm-eval]\ntasks = [\"stories-who-has-it\"]\n");
        Assert.StartsWith(
            "m.toml(5,10): warning CMP0247: No question of 'stories-who-has-it' fits the 4 tokens that the model is given",
            Assert.Single(loaded.Warnings).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_every_order_exceeds_is_warned_of()
    {
        var loaded = Manifests.Load(Manifests.Minimal + """
            [extrapolate]
            size = "1K"
            model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

            """);
        var warning = Assert.Single(loaded.Warnings);
        Assert.StartsWith(
            "m.toml(6,8): warning CMP0245: 'extrapolate.size' (1K) has no effect: 6 layers have at least",
            warning.ToString(),
            StringComparison.Ordinal);
    }
}
