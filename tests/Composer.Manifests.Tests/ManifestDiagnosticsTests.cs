using System.Reflection;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Tests;

/// <summary>What a person reads when a manifest is wrong.</summary>
public sealed class ManifestDiagnosticsTests
{
    [Fact]
    public void All_mistakes_are_reported_together_in_the_order_of_the_file()
    {
        const string toml = """
            schema = 1
            name = "other"
            sed = 3
            [search]
            strategy = "oneshot"
            layers = "6"
            trials = 0
            primitives = ["A", "X", "A"]
            model = { dim = 100, heads = 16, kv_heads = 3, hidden = 172 }
            [evaluate]
            learning_rates = 1e-3
            epoch = 5
            [pretrain]
            flops = 1e12
            tokens = 1e6
            warmup = 0.7
            decay = 0.5
            betas = [0.9]
            """;
        Assert.Equal(
            [
                "m.toml(2,8): error CMP0201: The name 'other' is not the file's. Write name = \"m\", or rename the file.",
                "m.toml(3,1): error CMP0101: There is no key 'sed'. Did you mean 'seed'?",
                "m.toml(5,12): error CMP0104: 'search.strategy' cannot be 'oneshot'. Did you mean 'one-shot'?",
                "m.toml(6,10): error CMP0102: 'search.layers' must be an integer, not a text. Write 6, without quotes.",
                "m.toml(7,10): error CMP0103: 'search.trials' must be from 1 to 100000, not 0.",
                "m.toml(8,20): error CMP0212: In 'search': there is no primitive 'X'. Did you mean 'A'?",
                "m.toml(8,25): error CMP0114: 'search.primitives' names 'A' twice. Keep one.",
                "m.toml(9,9): error CMP0202: In 'search.model': heads (16) must divide dim (100).",
                "m.toml(9,9): error CMP0202: In 'search.model': kv_heads (3) must divide heads (16).",
                "m.toml(11,18): error CMP0102: 'evaluate.learning_rates' must be a list, not a number. Write [0.001].",
                "m.toml(12,1): error CMP0101: There is no key 'evaluate.epoch'. Did you mean 'epochs'?",
                "m.toml(15,10): error CMP0203: In 'pretrain': both tokens and flops are given; one budget ends the training. Remove one.",
                "m.toml(17,9): error CMP0208: In 'pretrain': warmup (0.7) and decay (0.5) are together more than 1. They are shares of "
                + "all steps.",
                "m.toml(18,9): error CMP0106: 'pretrain.betas' must have 2 items, not 1.",
            ],
            Manifests.Mistakes(toml));
    }

