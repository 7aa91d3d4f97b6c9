using Composer.Search.Stopping;

namespace Composer.Search.Tests.Stopping;

public class StoppingTests
{
    /// <summary>With n differences of one sign the tail is 2⁻ⁿ; 1, 2, −3: sums of at least 3 are 5 of 8.</summary>
    [Theory]
    [InlineData(1.0 / 16, 1.0, 2.0, 3.0, 4.0)]
    [InlineData(1.0, -1.0, -2.0, -3.0)]
    [InlineData(5.0 / 8, 1.0, 2.0, -3.0)]
    [InlineData(1.0 / 4, 0.0, 1.0, 1.0)]
    [InlineData(1.0)]
    [InlineData(1.0, 0.0, 0.0)]
    public void Signed_ranks_have_their_exact_tail(double expected, params double[] differences) =>
        Assert.Equal(expected, WilcoxonSignedRank.UpperTail(differences), 1e-12);

    /// <summary>Ten pairs, W⁺ = 45 of 55: 43 of the 1024 signs give at least as much (scipy.stats.wilcoxon: .0419921875).</summary>
    [Fact]
    public void Tail_agrees_with_the_published_table() =>
        Assert.Equal(43.0 / 1024, WilcoxonSignedRank.UpperTail([-1, -2, -3, -4, 5, 6, 7, 8, 9, 10]), 1e-12);

    [Fact]
    public void Candidate_is_out_only_when_nothing_could_save_it()
    {
        Assert.True(LosslessStop.CannotWin([(3.1, 1)], 3, 1));
        Assert.False(LosslessStop.CannotWin([(3.0, 1)], 3, 1));
        Assert.False(LosslessStop.CannotWin([], 3, 0));
        Assert.False(LosslessStop.CannotWin([(double.NaN, 1), (9, 1)], 3, 1));
        Assert.False(LosslessStop.CannotWin([(-5, 1), (9, 1)], 3, 1));
    }

    /// <summary>Weights 2, 1 and .5: a score of 1 on the first alone is 2/3.5.</summary>
    [Theory]
    [InlineData(.57, true)]
    [InlineData(.58, false)]
    public void Candidate_is_out_by_the_weighted_mean(double best, bool isOut) =>
        Assert.Equal(isOut, LosslessStop.CannotWin([(1, 2)], 3.5, best));

    [Fact]
    public void Prediction_moves_as_the_others_did()
    {
        Assert.Null(PrunedScore.Of(2, [(1, 1), (1, 2)]));
        var score = PrunedScore.Of(2, [(1, 1), (1, 2), (3, 6)])!;
        Assert.Equal(2 + (4.0 / 3), score.Mean, 1e-12);
        Assert.Equal((16 + 1 + 25) / 9.0 / 2, score.Variance, 1e-12);
    }
}
