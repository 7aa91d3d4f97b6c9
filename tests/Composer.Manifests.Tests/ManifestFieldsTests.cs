namespace Composer.Manifests.Tests;

public sealed class ManifestFieldsTests
{
    private const string Toml = Manifests.Minimal + """
        [search]
        trials = 64
        layers = 8
        [evaluate.task.memorization]
        vocabulary = 32
        [[baseline]]
        name = "b"
        architecture = "2x(1A+1M)"
        """;

    [Fact]
    public void Every_value_is_listed_with_its_canonical_text()
    {
        var fields = Fields();
        Assert.Equal((ManifestFieldKind.Integer, "8"), (fields["search.layers"].Kind, fields["search.layers"].Value));
        Assert.Equal((ManifestFieldKind.TextList, "[\"A\", \"M\"]"), (fields["search.primitives"].Kind, fields["search.primitives"].Value));
        Assert.Equal(
            (ManifestFieldKind.NumberList, "[0.0001, 0.0005, 0.001]"),
            (fields["evaluate.learning_rates"].Kind, fields["evaluate.learning_rates"].Value));
        Assert.Equal((ManifestFieldKind.Number, "1000"), (fields["pretrain.tokens"].Kind, fields["pretrain.tokens"].Value));
        Assert.Equal((ManifestFieldKind.Absent, ""), (fields["pretrain.flops"].Kind, fields["pretrain.flops"].Value));
        Assert.Equal((ManifestFieldKind.Absent, ""), (fields["extrapolate.model"].Kind, fields["extrapolate.model"].Value));
        Assert.Equal((ManifestFieldKind.Boolean, "false"), (fields["evaluate.fresh"].Kind, fields["evaluate.fresh"].Value));
        Assert.Equal("128", fields["search.model.dim"].Value);
        Assert.Equal("32", fields["evaluate.task.memorization.vocabulary"].Value);
        Assert.Equal("2x(1A+1M)", fields["baseline[0].architecture"].Value);
        Assert.Equal("[256]", fields["lm-eval.lengths"].Value);
    }

    [Fact]
    public void A_value_that_equals_the_default_is_default_even_if_written()
    {
        var fields = Fields();
        Assert.True(fields["search.trials"].IsDefault);
        Assert.NotNull(fields["search.trials"].Span);
        Assert.False(fields["search.layers"].IsDefault);
        Assert.True(fields["search.model.dim"].IsDefault);
        Assert.Null(fields["search.model.dim"].Span);
        Assert.False(fields["evaluate.task.memorization.vocabulary"].IsDefault);
        Assert.True(fields["evaluate.task.memorization.length"].IsDefault);
    }

    [Fact]
    public void What_changes_no_result_is_marked_with_all_below_it()
    {
        var fields = Fields();
        Assert.Equal(
            [
                "description", "pretrain.checkpoint_seconds", "pretrain.resources.gpus", "pretrain.resources.processes", "limits.retries",
                "limits.time",
            ],
            fields.Values.Where(f => f.NotInKey && !f.Path.StartsWith("agents.", StringComparison.Ordinal)).Select(f => f.Path));
        Assert.Contains("agents.slurm.queue", fields.Keys);
    }

    [Fact]
    public void A_section_alone_lists_the_same_fields_under_its_prefix()
    {
        var loaded = Manifests.Load(Toml);
        Assert.Equal(
            ManifestFields.Of(loaded.Manifest, "").Where(f => f.Path.StartsWith("search.", StringComparison.Ordinal)),
            ManifestFields.Of(loaded.Manifest.Search, "search"));
    }

    [Fact]
    public void Equal_manifests_have_equal_fields_however_they_are_written()
    {
        var a = Manifests.Load(Manifests.Minimal + "[evaluate]\nlearning_rates = [1e-3, 0.0005]\nweight_decays = [-0.0]");
        var b = Manifests.Load(
            "schema = 1\nname = 'm' # comment\nevaluate.weight_decays = [0]\nevaluate.learning_rates = [\n  0.001,\n  5E-4,\n]\npretrain "
            + "= { tokens = 1e3 }");
        Assert.Equal(ManifestFields.Of(a.Manifest, ""), ManifestFields.Of(b.Manifest, ""));
        Assert.Equal(a.Manifest, b.Manifest);
    }

    private static Dictionary<string, ManifestField> Fields()
    {
        var loaded = Manifests.Load(Toml);
        return ManifestFields.Of(loaded.Manifest, "", loaded.Spans).ToDictionary(f => f.Path);
    }
}
