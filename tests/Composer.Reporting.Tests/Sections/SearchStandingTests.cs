using Composer.Architecture;
using Composer.Reporting.Sections.Searching;
using Composer.Stages.Aggregate;
using Composer.Stages.Report;
using Composer.Stages.Search;

namespace Composer.Reporting.Tests.Sections;

public sealed class SearchStandingTests
{
    [Theory]
    [InlineData("MA", "in the search it scored 2.5000 in one run, rank 2 of 3, the best candidate, 1A+1M, 1.5000 in one run")]
    [InlineData("AM", "in the search it was the best candidate and scored 1.5000 in one run")]
    [InlineData("MM", "the search did not try it, and its best candidate, 1A+1M, scored 1.5000 in one run")]
    public void The_found_order_s_own_score_stands_beside_the_best(string found, string expected) => Assert.Equal(
        expected, SearchStanding.Of(Search(found, Trial(0, "MA", 2.5), Trial(1, "AM", 1.5), Trial(2, "AA", 3), Trial(3, "AA", null)))!.InWords());

    [Fact]
    public void Without_scores_there_is_no_best() =>
        Assert.Equal("no candidate has a score", SearchStanding.Of(Search("AM", Trial(0, "AM", null)))!.InWords());

    [Fact]
    public void Runs_of_a_trial_give_its_score_an_interval()
    {
        var score = SearchStanding.ScoreOf(Trial(0, "AM", 2) with { Runs = 3, Variance = .03 });
        Assert.Equal((2, 3), (score.Mean, score.Count));
        Assert.Equal(4.30265 * .1, score.Half!.Value, 4);
    }

    [Fact]
    public void Repetitions_of_a_run_give_its_score_an_interval()
    {
        // Means over the tasks: 1 and 2 in the two repetitions.
        var score = SearchStanding.ScoreOf(Trial(0, "AM", 1.5) with { Tasks = [Task(0, 1), Task(2, 3)] });
        Assert.Equal((1.5, 2), (score.Mean, score.Count));
        Assert.Equal(12.7062 * Math.Sqrt(.5 / 2), score.Half!.Value, 3);
        Assert.Null(SearchStanding.ScoreOf(Trial(0, "AM", 1.5) with { Tasks = [Task(0, 1), new("b", 1, null, null)] }).Half);
    }

    [Fact]
    public void A_report_with_repetitions_says_so_and_one_without_says_one_run()
    {
        Assert.Contains("It is the mean of 3 runs", ReportDocument.Of(new SampleReport { Repetitions = 3 }).Section("search").Value);
        Assert.Contains("It is of one run.", ReportDocument.Of(new SampleReport()).Section("search").Value);
        var rows = ReportDocument.Of(new SampleReport { Repetitions = 3 }).Table("The best 10");

        // Repetitions 0.01 apart: 4.3027 · 0.01 / √3.
        Assert.All(rows.Skip(1), r => Assert.EndsWith("± 0.0248, 3 runs", r[3], StringComparison.Ordinal));
    }

    private static TaskOutput Task(params double[] repetitions) =>
        new("task", repetitions.Average(), null, null) { Repetitions = repetitions };

    private static ReportSearch Search(string found, params TrialOutput[] trials) =>
        new SampleReport().Build().Points[0].Searches[0] is var search
            ? search with
            {
                Search = search.Search with { Trials = trials },
                Aggregate = new AggregateOutput
                {
                    Architecture = LayerSequence.FromSymbols(found),
                    Notation = LayerSequence.FromSymbols(found).Notation,
                    Clusters = [],
                    Positions = [],
                },
            }
            : throw new InvalidOperationException();

    private static TrialOutput Trial(int number, string layers, double? score) =>
        new() { Number = number, Layers = LayerSequence.FromSymbols(layers), Score = score, Tasks = [], Evaluations = [] };
}
