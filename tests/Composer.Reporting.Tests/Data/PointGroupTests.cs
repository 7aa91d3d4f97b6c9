using System.Globalization;
using Composer.Reporting.Data;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests.Data;

/// <summary>Pairs of trainings and their intervals, against values that were computed by hand.</summary>
public sealed class PointGroupTests
{
    /// <summary>
    /// Trainings are <c>number:loss</c>, seeds parted by a bar. Two-sided 95 % of t: 12.7062 with one degree of freedom, 4.3027 with
    /// two. Half widths are t · s / √n.
    /// </summary>
    [Theory]
    // One training of each: a difference without an interval.
    [InlineData("0:2.0", "0:2.5", -.5, null, 1, 1, "can't tell")]
    // Differences −.1, −.2, −.3: s is .1, 4.3027 · .1 / √3 is .24842.
    [InlineData("0:1.9 1:1.8 2:1.7", "0:2.0 1:2.0 2:2.0", -.2, .24842, 3, 3, "not told apart")]
    // Pairs have one number: 0 and 2, differences −.5 and −.6, s is .0707107, 12.7062 · .0707107 / √2 is .63531.
    [InlineData("0:1.5 1:9.0 2:1.4", "0:2.0 2:2.0 3:7.0", -.55, .63531, 2, 2, "not told apart")]
    // What moves both alike moves no difference: −.2, −.2, −.2.
    [InlineData("0:1.0 1:3.0 2:8.0", "0:1.2 1:3.2 2:8.2", -.2, 0, 3, 3, "better")]
    [InlineData("0:1.2 1:3.2 2:8.2", "0:1.0 1:3.0 2:8.0", .2, 0, 3, 3, "worse")]
    [InlineData("0:1.0 1:1.0", "0:1.0 1:1.0", 0, 0, 2, 2, "not told apart")]
    [InlineData("0:1.0", "1:1.0", double.NaN, null, 0, 0, "no pair")]
    [InlineData("0:NaN 1:1.0", "0:1.0 1:1.0", double.NaN, null, 2, 2, "can't be compared")]
    // Two seeds of two trainings are two values, −.2 and −.4: s is .141421, 12.7062 · .141421 / √2 is 1.27062.
    [InlineData("0:1.9 1:1.7|0:1.5 1:1.7", "0:2.0 1:2.0|0:2.0 1:2.0", -.2 - .1, 1.27062, 2, 4, "not told apart")]
    // A seed without the other model is no pair: one value is left, of two trainings.
    [InlineData("0:1.9 1:1.7|0:1.5", "0:2.0 1:2.0|", -.2, null, 1, 2, "can't tell")]
    // Three seeds of one training: −.1, −.2, −.3 again.
    [InlineData("0:1.9|0:1.8|0:1.7", "0:2.0|0:2.0|0:2.0", -.2, .24842, 3, 3, "not told apart")]
    public void Differences_are_means_over_pairs_and_seeds_are_the_independent_values(
        string found, string baseline, double mean, object? half, int values, int pairs, string verdict)
    {
        var difference = Group(found, baseline).LossDifference("composite", "llama-3.2");

        Assert.Equal((values, pairs), (difference.Mean.Count, difference.Pairs));
        Assert.Equal(mean, difference.Mean.Mean, 1e-9);
        Assert.Equal(half is null, difference.Mean.Half is null);
        Assert.Equal(Convert.ToDouble(half ?? 0, CultureInfo.InvariantCulture), difference.Mean.Half ?? 0, 1e-5);
        Assert.Equal(verdict, difference.Verdict(lowerIsBetter: true));
    }

    [Fact]
    public void A_model_s_mean_is_over_its_own_trainings_and_within_a_seed_first()
    {
        // 2 ± 12.7062 · √2 / √2 of 1 and 3; over seeds (1 + 2) / 2 = 1.5 and 3.
        Assert.Equal((2, 12.7062, 2), Rounded(Group("0:1 1:3", "0:1")));
        Assert.Equal((2.25, 9.5297, 2), Rounded(Group("0:1 1:2|0:3", "0:1|0:1")));

        static (double, double, int) Rounded(PointGroup group) =>
            (group.Loss("composite").Mean, Math.Round(group.Loss("composite").Half!.Value, 4), group.Loss("composite").Count);
    }

    [Fact]
    public void The_baseline_that_is_compared_with_is_the_manifest_s_first_whatever_the_losses()
    {
        var point = new SampleReport().Build().Points[0];
        Assert.Equal("llama-3.2", PointGroup.Of(point).Reference);
        var worst = point with
        {
            Models =
            [
                .. point.Models.Select(m => m.Name != "llama-3.2" ? m : m with { Pretrain = m.Pretrain with { ValidationLoss = 9 } }),
            ],
        };
        Assert.Equal("llama-3.2", PointGroup.Of(worst).Reference);
        Assert.Null(PointGroup.Of(point with { Models = [.. point.Models.Where(m => !m.IsBaseline)] }).Reference);
        Assert.Null(PointGroup.Of(point with { Models = [.. point.Models.Select(m => m with { IsImported = true })] }).Reference);
    }

    private static PointGroup Group(string found, string baseline)
    {
        var (mine, theirs) = (found.Split('|'), baseline.Split('|'));
        string[] labels = [.. mine.Select((_, i) => mine.Length == 1 ? "" : $"seed={i}")];
        var points = new SampleReport { Points = labels, CurvePoints = 2 }.Build().Points;
        return Assert.Single(PointGroup.Of(points.Select((p, i) => p with
        {
            Models = [.. Trained(p.Models[0], mine[i]), .. Trained(p.Models.First(m => m.Name == "llama-3.2"), theirs[i])],
        })));
    }

    private static IEnumerable<ReportModel> Trained(ReportModel model, string trainings)
    {
        var runs = trainings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split(':'))
            .Select(t => new ReportRun(
                int.Parse(t[0], CultureInfo.InvariantCulture),
                model.Pretrain with { ValidationLoss = double.Parse(t[1], CultureInfo.InvariantCulture) },
                "pretrain"))
            .ToList();
        return runs.Count == 0
            ? []
            : [model with { Pretrain = runs[0].Pretrain, Repetition = runs[0].Repetition, Repetitions = runs[1..] }];
    }
}
