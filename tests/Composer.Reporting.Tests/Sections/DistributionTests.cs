using Composer.Reporting.Sections.Searching;

namespace Composer.Reporting.Tests.Sections;

public sealed class DistributionTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(1200)]
    public void Every_score_is_in_one_bin(int count)
    {
        double[] scores = [.. Enumerable.Range(0, count).Select(i => Math.Sin(i) * i)];
        var bins = ScoreDistributionPlot.Bins(scores);
        Assert.Equal(count, bins.Sum(b => b.Count));
        Assert.InRange(bins.Count, 2, 30);
        Assert.Equal(scores.Min(), bins[0].From);
        Assert.Equal(scores.Max(), bins[^1].To, 9);
        Assert.All(bins.Zip(bins.Skip(1)), p => Assert.Equal(p.First.To, p.Second.From, 9));
    }

    [Fact]
    public void A_report_shows_the_distribution_and_the_candidates_across_tasks()
    {
        var titles = ReportDocument.Of(new SampleReport()).Section("search").Descendants().Where(e => e.Name.LocalName == "h4").Select(e => e.Value).ToList();
        Assert.Contains("Distribution of scores", titles);
        Assert.Contains("Candidates across tasks", titles);
    }

    [Fact]
    public void Every_candidate_with_a_score_is_a_line_across_the_tasks()
    {
        var plot = ReportDocument.Of(new SampleReport { FailedTrials = 2 }).Svgs.Single(
            s => s.Elements().First(e => e.Name.LocalName == "title").Value == "Candidates across tasks");
        var lines = plot.Elements().Where(e => e.Name.LocalName == "path").ToList();
        Assert.Equal(58, lines.Count);

        // Six tasks and the mean.
        Assert.All(lines, l => Assert.Equal(7, ((string)l.Attribute("d")!).Count(c => char.IsAsciiLetterUpper(c))));
    }
}
