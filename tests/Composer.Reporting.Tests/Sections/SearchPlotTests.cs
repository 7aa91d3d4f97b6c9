using Composer.Architecture;
using System.Xml.Linq;
using Composer.Stages.Search;
using Composer.Reporting.Sections.Searching;

namespace Composer.Reporting.Tests.Sections;

public sealed class SearchPlotTests
{
    [Theory]
    [InlineData("Model fit, leaving one out")]
    [InlineData("Importance of each layer")]
    [InlineData("Score against KV cache")]
    [InlineData("Score against training FLOPs")]
    public void A_search_shows(string title) => Assert.Single(Figures(new SampleReport(), title));

    [Fact]
    public void A_search_without_an_analysis_shows_neither_fit_nor_importance()
    {
        var report = new SampleReport { Trials = 1, FailedTrials = 0 };
        Assert.Empty(Figures(report, "Model fit, leaving one out"));
        Assert.Empty(Figures(report, "Importance of each layer"));
    }

    [Fact]
    public void Every_trial_of_the_fit_says_what_was_measured_and_predicted()
    {
        var trials = Sample().Build().Points[0].Searches[0].Analysis!.LeaveOneOut.Count;
        var tooltips = Figures(Sample(), "Model fit, leaving one out").Single().Descendants()
            .Where(
                e => e.Name.LocalName == "title"
                    && e.Value.Contains("predicted", StringComparison.Ordinal)
                    && e.Value.StartsWith("trial", StringComparison.Ordinal));
        Assert.Equal(trials, tooltips.Count());

        // Its numbers are drawn as it is built: each a fresh one.
        static SampleReport Sample() => new() { Trials = 30, FailedTrials = 0 };
    }

    [Fact]
    public void The_front_has_the_best_of_each_cache_that_is_worth_its_size()
    {
        var front = FrontPart.Of(
            [Trial(0, 3, 100), Trial(1, 2, 100), Trial(2, 2.5, 200), Trial(3, 1, 300), Trial(4, 5, 50)], t => t.KvCache);
        Assert.Equal([4, 1, 3], front.Select(f => f.Number));
    }

    [Fact]
    public void Quartiles_interpolate_between_runs_and_wait_for_all()
    {
        var quartiles = SeedConvergencePlot.Quartiles([[double.NaN, 4, 1], [8, 6, 2], [9, 8, 3, 0]]);
        Assert.Equal(3, quartiles.Count);
        Assert.True(double.IsNaN(quartiles[0].Median));
        Assert.Equal((5.0, 6.0, 7.0), quartiles[1]);
        Assert.Equal((1.5, 2.0, 2.5), quartiles[2]);
    }

    [Fact]
    public void Searches_that_differ_in_their_seed_are_drawn_together()
    {
        var report = new SampleReport
        {
            Points = ["seed=17, search.layers=6", "seed=18, search.layers=6", "seed=19, search.layers=6", "seed=17, search.layers=8"],
        };
        var group = Assert.Single(SeedConvergencePlot.Groups(report.Build().Points));
        Assert.Equal(("composite, search.layers=6", 3), (group.Name, group.Runs.Count));
        Assert.Single(Figures(report, "Best so far over 3 seeds: composite, search.layers=6"));
    }

    private static IEnumerable<XElement> Figures(SampleReport report, string title) =>
        ReportDocument.Of(report).Section("search").Descendants()
            .Where(e => e.Name.LocalName == "figure" && e.Elements().Any(h => h.Name.LocalName == "h4" && h.Value == title));

    private static TrialOutput Trial(int number, double score, double kvCache) =>
        new() { Number = number, Layers = LayerSequence.FromSymbols("AM"), Score = score, KvCache = kvCache, Tasks = [], Evaluations = [] };
}
