using System.Numerics;
using Composer.Architecture.Extrapolation;
using Composer.Core;

namespace Composer.Architecture.Tests.Extrapolation;

public sealed class RationalTests
{
    [Theory]
    [InlineData(6, 4, "3/2")]
    [InlineData(6, -4, "-3/2")]
    [InlineData(-6, -4, "3/2")]
    [InlineData(0, -7, "0")]
    [InlineData(8, 4, "2")]
    public void Fractions_are_in_lowest_terms(long numerator, long denominator, string text) =>
        Assert.Equal(text, new Rational(numerator, denominator).ToString());

    [Theory]
    [InlineData(7, 2, 3, 4)]
    [InlineData(-7, 2, -4, -3)]
    [InlineData(6, 2, 3, 3)]
    [InlineData(-6, 2, -3, -3)]
    [InlineData(1, 9, 0, 1)]
    [InlineData(-1, 9, -1, 0)]
    [InlineData(0, 9, 0, 0)]
    public void Floor_and_ceiling_round_outwards(long numerator, long denominator, long floor, long ceiling)
    {
        var value = new Rational(numerator, denominator);
        Assert.Equal(floor, value.Floor);
        Assert.Equal(ceiling, value.Ceiling);
        Assert.Equal(value, value.Floor + value.Fraction);
        Assert.True(value.Fraction >= 0 && value.Fraction < 1);
    }

    [Fact]
    public void Arithmetic_agrees_with_cross_multiplication()
    {
        var rng = new Rng(new Seed(1));
        for (var trial = 0; trial < 500; trial++)
        {
            var (a, b, c, d) = (rng.NextInt(-99, 99), rng.NextInt(1, 99), rng.NextInt(-99, 99), rng.NextInt(1, 99));
            var (x, y) = (new Rational(a, b), new Rational(c, d));
            Assert.Equal(new Rational((a * d) + (c * b), b * d), x + y);
            Assert.Equal(new Rational((a * d) - (c * b), b * d), x - y);
            Assert.Equal(new Rational(a * c, b * d), x * y);
            Assert.Equal((a * d).CompareTo(c * b), x.CompareTo(y));
            Assert.Equal((a * d) == (c * b), x == y);
            if (c != 0)
            {
                Assert.Equal(x, x / y * y);
            }
        }
    }

    [Fact]
    public void The_default_value_is_zero()
    {
        Assert.Equal(new Rational(0, 5), default);
        Assert.Equal(BigInteger.Zero, default(Rational).Ceiling);
        Assert.Equal("0", default(Rational).ToString());
    }

    [Fact]
    public void A_zero_denominator_is_refused() =>
        Assert.Throws<DivideByZeroException>(() => new Rational(1, 0));
}
