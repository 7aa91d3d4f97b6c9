using Composer.Stages.Report;

namespace Composer.Reporting.Tests.Sections;

/// <summary>What is called the best, and what is not: nothing that guessing reaches.</summary>
public sealed class HighlightTests
{
    [Theory]
    [InlineData(.9, true)]
    [InlineData(.30, true)]
    [InlineData(.29, false)]
    [InlineData(.25, false)]
    [InlineData(.10, false)]
    public void An_accuracy_is_marked_only_where_two_errors_tell_it_from_guessing(double best, bool isMarked)
    {
        var marked = Marked(Point(m => m with
        {
            LmEval = m.LmEval! with
            {
                Tasks = [.. m.Tasks.Take(1).Select(t => t with { Accuracy = m.IsBaseline ? .05 : best, AccuracyStandardError = .02, Chance = .25 })],
            },
        }));
        Assert.Equal(isMarked ? 2 : 1, marked.Count);
    }

    [Theory]
    [InlineData(6.2, true)]
    [InlineData(6.25, false)]
    [InlineData(9, false)]
    public void A_loss_is_marked_only_below_that_of_guessing(double loss, bool isMarked)
    {
        // ln 512 is 6.238.
        var marked = Marked(Point(m => m with { LmEval = null, Pretrain = m.Pretrain with { ValidationLoss = m.IsBaseline ? 11 : loss } }));
        Assert.Equal(isMarked ? 1 : 0, marked.Count);
    }

    private static ReportContent Point(Func<ReportModel, ReportModel> change)
    {
        var content = new SampleReport().Build();
        return content with { Points = [content.Points[0] with { Models = [.. content.Points[0].Models.Select(change)] }] };
    }

    private static List<string> Marked(ReportContent content) =>
    [
        .. ReportDocument.Of(content).Section("results").Descendants()
            .Where(e => ((string?)e.Attribute("class"))?.Split(' ').Intersect(["best", "near"]).Any() == true).Select(e => e.Value),
    ];
}
