using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Tests;

public class StudyTests
{
    private static readonly SearchSpace Space = new(3, "AM");

    [Fact]
    public void Failed_trial_is_retried_once_then_banned()
    {
        var study = new Study(Space, new Seed(1)).Propose([Order("AMM")]).Fail(0);
        Assert.Equal(TrialStatus.Pending, study.Trials[0].Status);
        Assert.Single(study.Pending);

        study = study.Fail(0);
        Assert.Equal(TrialStatus.Failed, study.Trials[0].Status);
        Assert.Empty(study.Pending);
        Assert.Null(study.Trials[0].Score);
        Assert.Throws<ArgumentException>(() => study.Complete(0, 1));
    }

    [Fact]
    public void Retry_that_succeeds_counts()
    {
        var study = new Study(Space, new Seed(1)).Propose([Order("AMM")]).Fail(0).Complete(0, 2.5);
        Assert.Equal(2.5, study.Best!.Score);
        Assert.Equal(1, study.Best.Failures);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Score_that_is_no_number_is_a_failure(double score)
    {
        var study = new Study(Space, new Seed(1)).Propose([Order("AMM")]).Complete(0, score).Complete(0, score);
        Assert.Equal(TrialStatus.Failed, study.Trials[0].Status);
        Assert.Empty(study.Completed);
    }

    [Fact]
    public void Candidate_cannot_enter_twice() =>
        Assert.Throws<ArgumentException>(() => new Study(Space, new Seed(1)).Propose([Order("AMM"), Order("AMM")]));

    [Fact]
    public void Candidate_of_other_primitives_cannot_enter() =>
        Assert.Throws<ArgumentException>(() => new Study(Space, new Seed(1)).Propose([Order("AMS")]));

    [Fact]
    public void Orders_are_numbered_lexically()
    {
        var space = new SearchSpace(2, "AMS");
        string[] all = [.. Enumerable.Range(0, (int)space.Size).Select(index => space.At(index).ToString())];
        Assert.Equal(["AA", "AM", "AS", "MA", "MM", "MS", "SA", "SM", "SS"], all);
    }

    [Fact]
    public void Size_of_a_large_space_saturates()
    {
        Assert.Equal(1L << 62, new SearchSpace(62, "AM").Size);
        Assert.Equal(long.MaxValue, new SearchSpace(63, "AM").Size);
        Assert.Equal(long.MaxValue, new SearchSpace(64, "AMSE").Size);
    }

    private static LayerSequence Order(string symbols) => LayerSequence.FromSymbols(symbols);
}
