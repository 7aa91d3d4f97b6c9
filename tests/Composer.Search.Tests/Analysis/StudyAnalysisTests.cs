using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Analysis;
using Composer.Search.Strategies;

namespace Composer.Search.Tests.Analysis;

public class StudyAnalysisTests
{
    [Fact]
    public void Position_that_decides_the_score_is_told_from_those_that_do_not()
    {
        var study = new RandomSearch(40).Run(
            new Study(new SearchSpace(6, "AM"), new Seed(2)), 8, order => 5 + (order[2] == 'M' ? 0 : 3.0));
        var analysis = StudyAnalysis.Of(study, study.Completed)!;
        Assert.Equal(6, analysis.Positions.Count);
        var decisive = analysis.Positions[2];
        Assert.Equal(1.5, decisive.Deviation, .1);
        Assert.Equal(1, decisive.Share, .05);
        Assert.Equal([('A', 1.5), ('M', -1.5)], decisive.MeanByPrimitive.Select(p => (p.Primitive, Math.Round(p.Effect, 1))));
        Assert.All(analysis.Positions.Where(p => p.Position != 2), p => Assert.InRange(p.Share, 0, .05));
        Assert.Equal('M', analysis.Minimum.Sequence[2]);
        Assert.Equal(5, analysis.Minimum.Mean, .1);
    }

    [Fact]
    public void Left_out_scores_of_a_smooth_landscape_are_predicted()
    {
        var landscape = new LayerOrderLandscape(8, new Seed(3));
        var study = new RandomSearch(80).Run(
            new Study(landscape.Space, new Seed(3)), 8, order => landscape.Observe(order, new Seed(3)));
        var analysis = StudyAnalysis.Of(study, study.Completed)!;
        Assert.Equal(study.Completed, analysis.LeaveOneOut.Select(prediction => prediction.Trial));
        var mean = analysis.LeaveOneOut.Average(p => p.Trial.Score!.Value);
        var explained = 1 - (analysis.LeaveOneOut.Sum(p => Math.Pow(p.Trial.Score!.Value - p.Mean, 2))
            / analysis.LeaveOneOut.Sum(p => Math.Pow(p.Trial.Score!.Value - mean, 2)));
        Assert.True(explained > .6, $"explains {explained} of the variance");
        var covered = analysis.LeaveOneOut.Count(p => Math.Abs(p.Trial.Score!.Value - p.Mean) < 2 * p.Deviation);
        Assert.InRange(covered, 68, 80);
        Assert.InRange(analysis.NoiseDeviation / landscape.Deviation, .1, .4);
    }

    [Fact]
    public void Layers_that_an_incremental_search_has_fixed_stay()
    {
        var strategy = new IncrementalSearch(InsertionPoint.End, 3, 8, AggregationSettings.Default);
        var study = strategy.Run(
            new Study(new SearchSpace(6, "AM"), new Seed(1)), 4, order => order.CountOf('M') + (order[^1] == 'M' ? -2 : 0));
        var analysis = StudyAnalysis.Of(study, strategy.Result(study))!;
        Assert.Equal([3, 4, 5], analysis.Positions.Select(p => p.Position));
        var settled = strategy.Progress(study).Fixed!.ToString();
        Assert.Equal($"{settled}AAM", analysis.Minimum.Sequence.ToString());
    }

    [Fact]
    public void Too_few_trials_say_nothing()
    {
        var study = new Study(new SearchSpace(3, "AM"), new Seed(1)).Propose([LayerSequence.FromSymbols("AMM")]).Complete(0, 1);
        Assert.Null(StudyAnalysis.Of(study, study.Completed));
    }

    [Fact]
    public void Equal_scores_have_no_effects()
    {
        var study = new ExhaustiveSearch().Run(new Study(new SearchSpace(3, "AM"), new Seed(1)), 8, _ => 2);
        var analysis = StudyAnalysis.Of(study, study.Completed)!;
        Assert.All(analysis.Positions, p => Assert.InRange(p.Deviation, 0, 1e-9));
        Assert.Equal(2, analysis.Minimum.Mean, 1e-9);
    }
}
