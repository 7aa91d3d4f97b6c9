using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Architecture.Extrapolation;
using Composer.Mad.Evaluation;
using Composer.Manifests.Model;

namespace Composer.Manifests.Tests;

public sealed class ManifestLoaderTests
{
    private const string Full = """
        schema = 1
        name = "m"
        seed = 17

        [search]
        strategy = "one-shot"            # one-shot | end-layer | middle-layer | exhaustive | random
        layers = 6
        primitives = ["A", "M"]
        trials = 100
        model = { dim = 128, heads = 16, kv_heads = 16, hidden = 172 }

        [evaluate]
        tasks = ["in-context-recall", "memorization"]
        learning_rates = [1e-4, 5e-4, 1e-3]
        weight_decays = [0.0, 0.1]
        [evaluate.task.memorization]
        vocabulary = 32
        samples = 256

        [aggregate]
        clusters = 5
        condition = 0

        [extrapolate]
        method = "stack"
        size = "1B"

        [pretrain]
        corpus = "data/dclm/*.bin"
        tokenizer = "data/tokenizer.json"
        flops = 4e20
        engine = "torch"
        resources = { gpus = 1 }

        [lm-eval]
        tasks = ["hellaswag", "piqa"]

        [[baseline]]
        name = "llama-3.2"
        architecture = "16x(1A+1M)"

        [[variant]]
        name = "stretched"
        "search.layers" = 16
        extrapolate.method = "stretch"

        [sweep]
        "extrapolate.size" = ["350M", "1B", "3B"]
        "seed" = [1, 2]

        [profile.smoke]
        "evaluate.epochs" = 5
        pretrain.tokens = 5e4
        """;

    [Fact]
    public void Reads_every_kind_of_value()
    {
        var manifest = Manifests.Load(Full).Manifest;
        Assert.Equal(17ul, manifest.Seed);
        Assert.Equal(new ModelShape(128, 16, 16, 172), manifest.Search.Model);
        Assert.Equal([1e-4, 5e-4, 1e-3], manifest.Evaluate.LearningRates);
        Assert.True(manifest.Evaluate.Task.TryGetValue("memorization", out var task));
        Assert.Equal(new MadTaskKnobs { Vocabulary = 32, Samples = 256 }, task);
        Assert.Equal(4e20, manifest.Pretrain.Training.Flops);
        Assert.Equal("data/dclm/*.bin", manifest.Pretrain.Corpus.Corpus);
        Assert.Equal(1, manifest.Pretrain.Resources.Gpus);
        Assert.Equal("llama-3.2", Assert.Single(manifest.Baseline).Name);
        Assert.Equal(200, manifest.Evaluate.Epochs);
    }

    [Fact]
    public void Spans_say_where_each_value_was_written()
    {
        var spans = Manifests.Load(Full).Spans;
        Assert.Equal("m.toml(10,17)", spans["search.model.dim"].ToString());
        Assert.Equal("m.toml(3,8)", spans["seed"].ToString());
        Assert.Equal("m.toml(39,8)", spans["baseline[0].name"].ToString());
        Assert.False(spans.ContainsKey("evaluate.epochs"));
    }

    [Fact]
    public void Sweep_points_are_the_product_in_written_order()
    {
        var points = Manifests.Load(Full).Points;
        Assert.Equal(
            [
                "extrapolate.size=350M, seed=1", "extrapolate.size=350M, seed=2", "extrapolate.size=1B, seed=1",
                "extrapolate.size=1B, seed=2", "extrapolate.size=3B, seed=1", "extrapolate.size=3B, seed=2",
            ],
            points.Select(p => p.Label));
        Assert.Equal(("3B", 2ul), (points[5].Manifest.Extrapolate.Size.Name, points[5].Manifest.Seed));
        Assert.Equal("3B", points[5].Variants[1].Manifest.Extrapolate.Size.Name);
    }

    [Fact]
    public void Without_a_sweep_there_is_one_point_without_a_label()
    {
        var loaded = Manifests.Load(Manifests.Minimal);
        var point = Assert.Single(loaded.Points);
        Assert.Equal("", point.Label);
        Assert.Equal(loaded.Manifest, point.Manifest);
        Assert.Equal("composite", Assert.Single(loaded.Variants).Name);
    }

    [Fact]
    public void Variant_changes_only_what_it_names()
    {
        var loaded = Manifests.Load(Full);
        Assert.Equal(["composite", "stretched"], loaded.Variants.Select(v => v.Name));
        var (main, stretched) = (loaded.Variants[0].Manifest, loaded.Variants[1].Manifest);
        Assert.Equal((16, ExtrapolationMethod.Stretch), (stretched.Search.Layers, stretched.Extrapolate.Method));
        Assert.Equal(main, stretched with { Search = main.Search, Extrapolate = main.Extrapolate });
        Assert.Equal(main.Search, stretched.Search with { Layers = 6 });
    }

    [Fact]
    public void Profile_then_settings_apply_in_order()
    {
        var loaded = Manifests.Load(Full, "smoke", "evaluate.epochs=7", "search.trials=9", "search.trials=11");
        Assert.Equal(7, loaded.Manifest.Evaluate.Epochs);
        Assert.Equal(11, loaded.Manifest.Search.Trials);
        Assert.Equal("smoke", loaded.Profile);
    }

    [Fact]
    public void A_later_budget_replaces_the_earlier_in_whatever_unit()
    {
        var pretrain = Manifests.Load(Full, "smoke").Manifest.Pretrain.Training;
        Assert.Equal((5e4, null), (pretrain.Tokens, pretrain.Flops));
        pretrain = Manifests.Load(Full, "smoke", "pretrain.flops=1e20").Manifest.Pretrain.Training;
        Assert.Equal((null, 1e20), (pretrain.Tokens, pretrain.Flops));
    }

    [Theory]
    [InlineData("extrapolate.size=3B", "3B")]
    [InlineData("extrapolate.size=\"3B\"", "3B")]
    [InlineData(" extrapolate.size = '3B' ", "3B")]
    public void A_bare_word_of_a_setting_is_text(string setting, string expected) =>
        Assert.Equal(expected, Manifests.Load(Full, null, setting).Manifest.Extrapolate.Size.Name);

    [Fact]
    public void A_setting_may_be_a_list_or_a_table()
    {
        var manifest = Manifests.Load(Full, null, "evaluate.tasks=[\"compression\"]", "search.model={dim=64,heads=4,kv_heads=2}").Manifest;
        Assert.Equal(["compression"], manifest.Evaluate.Tasks);
        Assert.Equal(new ModelShape(64, 4, 2, 172), manifest.Search.Model);
    }

    [Fact]
    public void A_manifest_goes_through_JSON_and_back()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
        };
        string[] settings =
        [
            "search.suggest=[\"2A+4M\"]", "search.constraints.max_share.A=0.5", "evaluate.task.memorization.vocabulary=32",
            "limits.time=\"2 h\"", "pretrain.warmup_steps=1",
        ];
        var manifest = Manifests.Load(Manifests.Minimal, null, settings).Manifest;
        var json = JsonSerializer.Serialize(manifest, options);
        Assert.Equal(manifest, JsonSerializer.Deserialize<ExperimentManifest>(json, options));
        foreach (var text in new[]
        {
            "\"strategy\":\"one-shot\"", "\"suggest\":[\"AAMMMM\"]", "\"method\":\"p100\"",
            "\"size\":\"1B\"", "\"time\":\"2 h\"",
        })
        {
            Assert.Contains(text, json, StringComparison.Ordinal);
        }
    }
}
