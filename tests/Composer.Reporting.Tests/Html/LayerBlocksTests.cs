using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Reporting.Html;

namespace Composer.Reporting.Tests.Html;

public sealed class LayerBlocksTests
{
    [Theory]
    [InlineData("AAMMAAMMA", "AAMM", "AAMM AAMM A")]
    [InlineData("AAMMAAMM", "AAMM", "AAMM AAMM")]
    [InlineData("AAAAMMMM", "AAMM", "AAAAMMMM")]
    [InlineData("AAMMAM", "AAMM", "AAMMAM")]
    [InlineData("AMAM", null, "AMAM")]
    public void Stacked_orders_fall_into_their_copies(string large, string? small, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', LayerBlocks.PartsOf(LayerSequence.FromSymbols(large), small is null ? null : LayerSequence.FromSymbols(small))));

    [Fact]
    public void Every_primitive_has_a_colour_of_its_own_even_one_that_nothing_knows()
    {
        var styles = PrimitiveRegistry.Default.All.Select(primitive => LayerBlocks.StyleOf(primitive.Symbol)).ToList();
        Assert.Equal('Y', PrimitiveRegistry.Default.All[^1].Symbol);
        Assert.Equal(Enumerable.Range(0, styles.Count).Select(place => $"p{place}"), styles);
        Assert.All("BCDEFGHIJKLNOPQRSTUVWXZ", symbol => Assert.Matches("^p[0-7]$", LayerBlocks.StyleOf(symbol)));
    }

    [Fact]
    public void Different_stages_have_different_anchors()
    {
        string[] stages = ["pretrain a", "pretrain_a", "pretrain-a", "pretrain_0020a", "pretrain ä"];
        Assert.Distinct(stages.Select(StageAnchor.Of));
        Assert.All(stages.Select(StageAnchor.Of), a => Assert.DoesNotContain(' ', a));
    }
}
