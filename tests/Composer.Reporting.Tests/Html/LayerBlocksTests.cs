using Composer.Architecture;
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
        Assert.Equal(expected, string.Join(' ', LayerBlocks.PartsOf(LayerSequence.FromSymbols(large), small is null ? null : LayerSequence.FromSymbols(small))));

    [Fact]
    public void Different_stages_have_different_anchors()
    {
        string[] stages = ["pretrain a", "pretrain_a", "pretrain-a", "pretrain_0020a", "pretrain ä"];
        Assert.Distinct(stages.Select(StageAnchor.Of));
        Assert.All(stages.Select(StageAnchor.Of), a => Assert.DoesNotContain(' ', a));
    }
}
