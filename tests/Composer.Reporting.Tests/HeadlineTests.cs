using Composer.Reporting.Data;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests;

public sealed class HeadlineTests
{
    private const string Budget = "equal tokens, 1.88×10¹³ against 1.74×10¹³ training FLOPs";

    [Fact]
    public void A_lower_loss_is_said_with_its_distance_to_the_best_baseline()
    {
        var text = Headline.Of(new SampleReport().Build().Points[0]);
        Assert.StartsWith(
            $"composite reaches a validation loss of 2.130 (one run) nats a token, 0.040 lower than llama-3.2's (1 pair, {Budget}): "
            + "one pair can't tell them apart. "
            + "The search found 2A+4M in 60 trials; in the search it ",
            text);
        Assert.Contains(". It was scaled to 15 layers. Over 3 tasks its mean accuracy is", text);
    }

    [Theory]
    [InlineData(2.3, ", 0.130 higher than llama-3.2's (1 pair")]
    [InlineData(2.1702, ", 0.000 higher than llama-3.2's (1 pair")]
    [InlineData(2.17, ", 0.000 lower than llama-3.2's (1 pair")]
    [InlineData(double.NaN, "can't be compared")]
    public void A_defeat_and_a_draw_are_said_as_plainly(double loss, string expected) =>
        Assert.Contains(expected, Headline.Of(WithLoss(new SampleReport().Build().Points[0], loss)));

    /// <summary>Losses of 2.13, 2.14, 2.15 against 2.17, 2.18, 2.19 ∓ what is given: t is 4.3027, so ± 4.3027 · s / √3.</summary>
    [Theory]
    [InlineData(0, "0.040 ± 0.000 lower than llama-3.2's (3 pairs, BUDGET): better.")]
    [InlineData(.01, "0.040 ± 0.025 lower than llama-3.2's (3 pairs, BUDGET): better.")]
    [InlineData(.02, "0.040 ± 0.050 lower than llama-3.2's (3 pairs, BUDGET): not told apart.")]
    public void Repetitions_are_compared_pair_by_pair_with_the_first_baseline(double apart, string expected)
    {
        var point = Repeated(new SampleReport().Build().Points[0], m => m.Name == "llama-3.2" ? [-apart + .01, apart + .02] : [.01, .02]);

        Assert.StartsWith(
            "composite reaches a validation loss of 2.140 ± 0.025 nats a token, "
            + expected.Replace("BUDGET", Budget, StringComparison.Ordinal),
            Headline.Of(point));
    }

    [Fact]
    public void A_worse_model_is_called_worse_and_the_lowest_of_all_is_named()
    {
        var point = Repeated(
            WithFirst(new SampleReport().Build().Points[0], "llama-3.2", 1.97, "sandwich", 1.79),
            _ => [.01, .02]);
        var text = Headline.Of(point);

        Assert.Contains("higher than llama-3.2's (3 pairs", text);
        Assert.Contains("): worse. The lowest of all is sandwich's, ", text);
        Assert.Contains("; composite is worse than it.", text);
    }

    [Fact]
    public void Vote_that_did_not_hold_is_said() => Assert.Contains(
        "; the vote, 6M, did not hold in fresh runs. It was scaled to",
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
    public void Of_several_variants_the_main_experiment_is_compared_and_a_lower_one_is_named()
    {
        var point = new SampleReport { Variants = ["composite", "wide"] }.Build().Points[0];
        Assert.StartsWith("composite reaches a validation loss of 2.130", Headline.Of(point));
        Assert.Contains("The lowest of all is wide's, 1.900 (one run).", Headline.Of(WithFirst(point, "wide", 1.9)));
    }

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
            "Over 3 seeds composite reaches a validation loss of 1.930 ± 0.497 nats a token, 0.060 ± 0.050 lower than llama-3.2's "
            + $"(3 pairs, {Budget}): better. Every seed is a whole pipeline with a search "
            + "of its own: all came to 2x(2A+4M)+1A+2M.",
            text);
    }

    [Fact]
    public void One_point_is_said_to_be_one_run() =>
        Assert.Contains("2.130 (one run) nats a token", Headline.Of(Assert.Single(PointGroup.Of(new SampleReport().Build().Points))));

    private static ReportPoint Repeated(ReportPoint point, Func<ReportModel, double[]> added) => point with
    {
        Models = [.. point.Models.Select(m => m with { Repetitions = SampleReport.Further(m, added(m)) })],
    };

    private static ReportPoint WithFirst(ReportPoint point, params object[] losses) => point with
    {
        Models =
        [
            .. point.Models.Select(m => Array.IndexOf(losses, m.Name) is >= 0 and var at
                ? m with { Pretrain = m.Pretrain with { ValidationLoss = (double)losses[at + 1] } }
                : m),
        ],
    };

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
