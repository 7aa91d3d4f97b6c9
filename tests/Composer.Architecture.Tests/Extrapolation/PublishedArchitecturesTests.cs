using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Presets;

namespace Composer.Architecture.Tests.Extrapolation;

public sealed class PublishedArchitecturesTests
{
    private static readonly Dictionary<string, ExtrapolationMethod> Rules = new()
    {
        ["stack_ceil"] = ExtrapolationMethod.Stack,
        ["stretch_group_ceil"] = ExtrapolationMethod.Stretch,
        ["stretch_integer_ceil"] = ExtrapolationMethod.StretchInteger,
        ["identity"] = ExtrapolationMethod.Identity,
    };

    public static TheoryData<string> Agreeing => [.. PublishedRow.All.Where(r => r.Matches == true).Select(r => r.Id)];

    [Fact]
    public void The_table_has_68_pairs_58_agreeing_7_exceptions_and_3_baselines()
    {
        Assert.Equal(68, PublishedRow.All.Count);
        Assert.Equal(58, PublishedRow.All.Count(r => r.Matches == true));
        Assert.Equal(7, PublishedRow.All.Count(r => r.Matches == false));
        Assert.Equal(3, PublishedRow.All.Count(r => r.Matches is null));
    }

    [Theory]
    [MemberData(nameof(Agreeing))]
    public void The_named_rule_gives_the_published_architecture(string id)
    {
        var row = PublishedRow.Of(id);
        var result = Extrapolate(row, Rules[row.Rule]);
        Assert.Equal(row.Published, result.Layers);
        Assert.Equal(row.SmallParameters, result.SmallParameters);
        Assert.Equal(new Rational(row.Size.Parameters, row.SmallParameters), result.Scale);
        Assert.Equal(Rules[row.Rule], result.Method);
        Assert.Null(result.Warning);
        if (!row.IsCorrected)
        {
            Assert.Equal(row.PublishedParameters, result.LayerParameters);
            Assert.Equal(row.PublishedDepth, result.Layers.Count);
        }
    }

    [Theory]
    [InlineData("n12_stretch", "5A+11M+3A+9M")]
    [InlineData("composite_stack_3B", "8x(2A+4M)+2A+3M")]
    [InlineData("striped_1_4", "4x(1A+4M)+1A+3M")]
    [InlineData("p50_6", "4x(3M+1A+1M+1A)+2M+1A+1M+1A")]
    [InlineData("p75_6", "7x(1M+2A+1M+2A)+1M+1A+1M+1A")]
    [InlineData("p50_16", "5A+3M+3A+11M+5A+3M+7A+3M")]
    [InlineData("p75_16", "5A+7M+9A+5M+3A+5M+3A+3M")]
    public void The_papers_exceptions_stay_exceptions(string id, string ours)
    {
        var row = PublishedRow.Of(id);
        var method = row.Method == "stack" ? ExtrapolationMethod.Stack : ExtrapolationMethod.Stretch;
        var result = Extrapolate(row, method);
        Assert.False(row.Matches);
        Assert.Equal(LayerSequence.Parse(ours), result.Layers);
        Assert.Equal(row.RuleOutput, result.Layers);
        Assert.NotEqual(row.Published, result.Layers);
    }

    [Theory]
    [InlineData("end_layer")]
    [InlineData("middle_layer")]
    [InlineData("n32_stack")]
    [InlineData("n32_stretch")]
    public void An_order_of_the_targets_depth_keeps_its_layers_by_any_method(string id)
    {
        var row = PublishedRow.Of(id);
        foreach (var method in Enum.GetValues<ExtrapolationMethod>())
        {
            var result = Extrapolate(row, method);
            Assert.Equal(row.Published, result.Layers);
            Assert.Equal(ExtrapolationMethod.Identity, result.Method);
            Assert.Null(result.Warning);
        }
    }

    [Theory]
    [InlineData("llama_350M")]
    [InlineData("llama_1B")]
    [InlineData("llama_3B")]
    public void The_baselines_are_given_not_extrapolated(string id)
    {
        var row = PublishedRow.Of(id);
        Assert.Null(row.Matches);
        var preset = ArchitecturePresets.Find("llama-3.2", row.Size);
        Assert.NotNull(preset);
        Assert.Equal(row.Published, preset.Layers);
        Assert.Equal(row.Size.Depth, preset.Layers.Count);
        Assert.Equal(
            row.PublishedParameters,
            ArchitectureCosts.Of(preset.Layers, row.Size.Shape, SizePreset.Vocabulary).LayerParameters);
        Assert.Equal(row.RuleOutput, Extrapolate(row, ExtrapolationMethod.Stack).Layers);
    }

    private static ExtrapolationResult Extrapolate(PublishedRow row, ExtrapolationMethod method) =>
        Extrapolator.Extrapolate(row.Small, method, row.Size.Shape, row.Size.Parameters, row.Size.Depth);
}
