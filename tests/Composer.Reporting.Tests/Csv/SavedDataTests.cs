using System.Globalization;

namespace Composer.Reporting.Tests.Csv;

/// <summary>What the page's buttons save: the numbers that are drawn, exactly.</summary>
public sealed class SavedDataTests
{
    [Fact]
    public void Every_plot_lies_in_a_figure_with_its_numbers()
    {
        foreach (var report in OddReports.All)
        {
            var document = ReportDocument.Of(report);
            Assert.All(document.Svgs, svg => Assert.Single(
                svg.Ancestors().First(a => a.Name.LocalName == "figure").Descendants(), e => e.Name.LocalName == "template"));
            var names = document.All("template").Select(t => (string)t.Attribute("data-name")!).ToList();
            Assert.Equal(names.Distinct().Count(), names.Count);
            Assert.All(names, n => Assert.Matches("^[a-z0-9-]+$", n));
        }
    }

    [Fact]
    public void Results_are_saved_with_every_digit()
    {
        var content = new SampleReport().Build();
        var lines = Saved(ReportDocument.Of(content), "quickstart-results");
        Assert.Equal(content.Points[0].Models.Count, lines.Count);
        Assert.All(content.Points[0].Models.Zip(lines), p =>
        {
            Assert.Equal(p.First.Name, p.Second["model"]);
            Assert.Equal(p.First.Pretrain.ValidationLoss, Number(p.Second["validation_loss"]));
            Assert.Equal(p.First.Pretrain.Flops, Number(p.Second["flops"]));
            Assert.Equal(p.First.Tasks[1].Accuracy, Number(p.Second["who_has_it"]));
            Assert.Equal(p.First.Efficiency!.Points[^1].SecondsPerToken, Number(p.Second["seconds_per_token"]));
        });
    }

    [Fact]
    public void A_search_is_saved_with_every_trial()
    {
        var content = new SampleReport().Build();
        var trials = content.Points[0].Searches[0].Search.Trials;
        var lines = Saved(ReportDocument.Of(content), "quickstart-convergence");
        Assert.Equal(trials.Select(t => t.Layers.ToString()), lines.Select(l => l["layers"]));
        Assert.Equal(trials.Select(t => t.Score), lines.Select(l => l["score"].Length > 0 ? Number(l["score"]) : (double?)null));
    }

    [Fact]
    public void Decoding_is_saved_with_median_mean_and_spread()
    {
        var content = new SampleReport().Build();
        var line = Saved(ReportDocument.Of(content), "quickstart-decoding")[0];
        var rounds = content.Points[0].Models[0].Efficiency!.Points[0].Rounds;
        Assert.Equal((rounds.Min(), rounds.Max(), rounds.Average()), (Number(line["fastest"]), Number(line["slowest"]), Number(line["mean_seconds_per_token"])));
        Assert.Equal("5", line["rounds"]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static List<Dictionary<string, string>> Saved(ReportDocument document, string name)
    {
        var lines = document.All("template").Single(t => (string?)t.Attribute("data-name") == name).Value.TrimEnd().Split('\n');
        var columns = lines[0].Split(',');
        return [.. lines.Skip(1).Select(l => columns.Zip(l.Split(',')).ToDictionary(c => c.First, c => c.Second))];
    }
}
