using Composer.Reporting.Data;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests;

public sealed class HeadlineTests
{
    [Fact]
    public void A_lower_loss_is_said_with_its_distance_to_the_best_baseline()
    {
        var text = Headline.Of(new SampleReport().Build().Points[0]);
        Assert.StartsWith("The search found 2A+4M in 60 trials; in the search it ", text);
        Assert.Contains(
            "Scaled to 15 layers it reaches a validation loss of 2.130 nats a token (one run), 0.040 below llama-3.2, the best of 3 "
            + "baselines, at the same number of tokens (1.88×10¹³ against 1.74×10¹³ training FLOPs).",
            text);
        Assert.Contains("Over 3 tasks its mean accuracy is", text);
    }

    [Theory]
    [InlineData(2.3, "0.130 above llama-3.2, the best of 3 baselines")]
    [InlineData(2.1702, "the same as llama-3.2, the best of 3 baselines")]
    [InlineData(double.NaN, "can't be compared")]
    public void A_defeat_and_a_draw_are_said_as_plainly(double loss, string expected) =>
        Assert.Contains(expected, Headline.Of(WithLoss(new SampleReport().Build().Points[0], loss)));

    [Fact]
    public void Vote_that_did_not_hold_is_said() => Assert.Contains(
        "; the vote, 6M, did not hold in fresh runs. Scaled",
        Headline.Of(new SampleReport { Proposed = "MMMMMM" }.Build().Points[0]));

    [Fact]
    public void Accuracies_that_the_errors_do_not_separate_are_called_so()
    {
        var point = new SampleReport().Build().Points[0];
        Assert.Contains("is within two standard errors", Headline.Of(WithAccuracies(point, .50, .49, .02)));
        Assert.Contains("more than two standard errors", Headline.Of(WithAccuracies(point, .60, .40, .02)));
    }

    [Fact]
    public void Without_baselines_or_models_the_headline_says_so()
    {
        Assert.Contains("No baseline was trained", Headline.Of(new SampleReport { Baselines = [] }.Build().Points[0]));
        Assert.Contains("lowest validation loss", Headline.Of(new SampleReport { Variants = [] }.Build().Points[0]));
        Assert.Equal("Nothing was pre-trained.", Headline.Of(new SampleReport { Variants = [], Baselines = [] }.Build().Points[0]));
    }

    [Fact]
    public void The_best_of_several_variants_is_named() =>
        Assert.Contains(
            "Best of 2 variants is composite", Headline.Of(new SampleReport { Variants = ["composite", "wide"] }.Build().Points[0]));

    [Fact]
    public void Accuracies_that_are_not_told_from_guessing_are_not_compared() => Assert.Contains(
        "On none of 3 tasks is either told from guessing by two standard errors: 29.0 % against 20.0 %, +9.0 ± 2.0 points.",
        Headline.Of(WithAccuracies(new SampleReport().Build().Points[0], .29, .20, .0245)));

    [Fact]
    public void Seeds_are_said_as_means_with_intervals_and_the_difference_within_a_seed()
    {
        var points = new SampleReport { Points = ["seed=17", "seed=18", "seed=19"] }.Build().Points;
        var text = Headline.Of(Assert.Single(PointGroup.Of(points)));

        // Losses of 2.13, 1.93, 1.73 against 2.17, 1.99, 1.81: 4.3027 · 0.2 / √3 is 0.497, and the differences are 0.04, 0.06, 0.08.
        Assert.StartsWith(
            "Over 3 seeds composite reaches a validation loss of 1.930 ± 0.497 nats a token, llama-3.2, the best baseline, 1.990 ± 0.447: "
            + "within a seed it is 0.060 ± 0.050 lower (means ± 95 % intervals).",
            text);
    }

    [Fact]
    public void One_point_is_said_to_be_one_run() =>
        Assert.Contains("nats a token (one run)", Headline.Of(Assert.Single(PointGroup.Of(new SampleReport().Build().Points))));

    private static ReportPoint WithLoss(ReportPoint point, double loss) => point with
    {
        Models = [.. point.Models.Select(m => m.IsBaseline ? m : m with { Pretrain = m.Pretrain with { ValidationLoss = loss } })],
    };

    private static ReportPoint WithAccuracies(ReportPoint point, double found, double baseline, double error) => point with
    {
        Models =
        [
            .. point.Models.Select(m => m with
            {
                LmEval = m.LmEval! with
                {
                    Tasks =
                    [
                        .. m.Tasks.Select(t => t with { Accuracy = m.IsBaseline ? baseline : found, AccuracyStandardError = error }),
                    ],
                },
            }),
        ],
    };
}
