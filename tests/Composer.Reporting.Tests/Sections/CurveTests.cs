using Composer.Architecture;
using Composer.Stages.Pretrain;
using Composer.Stages.Search;
using Composer.Reporting.Sections;
using Composer.Reporting.Sections.Searching;

namespace Composer.Reporting.Tests.Sections;

public sealed class CurveTests
{
    [Fact]
    public void Best_so_far_falls_skips_failures_and_begins_anew_with_the_length()
    {
        var trials = new[] { ("AA", (double?)null), ("AM", 3.0), ("MA", 5.0), ("MM", 2.0), ("MMA", 4.0), ("MMM", double.NaN) }
            .Select((t, i) => Trial(i, t.Item1, t.Item2)).ToList();
        Assert.Equal([double.NaN, 3, 3, 2, 4, 4], ConvergencePlot.BestSoFar(trials));
    }

    [Fact]
    public void The_best_so_far_are_of_the_same_length_and_best_first()
    {
        var trials = new[] { ("A", 1.0), ("AM", 3.0), ("MA", 2.0), ("MM", 4.0) }.Select((t, i) => Trial(i, t.Item1, t.Item2)).ToList();
        Assert.Equal(["MA", "AM"], LayerChoicePlot.BestAt(trials, 2).Select(o => o.ToString()));
    }

    [Fact]
    public void A_thinned_curve_keeps_its_end_and_its_mean()
    {
        List<LossPoint> curve = [.. Enumerable.Range(1, 1000).Select(i => new LossPoint(i, 10 * i, i % 7))];
        var thin = LossSection.Thinned(curve, 100);
        Assert.Equal(100, thin.Count);
        Assert.Equal(10_000, thin[^1].Tokens);
        Assert.Equal(curve.Average(p => p.Loss), thin.Average(p => p.Loss), 9);
        Assert.Same(curve, LossSection.Thinned(curve, 1000));
    }

    private static TrialOutput Trial(int number, string layers, double? score) =>
        new() { Number = number, Layers = LayerSequence.FromSymbols(layers), Score = score, Tasks = [], Evaluations = [] };
}
