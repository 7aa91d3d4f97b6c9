using Composer.Search.Acquisition;

namespace Composer.Search.Tests.Acquisition;

/// <summary>Expected values: exp(x²)·erfc(x) at 60 decimal digits (mpmath 1.3).</summary>
public class ScaledComplementaryErrorTests
{
    [Theory]
    [InlineData(-5, 144009798674.66104041)]
    [InlineData(-1.5, 18.653886256262733939)]
    [InlineData(-0.5, 1.9523604891825570933)]
    [InlineData(-0.4, 1.6762339566888589467)]
    [InlineData(0, 1.0)]
    [InlineData(0.1, 0.89645697996912664193)]
    [InlineData(0.46875, 0.63206968924955607816)]
    [InlineData(0.5, 0.61569034419292587487)]
    [InlineData(1, 0.42758357615580700441)]
    [InlineData(2.5, 0.21080636406114358065)]
    [InlineData(3.99, 0.13732404091422971126)]
    [InlineData(4, 0.13699945762506138989)]
    [InlineData(4.01, 0.13667636742994914683)]
    [InlineData(7, 0.07980005432915293349)]
    [InlineData(20, 0.028174348741051319319)]
    [InlineData(100, 0.0056416137829894329036)]
    [InlineData(1e4, 0.000056418958072680841152)]
    [InlineData(1e8, 5.6418958354775625874e-9)]
    public void Is_exact_to_a_few_units_in_the_last_place(double x, double expected) =>
        Assert.Equal(1, ScaledComplementaryError.Erfcx(x) / expected, 2e-15);
}
