using Composer.Agents.Slurm;

namespace Composer.Agents.Tests.Slurm;

/// <summary>How often a job is submitted again.</summary>
public sealed class RetryBudgetTests
{
    [Theory]
    [InlineData(VerdictKind.Lost, 10, 10)]
    [InlineData(VerdictKind.Interrupted, 10, 10)]
    [InlineData(VerdictKind.Lost, 0, 0)]
    [InlineData(VerdictKind.NotBegun, 10, 2)]
    [InlineData(VerdictKind.NotBegun, 1, 1)]
    [InlineData(VerdictKind.Died, 10, 1)]
    [InlineData(VerdictKind.Died, 0, 1)]
    [InlineData(VerdictKind.Failed, 10, 0)]
    [InlineData(VerdictKind.Ended, 10, 0)]
    internal void Each_kind_of_end_has_its_number(VerdictKind end, int retries, int expected)
    {
        var budget = new RetryBudget(retries);

        Assert.Equal(expected, Enumerable.Range(0, 100).TakeWhile(_ => budget.Allows(end)).Count());
    }

    [Fact]
    public void What_the_cluster_does_costs_a_job_no_second_try_of_its_own()
    {
        var budget = new RetryBudget(3);

        Assert.True(budget.Allows(VerdictKind.Lost) && budget.Allows(VerdictKind.Interrupted) && budget.Allows(VerdictKind.Died));
        Assert.True(budget.Allows(VerdictKind.NotBegun));
        Assert.False(budget.Allows(VerdictKind.Lost));
    }
}
