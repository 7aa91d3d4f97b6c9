using Composer.Architecture.Notation;
using Composer.Architecture.Primitives;
using Composer.Core;

namespace Composer.Architecture.Tests.Notation;

public sealed class LayerSequenceNotationTests
{
    [Theory]
    [InlineData("AAMMMM", "AAMMMM")]
    [InlineData("2A+4M", "AAMMMM")]
    [InlineData(" 2 A + 4 M ", "AAMMMM")]
    [InlineData("A A MMMM", "AAMMMM")]
    [InlineData("2A+MMMM", "AAMMMM")]
    [InlineData("A", "A")]
    [InlineData("2xA", "AA")]
    [InlineData("3x(1A+1M)", "AMAMAM")]
    [InlineData("3×(1A+1M)", "AMAMAM")]
    [InlineData("3*(AM)", "AMAMAM")]
    [InlineData("3 (A + M)", "AMAMAM")]
    [InlineData("(AM)", "AM")]
    [InlineData("2x(A+2x(M+A))+M", "AMAMAAMAMAM")]
    [InlineData("4x(2A+4M)+1A+2M", "AAMMMMAAMMMMAAMMMMAAMMMMAMM")]
    [InlineData("2X+X", "XXX")]
    public void Every_form_of_the_notation_reads(string notation, string symbols) =>
        Assert.Equal(symbols, LayerSequence.Parse(notation).ToString());

    [Theory]
    [InlineData("AAMMMM", "2A+4M")]
    [InlineData("A", "1A")]
    [InlineData("2A+4M+2A+4M+2A+4M+2A+4M+1A+2M", "4x(2A+4M)+1A+2M")]
    [InlineData("16x(1A+1M)", "16x(1A+1M)")]
    [InlineData("9x(1A+2M)", "9x(1A+2M)")]
    [InlineData("18A+18M", "18A+18M")]
    [InlineData("3x(2A+5M)+2A+4M", "3x(2A+5M)+2A+4M")]
    [InlineData("8A+8x(1M+1A)+8M", "8A+8x(1M+1A)+8M")]
    [InlineData("3x(2A+4M)+2A", "3x(2A+4M)+2A")]
    [InlineData("2x(2A)", "4A")]
    public void The_canonical_notation_folds_repeats(string notation, string canonical) =>
        Assert.Equal(canonical, LayerSequence.Parse(notation).Notation);

    [Fact]
    public void The_canonical_notation_reads_back_and_is_never_longer_than_the_groups()
    {
        var seed = new Seed(20251000379);
        var rng = new Rng(seed);
        for (var trial = 0; trial < 400; trial++)
        {
            var period = RandomSymbols(rng, rng.NextInt(1, 12));
            var text = RandomSymbols(rng, rng.NextInt(0, 9))
                + string.Concat(Enumerable.Repeat(period, rng.NextInt(1, 9)))
                + RandomSymbols(rng, rng.NextInt(0, 9));
            var layers = LayerSequence.FromSymbols(text);
            var where = $"seed {seed.Value}, trial {trial}: {text} → {layers.Notation}";
            Assert.True(layers == LayerSequence.Parse(layers.Notation), where);
            Assert.True(layers == LayerSequence.FromGroups(layers.Groups), where);
            Assert.True(layers.Notation.Length <= string.Join('+', layers.Groups).Length, where);
            Assert.True(layers.Groups.Zip(layers.Groups.Skip(1)).All(p => p.First.Symbol != p.Second.Symbol), where);
        }
    }

    [Fact]
    public void Equal_orders_have_equal_notations_whatever_they_were_read_from() =>
        Assert.Equal(
            LayerSequence.Parse("3x(1M+1A+2M)").Notation,
            LayerSequence.Parse("MAMMMAMM+MAMM").Notation);

    [Fact]
    public void The_longest_alternating_order_folds_to_one_block() =>
        Assert.Equal("2048x(1A+1M)", LayerSequence.Parse("2048x(AM)").Notation);

    [Theory]
    [InlineData("", 0, 0, "missing")]
    [InlineData("   ", 3, 0, "missing")]
    [InlineData("2A+", 3, 0, "missing")]
    [InlineData("2", 1, 0, "missing")]
    [InlineData("+2A", 0, 1, "cannot stand")]
    [InlineData("2A-4M", 2, 1, "cannot stand")]
    [InlineData("2a", 1, 1, "upper-case")]
    [InlineData("0A", 0, 1, "start at 1")]
    [InlineData("2A4M", 2, 1, "Put '+'")]
    [InlineData("A(AM)", 1, 1, "Put '+'")]
    [InlineData("2AM", 2, 1, "2x(A+M)")]
    [InlineData("4x(2A+4M", 8, 0, "never closed")]
    [InlineData("2A)", 2, 1, "closes nothing")]
    [InlineData("()", 1, 1, "cannot stand")]
    [InlineData("4097A", 0, 4, "At most 4096")]
    [InlineData("99999999999999999999A", 0, 20, "At most 4096")]
    [InlineData("4096x(4096x(4096A))", 6, 12, "more than 4096")]
    [InlineData("A+4096A", 2, 5, "more than 4096")]
    [InlineData("2A+😀", 3, 2, "cannot stand")]
    public void A_mistake_says_where_it_is_and_how_to_mend_it(string text, int offset, int length, string words)
    {
        Assert.False(LayerSequence.TryParse(text, out var layers, out var error));
        Assert.Null(layers);
        Assert.Equal((offset, length), (error.Offset, error.Length));
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => LayerSequence.Parse(text));
    }

    [Fact]
    public void Deep_nesting_is_refused_before_the_stack_ends()
    {
        Assert.False(LayerSequence.TryParse(new string('(', 100_000), out _, out var error));
        Assert.Contains("nest", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registry_refuses_symbols_that_it_does_not_know()
    {
        Assert.False(LayerSequence.TryParse("2A+3Z", out _, out var error, PrimitiveRegistry.Default));
        Assert.Equal(4, error.Offset);
        Assert.Contains("A (grouped-query attention", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_are_equal_neighbours_merge()
    {
        var layers = LayerSequence.FromGroups([new LayerGroup('A', 2), new LayerGroup('A', 1), new LayerGroup('M', 3)]);
        Assert.Equal([new LayerGroup('A', 3), new LayerGroup('M', 3)], layers.Groups);
        Assert.Throws<ArgumentException>(() => LayerSequence.FromGroups([new LayerGroup('A', int.MaxValue)]));
        Assert.Throws<ArgumentException>(() => LayerSequence.FromGroups([new LayerGroup('A', 0)]));
        Assert.Throws<ArgumentException>(() => LayerSequence.FromGroups([]));
    }

    private static string RandomSymbols(Rng rng, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => "AMS"[Math.Min(2, rng.NextInt(5) / 2)]));
}
