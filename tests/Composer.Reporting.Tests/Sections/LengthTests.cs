namespace Composer.Reporting.Tests.Sections;

public sealed class LengthTests
{
    private static readonly SampleReport Tested = new() { Lengths = true };

    [Fact]
    public void Loss_by_window_stands_in_nats_and_bits_with_its_difference()
    {
        var rows = ReportDocument.Of(Tested).Table("Loss on held-out text").Where(r => r[0] == "llama-3.2").ToList();
        Assert.Equal(2, rows.Count);
        var (own, longer) = (double.Parse(rows[0][2]), double.Parse(rows[1][2]));
        Assert.Equal(("256", "1,024"), (rows[0][1], rows[1][1]));
        Assert.Equal(.25, longer - own, 2e-3);
        Assert.Equal(own / Math.Log(2), double.Parse(rows[0][3]), 2e-3);
        Assert.Equal("+0.250± 0.013", rows[1][4].Replace(" ", "").Replace("±", "± "));
        Assert.Equal(own + .5, double.Parse(rows[1][5]), 2e-3);
    }

    [Fact]
    public void Of_several_trainings_the_difference_has_an_interval_over_them()
    {
        var document = ReportDocument.Of(new SampleReport { Lengths = true, Trainings = 3 });
        Assert.Contains("95 % interval over trainings", document.Section("lengths").Value);
    }

    [Fact]
    public void Loss_by_position_is_drawn_for_every_model_with_the_trained_length()
    {
        var section = ReportDocument.Of(Tested).Section("lengths");
        Assert.Contains("Loss by position", section.Value);
        Assert.Contains("trained", section.Value);
        Assert.Equal(4 * 32, section.Descendants().Count(e => e.Name.LocalName == "title" && e.Value.Contains("positions")));
    }

    [Fact]
    public void Candidates_have_their_accuracy_at_each_length()
    {
        var rows = ReportDocument.Of(Tested).Table("Accuracy in %, by task and length");
        Assert.Equal(2 + (6 * 3), rows[0].Count);
        Assert.Equal(["90.0", "70.0", "50.0"], rows[1].Skip(2).Take(3));
    }

    [Fact]
    public void Without_such_tests_nothing_is_said_of_them()
    {
        var document = ReportDocument.Of(new SampleReport());
        Assert.False(document.HasSection("lengths"));
        Assert.DoesNotContain("At other lengths", document.Source);
    }
}
