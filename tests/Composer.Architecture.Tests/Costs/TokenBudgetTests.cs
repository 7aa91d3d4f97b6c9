using Composer.Architecture.Costs;

namespace Composer.Architecture.Tests.Costs;

public sealed class TokenBudgetTests
{
    [Fact]
    public void Tokens_are_whole_and_never_exceed_the_budget()
    {
        Assert.Equal(3, TokenBudget.TokensFor(39, 10));
        Assert.Equal(30.0, TokenBudget.FlopsFor(3, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_budget_that_is_none_is_refused(double flops) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenBudget.TokensFor(flops, 10));

    [Fact]
    public void More_tokens_than_can_be_counted_overflow() =>
        Assert.Throws<OverflowException>(() => TokenBudget.TokensFor(1e300, 1));
}
