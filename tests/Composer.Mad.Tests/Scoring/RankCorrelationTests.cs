using Composer.Core;
using Composer.Mad.Scoring;

namespace Composer.Mad.Tests.Scoring;

public sealed class RankCorrelationTests
{
    // By hand: ranks of x 1 2 3 4 5, of y 2 1 4 3 5; Σd² = 4, ρ = 1 − 6·4/(5·24) = .8; 8 pairs agree, 2 do not.
    [Fact]
    public void Hand_worked_case_without_ties()
    {
        double[] x = [1, 2, 3, 4, 5];
        double[] y = [20, 10, 40, 30, 50];
        Assert.Equal(0.8, RankCorrelation.Spearman(x, y), 12);
        Assert.Equal(0.6, RankCorrelation.Kendall(x, y), 12);
    }

    // By hand: ranks of x 1.5 1.5 3 4, of y 1 2.5 2.5 4; deviations' products 1.5 + 0 + 0 + 2.25 = 3.75 over
    // √(4.5 · 4.5). Pairs: 4 agree, 0 do not, 2 tied in one; 4 / √(5 · 5).
    [Fact]
    public void Hand_worked_case_with_ties()
    {
        double[] x = [1, 1, 2, 3];
        double[] y = [1, 2, 2, 3];
        Assert.Equal([1.5, 1.5, 3, 4], RankCorrelation.Ranks(x));
        Assert.Equal(3.75 / 4.5, RankCorrelation.Spearman(x, y), 12);
        Assert.Equal(0.8, RankCorrelation.Kendall(x, y), 12);
    }

    [Fact]
    public void Order_alone_counts()
    {
        double[] x = [3, 1, 4, 1.5, 9];
        double[] grown = [.. x.Select(v => Math.Exp(v))];
        double[] turned = [.. x.Select(v => -v)];
        Assert.Equal(1, RankCorrelation.Spearman(x, grown), 12);
        Assert.Equal(1, RankCorrelation.Kendall(x, grown), 12);
        Assert.Equal(-1, RankCorrelation.Spearman(x, turned), 12);
        Assert.Equal(-1, RankCorrelation.Kendall(x, turned), 12);
    }

    [Fact]
    public void Noise_correlates_with_nothing()
    {
        var rng = new Rng(new Seed(3));
        var values = Enumerable.Range(0, 300).Select(_ => (
            RankCorrelation.Spearman(Draw(), Draw()), RankCorrelation.Kendall(Draw(), Draw()))).ToArray();

        // Standard deviations 1/√19 and √(2·45/(9·20·19)); four standard errors of the mean of 300.
        Assert.Equal(0, values.Average(v => v.Item1), 4 * 0.23 / Math.Sqrt(300));
        Assert.Equal(0, values.Average(v => v.Item2), 4 * 0.17 / Math.Sqrt(300));

        double[] Draw() => [.. Enumerable.Range(0, 20).Select(_ => rng.NextGaussian())];
    }

    [Fact]
    public void Constant_side_orders_nothing()
    {
        double[] constant = [1, 1, 1];
        double[] y = [1, 2, 3];
        Assert.Equal(0, RankCorrelation.Spearman(constant, y));
        Assert.Equal(0, RankCorrelation.Kendall(constant, y));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1], [1]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Kendall(y, [1, 2]));
    }
}
