using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Primitives;

namespace Composer.Architecture.Tests.Primitives;

/// <summary>One class and one <see cref="PrimitiveRegistry.With"/> are all that a new kind of layer needs here.</summary>
public sealed class ThirdPrimitiveTests
{
    private static readonly PrimitiveRegistry Registry = PrimitiveRegistry.Default.With(new SlidingWindowAttention());
    private static readonly ModelShape Shape = new(8, 2, 1, 16);

    [Fact]
    public void It_is_read_and_written() =>
        Assert.Equal("2x(1A+2T)+1M", LayerSequence.Parse("2x(A+2T)+M", Registry).Notation);

    [Fact]
    public void It_is_costed()
    {
        var layers = LayerSequence.Parse("2T+1M", Registry);
        var costs = ArchitectureCosts.Of(layers, Shape, 10, Registry);
        Assert.Equal((2 * 192) + 384, costs.LayerParameters);
        Assert.Equal(costs.LayerParameters, costs.PrintedLayerParameters);
        Assert.Equal(2 * 8, costs.CachedValues(1));
        Assert.Equal([2 * 8, 4 * 2 * 8, 4 * 2 * 8], new[] { 1, 4, 400 }.Select(costs.CachedValues));
        Assert.Equal(costs.TrainingFlopsPerToken(4), costs.TrainingFlopsPerToken(400));
        Assert.Equal((6 * (768 + 80)) + (2 * 12 * 4 * 8), costs.TrainingFlopsPerToken(400));
        Assert.Throws<KeyNotFoundException>(() => ArchitectureCosts.Of(layers, Shape, 10));
    }

    [Fact]
    public void It_is_extrapolated()
    {
        var result = Extrapolator.Extrapolate(
            LayerSequence.Parse("1T+1M"), ExtrapolationMethod.Stack, Shape, 576 * 5 / 2, registry: Registry);
        Assert.Equal("3x(1T+1M)", result.Layers.Notation);
        Assert.Equal("5/2", result.Scale.ToString());
    }

    [Fact]
    public void It_is_aggregated()
    {
        ScoredCandidate[] candidates =
        [
            new(LayerSequence.Parse("TM"), 1), new(LayerSequence.Parse("TA"), 1), new(LayerSequence.Parse("AT"), 1),
        ];
        var result = Aggregator.Aggregate(candidates, AggregationSettings.Default, Registry);
        Assert.Equal("TA", result.Layers.ToString());
        Assert.Equal("AMT", string.Concat(result.Tallies[1].Votes.Select(v => v.Symbol)));
        Assert.Throws<KeyNotFoundException>(() => Aggregator.Aggregate(candidates, AggregationSettings.Default));
    }

    [Fact]
    public void A_symbol_can_be_taken_only_once() =>
        Assert.Throws<ArgumentException>(() => Registry.With(new SlidingWindowAttention()));

    /// <summary>Attention over the last four positions.</summary>
    private sealed class SlidingWindowAttention : Primitive
    {
        private const int Window = 4;

        public override char Symbol => 'T';

        public override string Name => "sliding-window attention";

        public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) => PrimitiveRegistry.Default['A'].Tensors(shape);

        public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) =>
            12L * Math.Min(sequenceLength, Window) * shape.Dim;

        public override long CachedValues(ModelShape shape, int length) => 2L * shape.KvHeads * shape.HeadSize * Math.Min(length, Window);
    }
}
