using Composer.Search.Acquisition;

namespace Composer.Search.Tests.Acquisition;

/// <summary>Expected values: ln(zΦ(z) + φ(z)) by its definition or, below −50, by Mills' series (mpmath 1.3).</summary>
public class LogExpectedImprovementTests
{
    [Theory]
    [InlineData(-1e6, -500000000028.54995965)]
    [InlineData(-1e4, -50000019.339619307157)]
    [InlineData(-1000, -500014.73445209115845)]
    [InlineData(-201, -20212.025622598478729)]
    [InlineData(-40, -808.29856835661996024)]
    [InlineData(-10, -55.553122036122355927)]
    [InlineData(-3, -7.8696860596030285171)]
    [InlineData(-1.5, -3.5299359208057098515)]
    [InlineData(-1.0001, -2.4853114564458833618)]
    [InlineData(-1, -2.4851210257126413368)]
    [InlineData(-0.9999, -2.4849306021991762788)]
    [InlineData(-0.5, -1.6205162643873199193)]
    [InlineData(0, -0.91893853320467274178)]
    [InlineData(0.5, -0.35982768374506381859)]
    [InlineData(1, 0.080026218849306940029)]
    [InlineData(5, 1.6094379231264313851)]
    [InlineData(24.5, 3.1986731175506813008)]
    [InlineData(26, 3.2580965380214820455)]
    [InlineData(40, 3.6888794541139363029)]
    [InlineData(1000, 6.9077552789821370521)]
    public void Agrees_with_high_precision_values(double z, double expected)
    {
        Assert.Equal(expected, LogExpectedImprovement.Of(-z, 1, 0), 1e-12 * Math.Max(1, Math.Abs(expected)));
        Assert.Equal(expected + Math.Log(.3), LogExpectedImprovement.Of(2 - (.3 * z), .3, 2), 1e-8 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Rises_without_a_step_where_formulas_meet()
    {
        foreach (var seam in (double[])[-200, -1, 25])
        {
            var below = LogExpectedImprovement.OfStandard(Math.BitDecrement(seam));
            var above = LogExpectedImprovement.OfStandard(Math.BitIncrement(seam));
            Assert.Equal(below, above, 1e-12 * Math.Max(1, Math.Abs(below)));
        }
    }
}
