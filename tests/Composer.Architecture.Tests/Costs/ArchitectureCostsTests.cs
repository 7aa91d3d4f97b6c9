using Composer.Architecture.Costs;

namespace Composer.Architecture.Tests.Costs;

public sealed class ArchitectureCostsTests
{
    private static readonly ModelShape OneBillion = new(2048, 32, 8, 8192);
    private static readonly ModelShape Small = new(128, 16, 16, 172);

    [Theory]
    [InlineData(FlopCount.Printed, 128_256, 70.80e9)]
    [InlineData(FlopCount.Corrected, 0, 44.15e9)]
    [InlineData(FlopCount.Corrected, 128_256, 37.61e9)]
    public void Llama_1B_trains_on_the_published_tokens_at_4e20(FlopCount count, int vocabulary, double tokens)
    {
        var costs = ArchitectureCosts.Of(LayerSequence.Parse("16x(1A+1M)"), OneBillion, vocabulary);
        Assert.Equal(tokens, TokenBudget.TokensFor(4e20, costs.TrainingFlopsPerToken(8192, count)), 0.005e9);
    }

    [Theory]
    [InlineData("16x(1A+1M)", 32)]
    [InlineData("4x(2A+4M)+1A+2M", 18)]
    [InlineData("4A+9M+4A+5M+2A+5M", 20)]
    public void The_cache_at_1B_in_bf16_is_the_published_one(string notation, int kibibytes) =>
        Assert.Equal(kibibytes * 1024, Cache(notation));

    [Fact]
    public void The_cache_ratios_average_the_published_169()
    {
        var llama = (double)Cache("16x(1A+1M)");
        var ratios = new[] { llama / Cache("4x(2A+4M)+1A+2M"), llama / Cache("4A+9M+4A+5M+2A+5M") };
        Assert.Equal(1.689, ratios.Average(), 0.0005);
    }

    [Theory]
    [InlineData(4, "2A+2M", 267.9)]
    [InlineData(6, "2A+4M", 400.3)]
    [InlineData(16, "2A+5M+2A+3M+1A+3M", 1060.5)]
    [InlineData(32, "2A+3M+1A+1M+1A+1M+2A+5M+1A+3M+1A+1M+2A+1M+1A+2M+1A+1M+2A", 2115)]
    public void The_small_model_has_the_published_parameters(int layers, string notation, double thousands)
    {
        var costs = ArchitectureCosts.Of(LayerSequence.Parse(notation), Small, 32);
        Assert.Equal(layers, costs.Layers);
        Assert.Equal(thousands, costs.TotalParameters / 1000.0, 0.5);
    }

    [Fact]
    public void Parameters_are_counted_by_kind()
    {
        var costs = ArchitectureCosts.Of(LayerSequence.Parse("16x(1A+1M)"), OneBillion, 128_256);
        Assert.Equal(973_078_528, costs.LayerParameters);
        Assert.Equal(262_668_288, costs.EmbeddingParameters);
        Assert.Equal(33 * 2048, costs.NormParameters);
        Assert.Equal(973_078_528 + 262_668_288 + (33 * 2048), costs.TotalParameters);
        Assert.Equal(16L * (8_388_608 + 1024 + 50_331_648), costs.PrintedLayerParameters);
    }

    [Fact]
    public void Costs_do_not_depend_on_the_order()
    {
        var one = ArchitectureCosts.Of(LayerSequence.Parse("AAMMMM"), Small, 32);
        var other = ArchitectureCosts.Of(LayerSequence.Parse("MAMMAM"), Small, 32);
        Assert.Equal(one.TotalParameters, other.TotalParameters);
        Assert.Equal(one.TrainingFlopsPerToken(128), other.TrainingFlopsPerToken(128));
        Assert.Equal(one.CachedValuesPerToken, other.CachedValuesPerToken);
        Assert.Equal(one.ConstantCachedValues, other.ConstantCachedValues);
    }

    [Fact]
    public void Only_the_corrected_count_knows_the_sequence_length()
    {
        var costs = ArchitectureCosts.Of(LayerSequence.Parse("2A+4M"), Small, 32);
        Assert.Equal(
            2 * 12 * 128 * 128,
            costs.TrainingFlopsPerToken(256) - costs.TrainingFlopsPerToken(128));
        Assert.Equal(
            costs.TrainingFlopsPerToken(256, FlopCount.Printed),
            costs.TrainingFlopsPerToken(128, FlopCount.Printed));
    }

    [Fact]
    public void An_absurd_shape_overflows_instead_of_wrapping()
    {
        var absurd = new ModelShape(int.MaxValue - 1, 1, 1, int.MaxValue);
        Assert.Throws<OverflowException>(() => ArchitectureCosts.Of(LayerSequence.Parse("1M"), absurd, 32));
    }

    private static long Cache(string notation) =>
        ArchitectureCosts.Of(LayerSequence.Parse(notation), OneBillion, 128_256).KvCacheBytesPerToken(2);
}