    [Theory]
    [InlineData("[search]\nlayer = 6", "m.toml(6,1): error CMP0101: There is no key 'search.layer'. Did you mean 'layers'?")]
    [InlineData("[serch]\nlayers = 6", "m.toml(5,2): error CMP0101: There is no key 'serch'. Did you mean 'search'?")]
    [
        InlineData(
            "[search]\nlearning_rates = [1e-3]",
            "m.toml(6,1): error CMP0101: There is no key 'search.learning_rates'. Did you mean 'evaluate.learning_rates'?"),
    ]
    [InlineData("[search]\ntrials = 1e2", "m.toml(6,10): error CMP0102: 'search.trials' must be an integer, not a number. Write 100.")]
    [InlineData("[search]\ntrials = 5000000000", "m.toml(6,10): error CMP0103: 'search.trials' must be from 1 to 100000, not 5000000000.")]
    [
        InlineData(
            "[search]\ninitial_trials = 65", "m.toml(6,18): error CMP0205: In 'search': initial_trials (65) must be at most trials (64)."),
    ]
    [
        InlineData(
            "[search]\nstrategy = 'end-layer'",
            "m.toml(5,1): error CMP0206: In 'search': step_layers (4) must divide layers (6): each step of the end-layer search adds as "
            + "many. Or set 'shorter_last_step' to true."),
    ]
    [
        InlineData(
            "[search]\nobjectives = ['kv-cache']",
            "m.toml(6,14): error CMP0106: In 'search': objectives must name the score. "
            + "Write [\"score\", \"kv-cache\"] or [\"score\", \"flops\"]."),
    ]
    [
        InlineData(
            "[search]\nstrategy = 'tpe'\nobjectives = ['score', 'kv-cache']",
            "m.toml(7,14): error CMP0225: In 'search': the tpe search has one objective, the score. Take the strategy \"one-shot\", or "
            + "leave \"kv-cache\" out."),
    ]
    [
        InlineData(
            "[search]\nsuggest = ['2A+4M', '7A']",
            "m.toml(6,21): error CMP0224: In 'search': '7A' (7 layers) is no order of 6 layers of A, M."),
    ]
    [InlineData("[search]\nsuggest = ['6B']", "m.toml(6,12): error CMP0224: In 'search': '6B' (6 layers) is no order of 6 layers of A, M.")]
    [
        InlineData(
            "[search]\nsuggest = ['2A+4M', 'AAMMMM']", "m.toml(6,21): error CMP0114: In 'search': '2A+4M' is suggested twice. Keep one."),
    ]
    [
        InlineData(
            "[search]\nsuggest = ['6A']\nconstraints = { max_share = { A = 0.5 } }",
            "m.toml(6,12): error CMP0224: In 'search': '6A' breaks 'constraints'."),
    ]
    [
        InlineData(
            "[search]\nstrategy = 'end-layer'\nlayers = 8\nsuggest = ['8A']",
            "m.toml(8,11): error CMP0225: In 'search': the end-layer search builds its orders step by step and takes no suggestions. "
            + "Take the strategy \"one-shot\", or leave 'suggest' out."),
    ]
    [
        InlineData(
            "[search]\nconstraints = { min_share = { B = 0.5 } }",
            "m.toml(6,35): error CMP0212: In 'search': constraints.min_share names 'B', which is none of the search's primitives. Did "
            + "you mean 'A'?"),
    ]
    [
        InlineData(
            "[search]\nconstraints = { min_share = { A = 0.6, M = 0.6 } }",
            "m.toml(6,15): error CMP0223: In 'search': no order keeps 'constraints'. Loosen them: all layers of one primitive, or any "
            + "mixture, break one."),
    ]
    [
        InlineData(
            "[search]\nconstraints = { least_layers = { A = 4 }, most_layers = { A = 3 } }",
            "m.toml(6,38): error CMP0223: In 'search': constraints.least_layers asks for 4 of 'A', most_layers allows 3. Lower the one or "
            + "raise the other."),
    ]
    [
        InlineData(
            "[search]\nconstraints = { most_layers = { S = 2 } }",
            "m.toml(6,37): error CMP0212: In 'search': constraints.most_layers names 'S', which is none of the search's primitives. Did "
            + "you mean 'A'?"),
    ]
    [
        InlineData(
            "[search.constraints]\nmax_parameters = 1000",
            "m.toml(5,1): error CMP0223: In 'search': no order keeps 'constraints'. Loosen them: all layers of one primitive, or any "
            + "mixture, break one."),
    ]
    [
        InlineData(
            "[evaluate.halving]\nat = [0.5, 0.25]\nkeep = [3, 2]",
            "m.toml(7,8): error CMP0226: In 'evaluate.halving': halving needs as many numbers in 'keep' as shares in 'at'; the shares "
            + "rise and the numbers fall. Write at = [0.25, 0.5] and keep = [3, 2]."),
    ]
    [
        InlineData(
            "[evaluate.halving]\nat = [0.5]\nkeep = [6]",
            "m.toml(7,8): error CMP0226: In 'evaluate.halving': keep begins with 6, but there are 6 settings of learning rate and weight "
            + "decay to drop from."),
    ]
    [
        InlineData(
            "[search]\nstrategy = 'exhaustive'\nlayers = 21",
            "m.toml(7,10): error CMP0220: In 'search': 2 primitives in 21 layers have more than 1048576 candidates, too many to try all. "
            + "Take fewer layers, or the strategy \"one-shot\"."),
    ]
    [InlineData("[search]\nprimitives = []", "m.toml(6,14): error CMP0106: 'search.primitives' must have 1 to 26 items, not 0.")]
    [
        InlineData(
            "[search]\nmodel = { dim = 48, heads = 16 }",
            "m.toml(6,9): error CMP0202: In 'search.model': the head size, dim / heads = 3, must be even: RoPE rotates pairs."),
    ]
    [InlineData("search = 5", "m.toml(5,1): error CMP0101: There is no key 'pretrain.search'. The keys here are corpus, documents", true)]
    [
        InlineData(
            "[limits]\ntime = '2 hours'",
            "m.toml(6,8): error CMP0222: '2 hours' is no duration. Write a number and d, h, min or s, such as \"2 h\"; at most a year."),
    ]
    [InlineData("[limits]\ntime = '0 s'", "m.toml(6,8): error CMP0222: '0 s' is no duration.", true)]
    [InlineData("[limits.stage.pretrain]\ntime = '400 d'", "m.toml(6,8): error CMP0222: '400 d' is no duration.", true)]
    [
        InlineData(
            "[limits.stage.pretrian]\nretries = 2",
            "m.toml(5,15): error CMP0101: There is no key 'limits.stage.pretrian'. Did you mean 'pretrain'?"),
    ]
    [
        InlineData(
            "[aggregate]\nmethod = 'n-c'\ncondition = 6", "m.toml(7,13): error CMP0207: 'aggregate.condition' (6) must be less than 'search.layers' (6)."),
    ]
    [
        InlineData(
            "[extrapolate]\nsize = '4.5M'",
            "m.toml(6,8): error CMP0209: In 'extrapolate': the size 4.5M is none of 350M, 1B, 3B, so it needs the widths of the model. "
            + "Add model = { dim = …, heads = …, kv_heads = …, hidden = … }."),
    ]
    [
        InlineData(
            "[extrapolate]\nsize = 'large'",
            "m.toml(6,8): error CMP0210: 'large' is no size. Write 350M, 1B or 3B, or a number such as 4.5M."),
    ]
    [
        InlineData(
            "[extrapolate]\nmodel = { dim = 64, heads = 4, kv_heads = 2, hidden = 64 }",
            "m.toml(6,9): error CMP0217: In 'extrapolate': the size 1B has widths of its own (Table 3), so 'model' has no say. Leave the "
            + "model out, or give the size as a number of parameters."),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'b'",
            "m.toml(5,1): error CMP0260: The baseline 'b' has neither an architecture, nor an order, nor a checkpoint. Give 'architecture' "
            + "for a model that is to be trained, 'order' for one that is scaled first, or 'checkpoint' for one that is trained."),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'b'\narchitecture = '4A'\ncheckpoint = 'hf'",
            "m.toml(5,1): error CMP0260: The baseline 'b' has architecture and checkpoint: one of them says what it is. Give 'architecture' "
            + "for a model that is to be trained, 'order' for one that is scaled first, or 'checkpoint' for one that is trained."),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'b'\ncheckpoint = 'hf'\nmethod = 'stretch'",
            "m.toml(8,10): error CMP0260: The baseline 'b' says how its order is scaled, but has none. Give 'order' instead, or leave "
            + "'method' out."),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'b'\norder = '4x(1A'",
            "m.toml(7,9): error CMP0211: The order '4x(1A' cannot be read: ",
            true),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'b'\narchitecture = '4x(1A'",
            "m.toml(7,16): error CMP0211: The architecture '4x(1A' cannot be read: ",
            true),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'b'\narchitecture = 'lama-3.2'",
            "m.toml(7,16): error CMP0211: The architecture 'lama-3.2' cannot be read: No architecture is named 'lama-3.2'. Did you mean "
            + "'llama-3.2'?"),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'composite'\narchitecture = '4A'",
            "m.toml(6,8): error CMP0213: The name 'composite' is taken. It is the searched architecture's."),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'a b'\narchitecture = '4A'",
            "m.toml(6,8): error CMP0221: 'a b' is no name. Names are letters, digits, '.', '-' and '_', at most 64."),
    ]
    [
        InlineData(
            "[[baseline]]\nname = 'v'\narchitecture = '4A'\n[[variant]]\nname = 'v'\n'search.layers' = 4",
            "m.toml(9,8): error CMP0213: The name 'v' is taken. Baselines and variants stand in the same tables."),
    ]
    [
        InlineData(
            "[[variant]]\nname = 'v'\n'pretrain.tokens' = 4",
            "m.toml(7,1): error CMP0112: A variant cannot change 'pretrain.tokens'. It changes search, evaluate, aggregate, extrapolate: "
            + "all architectures are trained and scored alike."),
    ]
    [
        InlineData(
            "[[variant]]\nname = 'v'\n'search.layer' = 4",
            "m.toml(7,1): error CMP0101: There is no key 'search.layer'. Did you mean 'layers'?"),
    ]
    [
        InlineData(
            "[[variant]]\nsearch.layers = 4",
            "m.toml(5,1): error CMP0105: The variant's 'name' is missing. It is: its name in the tables."),
    ]
    [
        InlineData(
            "[[variant]]\nname = 'v'\n'search.layers' = 4\nsearch.layers = 5",
            "m.toml(8,8): error CMP0010: 'search.layers' is given twice. Keep one of the two."),
    ]
    [
        InlineData(
            "[evaluate]\ntasks = ['in-context-recal']",
            "m.toml(6,10): error CMP0104: 'evaluate.tasks[0]' cannot be 'in-context-recal'. Did you mean 'in-context-recall'?"),
    ]
    [
        InlineData(
            "[evaluate]\ntasks = ['text']\nobjective = 'accuracy'",
            "m.toml(7,13): error CMP0219: In 'evaluate': the task 'text' is scored by its validation loss, so objective cannot be "
            + "\"accuracy\". Write \"loss\", or leave the task out."),
    ]
    [
        InlineData(
            "[evaluate.task.compresion]\nlength = 16",
            "m.toml(5,16): error CMP0101: There is no key 'evaluate.task.compresion'. Did you mean 'compression'?"),
    ]
    [
        InlineData(
            "[evaluate.task.compression]\nmotif = 2",
            "m.toml(6,9): error CMP0215: In 'evaluate.task.compression': motif does not apply to compression. Only "
            + "fuzzy-in-context-recall has it."),
    ]
    [
        InlineData(
            "[evaluate.task.fuzzy-in-context-recall]\nvocabulary = 6",
            "m.toml(6,14): error CMP0216: In 'evaluate.task.fuzzy-in-context-recall': vocabulary (6) must be at least 7: motif tokens "
            + "differ, so keys and values need 3 tokens each."),
    ]
    [
        InlineData(
            "[evaluate.task.fuzzy-in-context-recall]\nmotif = 5\nvocabulary = 16\nlength = 20",
            "m.toml(8,10): error CMP0216: In 'evaluate.task.fuzzy-in-context-recall': length (20) must exceed 20: the probe twice, at "
            + "the greatest motif size."),
    ]
    [
        InlineData(
            "[evaluate.task.selective-copying]\nlength = 32",
            "m.toml(6,10): error CMP0216: In 'evaluate.task.selective-copying': length (32) must be at least 2 × copy + 1 = 33."),
    ]
    [
        InlineData(
            "[evaluate.task.in-context-recall]\nlength = 31",
            "m.toml(6,10): error CMP0216: In 'evaluate.task.in-context-recall': length (31) must be even and at least 4: it is made of "
            + "pairs."),
    ]
    [
        InlineData(
            "[sweep]\n'search.trials' = 5",
            "m.toml(6,19): error CMP0110: The sweep over 'search.trials' must be a list of values, not an integer. Write [5]."),
    ]
    [
        InlineData(
            "[sweep]\n'search.trials' = []",
            "m.toml(6,19): error CMP0110: The sweep over 'search.trials' has no values. Give at least one."),
    ]
    [InlineData("[sweep]\n'search.trial' = [5, 6]", "m.toml(6,1): error CMP0101: There is no key 'search.trial'. Did you mean 'trials'?")]
    [InlineData("[sweep]\n'search.trials' = [5, 0]", "m.toml(6,23): error CMP0103: 'search.trials' must be from 1 to 100000, not 0.")]
    [
        InlineData(
            "[sweep]\nname = ['a']",
            "m.toml(6,1): error CMP0112: A sweep cannot go over 'name'. It goes over values of the sections, the seed and the baselines."),
    ]
    [
        InlineData(
            "[profile.smoke]\n'evaluate..epochs' = 5",
            "m.toml(6,1): error CMP0109: 'evaluate..epochs' is no path: a part of it is empty. Write keys joined by single dots, such as "
            + "\"evaluate.epochs\"."),
    ]
    [
        InlineData(
            "[profile.smoke]\n'evaluate.epoch' = 5",
            "m.toml(6,1): error CMP0101: There is no key 'evaluate.epoch'. Did you mean 'epochs'?"),
    ]
    [
        InlineData(
            "[profile]\nsmoke = 5",
            "m.toml(6,9): error CMP0102: 'profile.smoke' must be a table, not an integer. Write [profile.smoke] and below it \"path\" = "
            + "value."),
    ]
    [InlineData("[lm-eval]\ntasks = ['piqa', 'piqa']", "m.toml(6,18): error CMP0114: 'lm-eval.tasks' names 'piqa' twice. Keep one.")]
    [
        InlineData(
            "length = 5000", "m.toml(3,1): error CMP0218: In 'pretrain': batch_tokens (4096) is less than one sequence of length (5000)."),
    ]
    [
        InlineData(
            "gradient_shards = 12",
            "m.toml(5,19): error CMP0270: In 'pretrain': gradient_shards (12) is no power of two, so its parts make no pairs. Give 8, or "
            + "another power of two."),
    ]
    [
        InlineData(
            "gradient_shards = 32",
            "m.toml(5,19): error CMP0271: In 'pretrain': gradient_shards (32) is more than the 16 sequences of a step, batch_tokens (4096) "
            + "by length (256): a part would be empty. Give at most 16, or raise 'batch_tokens' to 8192."),
    ]
    [
        InlineData(
            "gradient_shards = 4\nresources = { processes = 2, gpus = 4 }",
            "m.toml(6,27): error CMP0272: In 'pretrain': resources has both processes (2) and gpus (4); there is a process for each GPU. "
            + "Leave out 'processes' to train on GPUs, or 'gpus' to train on the processor."),
    ]
    [
        InlineData(
            "gradient_shards = 4\nresources = { processes = 3 }",
            "m.toml(6,27): error CMP0273: In 'pretrain': resources.processes (3) is no power of two: the gradients of processes are added "
            + "in pairs. Give 2 or 4."),
    ]
    [
        InlineData(
            "gradient_shards = 2\nresources = { gpus = 8 }",
            "m.toml(6,22): error CMP0274: In 'pretrain': resources.gpus (8) is more than gradient_shards (2): some GPUs would have no part "
            + "of a batch. Set pretrain.gradient_shards = 8, or give at most 2 GPUs."),
    ]
    [
        InlineData(
            "resources = { gpus = 2 }",
            "m.toml(5,22): error CMP0274: In 'pretrain': resources.gpus (2) is more than gradient_shards (1): some GPUs would have no part "
            + "of a batch. Set pretrain.gradient_shards = 2, or leave out 'resources.gpus'."),
    ]
    [InlineData("corpus = ''", "m.toml(5,10): error CMP0113: 'pretrain.corpus' must not be empty.")]
    [InlineData("clip = inf", "m.toml(5,8): error CMP0103: 'pretrain.clip' must be a finite number, not inf.")]
    public void Says_what_is_wrong_where_and_how_to_mend_it(string more, string expected, bool beginning = false)
    {
        var mistake = Manifests.Mistake(Manifests.Minimal + more);
        Assert.Equal(expected, beginning ? mistake[..Math.Min(mistake.Length, expected.Length)] : mistake);
    }

    [Fact]
    public void What_must_be_given_is_named_with_what_it_is() =>
        Assert.Equal(
            [
                "m.toml(1,1): error CMP0105: 'schema' is missing. It is: Version of the manifest format.",
                "m.toml(1,1): error CMP0105: 'name' is missing. It is: The experiment's name: the file's name without .toml.",
                "m.toml(1,1): error CMP0204: In 'pretrain': the pre-training has no budget. Give 'tokens' or 'flops'.",
            ],
            Manifests.Mistakes("seed = 3"));

    [Fact]
    public void Widths_without_a_default_must_be_given() =>
        Assert.Equal(
            "m.toml(6,9): error CMP0105: 'extrapolate.model.hidden' is missing. It is: Inner width of the SwiGLU MLP.",
            Manifests.Mistake(Manifests.Minimal + "[extrapolate]\nmodel = { dim = 64, heads = 4, kv_heads = 2 }\nsize = '2M'"));

    [Fact]
    public void Syntax_and_values_are_reported_together() =>
        Assert.Equal(
            [
                "m.toml(4,10): error CMP0008: 'lots' is no value. A text needs quotes: \"lots\".",
                "m.toml(6,9): error CMP0102: 'search.trials' must be an integer, not a text. Write 5, without quotes.",
            ],
            Manifests.Mistakes("schema = 1\nname = 'm'\n[pretrain]\ntokens = lots\n[search]\ntrials ='5'"));

    [Theory]
    [InlineData("search.trials=0", "error CMP0103: In --set search.trials=0: 'search.trials' must be from 1 to 100000, not 0.")]
    [InlineData("search.trial=5", "error CMP0101: In --set search.trial=5: There is no key 'search.trial'. Did you mean 'trials'?")]
    [
        InlineData(
            "search.strategy=oneshot",
            "error CMP0104: In --set search.strategy=oneshot: 'search.strategy' cannot be 'oneshot'. Did you mean 'one-shot'?"),
    ]
    [
        InlineData(
            "search.trials",
            "error CMP0108: In --set search.trials: A setting has the form path=value. For example --set search.trials=20."),
    ]
    [InlineData("=5", "error CMP0108: In --set =5: A setting has the form path=value. For example --set search.trials=20.")]
    [InlineData("seed.x=5", "error CMP0102: In --set seed.x=5: 'seed' must be an integer, not a table.")]
    [InlineData("name=n", "error CMP0201: In --set name=n: The name 'n' is not the file's. Write name = \"m\", or rename the file.")]
    [
        InlineData(
            "extrapolate.size=350",
            "error CMP0102: In --set extrapolate.size=350: 'extrapolate.size' must be a text, not an integer. Write \"350\"."),
    ]
    public void A_mistake_in_a_setting_names_the_setting(string setting, string expected) =>
        Assert.Equal(expected, Manifests.Mistake(Manifests.Minimal + "[search]\ntrials = 8", null, setting));

    [Fact]
    public void A_setting_that_cannot_be_read_says_why()
    {
        var mistake = Manifests.Mistake(Manifests.Minimal, null, "evaluate.tasks=[1");
        Assert.StartsWith("error CMP0108: In --set evaluate.tasks=[1: The value cannot be read: ", mistake, StringComparison.Ordinal);
        Assert.EndsWith(" Values are written as in TOML; a bare word is a text.", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smok", "error CMP0107: m.toml has no profile 'smok'. Did you mean 'smoke'?")]
    [InlineData("full", "error CMP0107: m.toml has no profile 'full'. It has smoke.")]
    [InlineData("smoke,large", "error CMP0107: m.toml has no profile 'large'. It has smoke.")]
    public void An_unknown_profile_is_an_error_with_a_suggestion(string profile, string expected) =>
        Assert.Equal(expected, Manifests.Mistake(Manifests.Minimal + "[profile.smoke]\nseed = 4", profile));

    [Fact]
    public void A_sweep_with_too_many_points_is_refused_with_the_limit()
    {
        var values = string.Join(", ", Enumerable.Range(1, 101));
        Assert.Equal(
            "m.toml(6,1): error CMP0111: The sweep has 10201 points; at most 10000 are run. Give fewer values, or several sweeps.",
            Manifests.Mistake(Manifests.Minimal + $"[sweep]\nseed = [{values}]\n'search.trials' = [{values}]"));
    }

    [Fact]
    public void A_rule_is_checked_at_every_point_of_a_sweep_and_in_every_variant()
    {
        var mistakes = Manifests.Mistakes(Manifests.Minimal + """
            [aggregate]
            method = "n-c"
            condition = 3
            [sweep]
            "search.layers" = [2, 4, 3]
            [[variant]]
            name = "v"
            "aggregate.condition" = 3
            """);
        Assert.Equal(
            [
                "m.toml(7,13): error CMP0207: 'aggregate.condition' (3) must be less than 'search.layers' (2).",
                "m.toml(7,13): error CMP0207: 'aggregate.condition' (3) must be less than 'search.layers' (3).",
                "m.toml(12,25): error CMP0207: 'aggregate.condition' (3) must be less than 'search.layers' (2).",
                "m.toml(12,25): error CMP0207: 'aggregate.condition' (3) must be less than 'search.layers' (3).",
            ],
            mistakes);
    }

    [Fact]
    public void A_task_section_without_effect_is_a_warning()
    {
        var warning = Assert.Single(
            Manifests.Load(Manifests.Minimal + "[evaluate]\ntasks = ['compression']\ntask.memorization.length = 16").Warnings);
        Assert.Equal(
            "m.toml(7,6): warning CMP0214: 'evaluate.task.memorization' has no effect: 'evaluate.tasks' does not name the task.",
            warning.ToString());
    }

    [Fact]
    public void A_task_section_has_effect_where_a_variant_leaves_the_task_out_or_adds_it() =>
        Assert.Empty(Manifests.Load(
            Manifests.Minimal + "[evaluate]\ntasks = ['compression']\ntask.memorization.length = 16\n"
            + "[[variant]]\nname = 'both'\n\"evaluate.tasks\" = ['compression', 'memorization']").Warnings);

    [Fact]
    public void A_missing_file_is_named_with_the_one_that_is_nearest()
    {
        var file = Path.Combine(ShippedExperiments.Folder, "quickstrat.toml");
        var exception = Assert.Throws<UserInputException>(() => ManifestLoader.Load(file));
        Assert.Equal(
            $"{file}(1,1): error CMP0001: The file does not exist. Did you mean 'quickstart.toml'?",
            Assert.Single(exception.Diagnostics).ToString());
    }

    [Fact]
    public void No_code_has_two_meanings()
    {
        var codes = typeof(DiagnosticCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)
            .ToList();
        Assert.Equal(codes.Distinct(), codes);
        Assert.All(codes, c => Assert.Matches(@"\ACMP0[0-2][0-9]{2}\z", c));
    }
}
