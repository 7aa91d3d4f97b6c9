using Composer.Architecture.Primitives;
using Composer.Architecture.Widths;

namespace Composer.Architecture.Tests.Widths;

public class WidthRuleTests
{
    private static readonly PrimitiveRegistry Registry = PrimitiveRegistry.Default
        .With(new GrainedPrimitive('X', 7, mixes: false, experts: 4)).With(new GrainedPrimitive('Y', 16, mixes: true));

    public static TheoryData<LayerWidths, int, int, int, int> Shapes => new(
        from widths in new[] { LayerWidths.EqualParameters, LayerWidths.EqualFlops }
        from shape in new[] { (32, 4, 2, 48), (128, 16, 16, 172), (130, 13, 13, 173), (512, 8, 2, 1408), (2048, 32, 8, 8192) }
        select (widths, shape.Item1, shape.Item2, shape.Item3, shape.Item4));

    /// <summary>Against every width that can be, one by one.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_layer_costs_as_nearly_the_same_as_its_kind_of_layer_as_it_can(
        LayerWidths widths, int dim, int heads, int kvHeads, int hidden)
    {
        const int Length = 200;
        var shape = new ModelShape(dim, heads, kvHeads, hidden);
        var chosen = new WidthRule(widths, Length).Complete(shape, "AMXY", OptionDefaults.InSearch, Registry);

        foreach (var (symbol, grain, reference) in new[] { ('X', 7, 'M'), ('Y', 16, 'A') })
        {
            var target = Cost(Registry[reference], chosen);
            var all = Enumerable.Range(1, 40_000 / grain).Select(k => k * grain).Select(width => (Width: width, Difference: Math.Abs(
                Cost(Registry[symbol], chosen with { Options = chosen.Options!.With(symbol, GrainedPrimitive.Inner, width) }) - target)))
                .ToList();
            var equal = all.Where(w => w.Difference <= .01 * target).ToList();
            var best = equal.Count == 0
                ? all.MinBy(w => w.Difference)
                : equal.Where(w => Twos(w.Width) == equal.Max(e => Twos(e.Width))).MinBy(w => w.Difference);
            Assert.Equal(best.Width, chosen.Options!.Of(symbol, GrainedPrimitive.Inner));
        }

        static int Twos(int width) => width & -width;
        double Cost(Primitive primitive, ModelShape at) => primitive.ActiveParameters(at)
            * (widths == LayerWidths.EqualFlops ? 6.0 : 1)
            + (widths == LayerWidths.EqualFlops ? primitive.MixingFlopsPerToken(at, Length) : 0);
    }

    [Fact]
    public void Without_a_rule_a_width_follows_from_the_shape()
    {
        var shape = new ModelShape(32, 4, 2, 48);
        Assert.Equal(
            shape.CompletedFor("AXY", OptionDefaults.AtSize, Registry),
            WidthRule.Given.Complete(shape, "AXY", OptionDefaults.AtSize, Registry));
    }

    [Fact]
    public void A_width_that_is_given_stays_and_so_does_what_has_none()
    {
        var shape = new ModelShape(32, 4, 2, 48) { Options = PrimitiveOptions.Empty.With('Y', GrainedPrimitive.Inner, 48) };
        var rule = new WidthRule(LayerWidths.EqualParameters, 1);
        var chosen = rule.Complete(shape, "AMWY", OptionDefaults.InSearch, Registry);
        Assert.Equal(shape.CompletedFor("AMWY", OptionDefaults.InSearch, Registry), chosen);
        Assert.Equal(chosen, rule.Complete(chosen, "AMWY", OptionDefaults.InSearch, Registry));
    }

    [Fact]
    public void Where_no_width_can_be_and_where_the_shape_is_wrong_nothing_is_chosen()
    {
        var rule = new WidthRule(LayerWidths.EqualFlops, 64);
        var impossible = PrimitiveRegistry.Default.With(new GrainedPrimitive('X', 1 << 20, mixes: false));
        Assert.Equal(0, rule.Complete(new ModelShape(32, 4, 2, 48), "X", OptionDefaults.AtSize, impossible).Options!.Of('X', "inner"));
        Assert.Equal(0, rule.Complete(new ModelShape(33, 4, 2, 48), "X", OptionDefaults.AtSize, Registry).Options!.Of('X', "inner"));
    }

    [Fact]
    public void What_remains_different_is_told()
    {
        var shape = new WidthRule(LayerWidths.EqualParameters, 1).Complete(
            new ModelShape(32, 4, 2, 48), "XMYA", OptionDefaults.InSearch, Registry);
        var costs = LayerCost.Of(shape, "XMYA", 64, Registry);

        Assert.Equal("AMXY", string.Concat(costs.Select(c => c.Symbol)));
        var (a, x, y) = (costs[0], costs[2], costs[3]);
        Assert.Equal((3072, 0.0, 0.0), (a.Parameters, a.MoreParameters!.Value, a.MoreFlops!.Value));

        // An MLP has 4,608 = (141 + 3)·32, and 140 = 20·7; attention 3,072 = (93 + 3)·32, and 96 = 6·16.
        Assert.Equal((140, 143 * 32, ((4 * 140) + 3) * 32), (x.Width, x.ActiveParameters, x.Parameters));
        Assert.Equal((96, 99 * 32), (y.Width, y.ActiveParameters));
        Assert.Equal(-1 / 144.0, x.MoreParameters!.Value, 1e-12);
        Assert.Equal(3 / 96.0, y.MoreParameters!.Value, 1e-12);
        Assert.Equal(
            (6 * 99 * 32 + 18 * 96 * 16) / ((6.0 * 3072) + (12 * 64 * 32)) - 1, y.MoreFlops!.Value, 1e-12);
        Assert.Equal(
            "X inner 140: −0.7 % parameters, −0.7 % FLOPs of M; Y inner 96: +3.1 % parameters, +8.5 % FLOPs of A", LayerCostText.Of(costs));
    }

    /// <summary>Those of the product, whatever they are: against every value that they allow.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_primitive_that_has_a_width_comes_as_near_as_it_can(
        LayerWidths widths, int dim, int heads, int kvHeads, int hidden)
    {
        const int Length = 256;
        var shape = new ModelShape(dim, heads, kvHeads, hidden);
        Primitive[] wide = [.. PrimitiveRegistry.Default.All.Where(p => p.WidthOption is not null)];
        Assert.NotEmpty(wide);
        var defaults = dim < 512 ? OptionDefaults.InSearch : OptionDefaults.AtSize;
        var chosen = new WidthRule(widths, Length).Complete(shape, wide.Select(p => p.Symbol), defaults);
        Assert.Empty(chosen.Validate());
        foreach (var (primitive, cost) in wide.Zip(LayerCost.Of(chosen, wide.Select(p => p.Symbol), Length)))
        {
            var difference = Math.Abs(Difference(cost));
            var width = cost.Width!.Value;
            Assert.True(width > 0);
            foreach (var other in Enumerable.Range(Math.Max(1, width - 300), 600).Where(w => w != width))
            {
                var at = chosen with { Options = chosen.Options!.With(primitive.Symbol, primitive.WidthOption!, other) };
                if (!primitive.Mistakes(at).Any())
                {
                    var nearer = Math.Abs(Difference(LayerCost.Of(at, [primitive.Symbol], Length)[0]));
                    Assert.True(difference <= Math.Max(nearer, WidthRule.Equal), $"{primitive} {width}, not {other}");
                }
            }

            Assert.True(difference < .25 || width < 32, $"{primitive} {width}: {difference}");
        }

        double Difference(LayerCost cost) => (widths == LayerWidths.EqualFlops ? cost.MoreFlops : cost.MoreParameters)!.Value;
    }
}
