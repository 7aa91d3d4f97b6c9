using System.Text.Json;
using Composer.Architecture.Primitives;

namespace Composer.Architecture.Tests.Primitives;

public sealed class PrimitiveOptionsTests
{
    private static readonly PrimitiveRegistry Registry = PrimitiveRegistry.Default.With(new Sieve());
    private static readonly ModelShape Shape = new(8, 2, 1, 16);

    private static PrimitiveOptions Given => PrimitiveOptions.Empty.With('T', "mesh", 3);

    [Theory]
    [InlineData(OptionDefaults.AtSize, """{"T":{"depth":64,"mesh":256}}""")]
    [InlineData(OptionDefaults.InSearch, """{"T":{"depth":4,"mesh":16}}""")]
    public void An_order_has_the_options_of_its_symbols(OptionDefaults defaults, string expected) =>
        Assert.Equal(expected, Shape.CompletedFor("ATM", defaults, Registry).Options!.ToString());

    [Fact]
    public void A_given_value_comes_before_the_default() => Assert.Equal(
        """{"T":{"depth":4,"mesh":3}}""",
        (Shape with { Options = Given }).CompletedFor("AT", OptionDefaults.InSearch, Registry).Options!.ToString());

    [Fact]
    public void Options_of_other_symbols_are_no_part_of_an_order() =>
        Assert.Equal(Shape, (Shape with { Options = Given }).CompletedFor("AAMMMM", OptionDefaults.AtSize, Registry));

    [Fact]
    public void Attention_and_the_MLP_leave_nothing_open() =>
        Assert.All("AM", symbol => Assert.Empty(PrimitiveRegistry.Default[symbol].Options));

    [Fact]
    public void Equality_is_by_content_whatever_the_order_of_setting()
    {
        var one = PrimitiveOptions.Empty.With('T', "mesh", 3).With('B', "z", 1).With('T', "depth", 2);
        var other = PrimitiveOptions.Empty.With('T', "depth", 7).With('T', "mesh", 3).With('T', "depth", 2).With('B', "z", 1);
        Assert.True(one == other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(Shape with { Options = one }, Shape with { Options = other });
        Assert.NotEqual(Shape with { Options = one }, Shape with { Options = one.With('T', "mesh", 4) });
        Assert.NotEqual(Shape, Shape with { Options = one });
        Assert.Equal(Shape, Shape with { Options = PrimitiveOptions.Empty });
    }

    [Fact]
    public void A_shape_goes_through_JSON_and_back()
    {
        var shape = Shape with { Options = Given.With('B', "z", -1) };
        var json = JsonSerializer.Serialize(shape);
        Assert.Contains("\"Options\":{\"B\":{\"z\":-1},\"T\":{\"mesh\":3}}", json, StringComparison.Ordinal);
        Assert.Equal(shape, JsonSerializer.Deserialize<ModelShape>(json));
        Assert.DoesNotContain("Options", JsonSerializer.Serialize(Shape), StringComparison.Ordinal);
        Assert.Equal(Shape, JsonSerializer.Deserialize<ModelShape>(JsonSerializer.Serialize(Shape)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"T":3}""")]
    [InlineData("""{"SS":{"mesh":3}}""")]
    [InlineData("""{"s":{"mesh":3}}""")]
    [InlineData("""{"T":{"mesh":"3"}}""")]
    [InlineData("""{"T":{"mesh":0.5}}""")]
    [InlineData("""{"T":{"mesh":3,"mesh":3}}""")]
    public void Other_JSON_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PrimitiveOptions>(json));

    [Theory]
    [InlineData('T', "mesh", 0, "mesh of T (0) must be between 1 and 4096.")]
    [InlineData('T', "mesh", 4097, "mesh of T (4097) must be between 1 and 4096.")]
    [InlineData('T', "mash", 1, "T has no option 'mash'; it has mesh, depth.")]
    [InlineData('A', "mesh", 1, "A has no option 'mesh'; it has none.")]
    public void A_mistake_is_one_sentence(char symbol, string name, int value, string sentence)
    {
        var shape = Shape with { Options = Given.With(symbol, name, value) };
        Assert.Equal([sentence], shape.Validate(Registry));
        Assert.Empty((Shape with { Options = Given }).Validate(Registry));
    }

    [Fact]
    public void An_option_of_no_primitive_is_told_which_there_are() => Assert.Equal(
        [$"there is no primitive 'Q' to have an option 'mesh'; there are {string.Join(", ", Registry.All)}."],
        (Shape with { Options = Given.With('Q', "mesh", 1) }).Validate(Registry));

    [Fact]
    public void A_primitive_reads_its_value_or_the_default_at_size()
    {
        var sieve = Registry['T'];
        Assert.Equal(256, sieve.ValueOf("mesh", Shape));
        Assert.Equal(3, sieve.ValueOf("mesh", Shape with { Options = Given }));
        Assert.Throws<ArgumentException>(() => sieve.ValueOf("mash", Shape));
    }

    private sealed class Sieve : Primitive
    {
        public override char Symbol => 'T';

        public override string Name => "sieve";

        public override IReadOnlyList<PrimitiveOption> Options { get; } =
        [
            new("mesh", AtSize: 256, InSearch: 16, Least: 1, Most: 4096, "How fine it is."),
            new("depth", AtSize: 64, InSearch: 4, Least: 1, Most: 64, "How deep it is."),
        ];

        public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) => [];

        public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 0;

        public override long CachedValues(ModelShape shape, int length) => 0;
    }
}
